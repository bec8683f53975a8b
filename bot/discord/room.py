"""What one message of Discord holds in either form, reckoned without making it: a card by its texts' lengths. Pure."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from operator import attrgetter

from bot.discord.limits import (
    COMPONENTS,
    CUSTOM_ID,
    EMBED_DESCRIPTION,
    EMBED_TEXT,
    EMBEDS,
    OPTIONS,
    ROW,
    ROWS,
    TEXT,
)
from bot.discord.markdown import STRONG, begins_list, code, escape, linked, size
from bot.discord.render import TAG, acts, text_of, words
from bot.render.text import clean, details, one_line, terms
from digests.room import Room, Weight
from domain.message import Actions, Block, Button, Card, File, Line

_KNOWN = 8_000  # texts: the title and the abstract of as many papers as a layout keeps
_PLAIN = STRONG | {"plain", "quiet"}  # styles whose texts are escaped, and nothing else
_SAID = attrgetter("text")  # of a span
_CARRYING = CUSTOM_ID - len(f"{TAG}/")  # characters of the longest command beside which there is room for a tag


def _in_components(block: Block, before: Block | None) -> Weight:
    """Components and characters, and of `_shown` the rest."""
    text, made, *others = _shown(block)
    rows = made + ceil(made / ROW)
    if isinstance(block, Card) and made == 1:
        return 3, text, *others  # a section of text and button
    if isinstance(block, File):
        return 2, text, *others
    if isinstance(block, Card) and block.compact:
        text += len("- ")
    apart = isinstance(before, Card) and not before.compact and _buttons(before.buttons)[0] > 0
    more, joint = _joined(before, apart=apart) if text else (0, 0)
    return rows + more, text + joint, *others


def _in_embeds(block: Block, before: Block | None) -> Weight:
    """Embeds, characters, those that may be in one embed together, texts too long for any, buttons, and the rest."""
    text, *others = _shown(block)
    if isinstance(block, Card) and not block.compact:
        return 1, text, 0, int(text > EMBED_DESCRIPTION), *others
    more, joint = _joined(before, apart=isinstance(before, Card) and not before.compact) if text else (0, 0)
    return more, text + joint, text + joint, 0, *others


def _hold_components(weight: Weight) -> bool:
    components, characters, carrying, menu, files = weight
    return 1 + components + 2 * _below(carrying, menu) <= COMPONENTS and characters <= TEXT and _hold(menu, files)


def _hold_embeds(weight: Weight) -> bool:
    embeds, characters, together, long, buttons, carrying, menu, files = weight
    texts = embeds <= EMBEDS and characters <= EMBED_TEXT and together <= EMBED_DESCRIPTION and not long
    return texts and ceil(buttons / ROW) + _below(carrying, menu) <= ROWS and _hold(menu, files)


COMPOSED = Room(_in_components, _hold_components)
EMBEDDED = Room(_in_embeds, _hold_embeds)


def _hold(menu: int, files: int) -> bool:
    return menu <= OPTIONS and files <= 1


def _below(carrying: int, menu: int) -> int:
    """Rows below it all: the menu, which can carry an id, or the button that is there to carry it."""
    return 1 if menu or not carrying else 0


def _shown(block: Block) -> Weight:
    """Characters of its text, buttons, those of them that can carry an id, papers in the menu, files."""
    if isinstance(block, Card):
        return _words(block), *((0, 0) if block.compact else _buttons(block.buttons)), 1 if acts(block) else 0, 0
    if isinstance(block, Actions):
        return 0, *_buttons(block.buttons), 0, 0
    return size(text_of(block, {})), 0, 0, 0, int(isinstance(block, File))


def _joined(before: Block | None, *, apart: bool) -> tuple[int, int]:
    """How many more texts there are with one after this block, and how many characters join it; at most."""
    if before is None or apart:
        return 1, 0
    if isinstance(before, Actions):  # with or without any button
        return 1, 1
    return 0 if isinstance(before, Card) or text_of(before, {}) else 1, 1


@lru_cache(maxsize=_KNOWN)
def _buttons(buttons: tuple[Button, ...]) -> tuple[int, int]:
    """How many there are room for in a custom id, and in one with a tag."""
    lengths = [len(one_line(button.command)) for button in buttons]
    return sum(0 < length < CUSTOM_ID for length in lengths), sum(0 < length <= _CARRYING for length in lengths)


def _words(card: Card) -> int:
    """The characters of what a card says, at most."""
    heading = _line(card.title, _escaped("".join(map(_SAID, card.title)), card.url))
    text = _line(card.text, _escaped("".join(map(_SAID, card.text)))) if card.text else 0
    if heading is None or text is None:  # what is odd is made, and weighed then
        return size(words(card))
    about, matched = _details(card.byline, card.facts), _matched(card.matched)
    if card.compact:
        return heading + (about + len(" · ") if about else 0) + (matched + len(" · ") if matched else 0)
    heading += len("### ") + (about + 1 if about else 0) + (text + 1 if text else 0)
    return heading + (matched + len("\n-# ") if matched else 0)


def _line(line: Line, found: int | None) -> int | None:
    """The characters of a line in Markdown, of whose text so many are found; None where more is done to it."""
    before = ""
    for span in line:
        if span.url or span.style not in _PLAIN or found is None:
            return None
        if before and begins_list(span.text):  # which it does not in the whole
            found += 1
        if span.style in STRONG:
            found += 5 if before in STRONG else 4  # asterisks around it, and what parts it from others
        before = span.style
    return found


@lru_cache(maxsize=_KNOWN)
def _escaped(text: str, url: str = "") -> int | None:
    """The characters of a text in Markdown that leads there, however it is cut into spans, if that can be said."""
    shown = escape(text)
    return size(linked(shown, url)) if clean(text) == text and shown.strip() else None


@lru_cache(maxsize=_KNOWN)
def _details(byline: str, facts: tuple[str, ...]) -> int:
    return size(escape(details(Card("", (), "", byline, facts))))


@lru_cache(maxsize=_KNOWN)
def _matched(matched: tuple[str, ...]) -> int:
    said = terms(Card("", (), "", matched=matched))
    return size(f"Matched: {', '.join(map(code, said))}") if said else 0
