"""What one message of Slack holds, reckoned without making it: a card by the lengths of its texts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from bot.slack.render import (
    AROUND,
    BLOCKS,
    CHARACTERS,
    DIGEST,
    NAMED,
    PIECE,
    groups,
    line_size,
    size,
)
from bot.slack.rich import NOWHERE, address
from digests.room import Room, Weight
from domain.message import Block, Button, Card, Message, Span, line

_KNOWN = 5_000  # papers of which is kept what their links and buttons take
_SAID, _LED = attrgetter("text"), attrgetter("url")  # of spans
_WIDER = ("\x85", "\u2028", "\u2029")  # shown as ends of lines, which JSON writes with two characters


def _takes(block: Block, before: Block | None) -> Weight:
    """Blocks, and the characters of a group's JSON without one of its brackets."""
    if not isinstance(block, Card):
        return _often(block)
    if block.compact:
        # They are one list with two menus, which is full of characters long before it has too many papers to choose of.
        goes_on = isinstance(before, Card) and before.compact
        return (0, line_size(block)) if goes_on else (2, AROUND + line_size(block))
    return _card(block) or _made(block)


def _holds(weight: Weight) -> bool:
    blocks, characters = weight
    return blocks <= BLOCKS and characters < CHARACTERS - NAMED


ROOM = Room(_takes, _holds)


def _made(block: Block) -> tuple[int, int]:
    found = list(groups(Message((block,)), NOWHERE, DIGEST))
    # They are numbered through a message, which holds hardly a hundred: reckoned with two digits, not with one.
    numbered = sum(len(each["elements"]) for group in found for each in group if each["type"] == "actions")
    return sum(map(len, found)), sum(map(size, found)) - len(found) + numbered


_often = lru_cache(maxsize=500)(_made)  # what closes an edition says much the same in many channels


def _card(card: Card) -> Weight | None:
    """At most what `_made` finds; None where a text is so long that it is cut, or leads somewhere of its own."""
    title, said = "".join(map(_SAID, card.title)), "".join(map(_SAID, card.text))
    matched = ", ".join(card.matched)
    if max(len(title), len(said), len(matched)) > PIECE or any(map(_LED, card.title + card.text)):
        return None
    blocks, characters, to = _alike(title, card.url, card.byline, card.facts, card.buttons, card.menu)
    # What is only space between two words of a title goes with the first of them.
    named = [span for span in card.title if span.text != " "] or _X
    characters += _around(named, _LINKED if to else _BOLD) + to * len(named)
    if card.text:
        characters += _APART + _around(card.text, _PLAIN) + _letters(said)
    return blocks, characters + (_MATCHED + _letters(matched) if matched else 0)


def _around(line: Iterable[Span], sizes: Mapping[str, int]) -> int:
    return sum([sizes.get(span.style, sizes["plain"]) for span in line])


@lru_cache(maxsize=2 * _KNOWN)
def _letters(text: str) -> int:
    """How many characters of JSON a text is at most, however it is cut into spans."""
    return len(encode_basestring(text)) - 2 + (0 if text.isascii() else sum(map(text.count, _WIDER)))


@lru_cache(maxsize=_KNOWN)
def _alike(
    title: str, url: str, byline: str, facts: tuple[str, ...], buttons: tuple[Button, ...], menu: tuple[Button, ...]
) -> tuple[int, int, int]:
    """Blocks and characters of what is said of a paper everywhere, and of its address, which is there in each span."""
    to = len(address(url))
    blocks, characters = _made(Card("", line(title), url, byline, facts, buttons=buttons, menu=menu))
    return blocks, characters - (_LINKED if to else _BOLD)["plain"] - to, to


def _by(**parts: Any) -> int:
    """How many characters a card has by what is in it, which else has one letter."""
    return _made(Card(**{"paper": "", "title": _X, "url": "", **parts}))[1]


# What stands around the texts, as the renderer has it.
_X, _URL, _STYLES = line("x"), "https://a.b", ("plain", "strong", "mark", "code", "quiet")
_BOLD = {style: _by(title=(*_X, Span("x", style))) - _by() - 1 for style in _STYLES}
_LINKED = {style: _by(title=(*_X, Span("x", style)), url=_URL) - _by(url=_URL) - 1 - len(_URL) for style in _STYLES}
_PLAIN = {style: _by(text=(*_X, Span("x", style))) - _by(text=_X) - 1 for style in _STYLES}
_APART = _by(text=_X) - _by() - 1 - _PLAIN["plain"]
_MATCHED = _by(matched=("x",)) - _by() - 1
