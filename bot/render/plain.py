"""A message as plain text: for pipes, logs of what was said, mail, and a platform's fallback."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import assert_never

from bot.render.text import clean, described, details, figures, link, one_line, terms, title, together, with_links
from domain.message import Actions, Bars, Block, Button, Card, File, Heading, Listing, Message, Note

_NARROWEST = 20
_RULE = 72  # characters of the longest line under a heading


def plain(message: Message, width: int = 0) -> str:
    """The message in plain text, wrapped at `width` characters if that is not 0. Addresses are never cut."""
    text, previous = "", None
    for block in message.blocks:
        shown = _block(block, width)
        if shown:
            gap = "" if previous is None else "\n" if together(previous, block) else "\n\n"
            text, previous = text + gap + shown, block
    return text


def _block(block: Block, width: int) -> str:
    match block:
        case Heading(text):
            shown = _set(one_line(text), width)
            return f"{shown}\n{'=' * min(max(map(len, shown.splitlines())), _RULE)}" if shown else ""
        case Note(text):
            return _set(clean(with_links(text)).strip(), width)
        case Listing(lines):
            return "\n".join(_set(one_line(with_links(line)), width, "- ", "  ") for line in lines)
        case Card():
            return _compact(block) if block.compact else _card(block, width)
        case Bars(label):
            return _set(f"{one_line(label)}: {figures(block)}", width)
        case Actions(buttons):
            return _set(hints(buttons, width, labels=True), width)
        case File():
            return _set(f"File: {described(block)}", width)
    assert_never(block)


def _card(card: Card, width: int) -> str:
    lines = [
        _set(title(card), width),
        _inside(details(card), width),
        _inside(clean(with_links(card.text)).strip(), width),
        _inside(" ".join(filter(None, (link(card.url), one_line(card.paper)))), width),
        _inside(matched(card), width),
        _inside(hints((*card.buttons, *card.menu), width and width - 2), width),
    ]
    return "\n".join(filter(None, lines))


def _compact(card: Card) -> str:
    rest = " · ".join(filter(None, (title(card), details(card), matched(card))))
    return " ".join(filter(None, (one_line(card.paper), rest, link(card.url))))


def matched(card: Card) -> str:
    """The line that says what a card matched, or nothing."""
    return f"matched: {', '.join(terms(card))}" if terms(card) else ""


def hints(buttons: Iterable[Button], width: int = 0, *, labels: bool = False) -> str:
    """Buttons as the commands that one can type instead, or nothing; never broken within a command that fits.

    With `labels`, each stands after its label where that says more than the command does.
    """
    lines: list[str] = []
    for button in buttons:
        typed = _typed(button, labels=labels)
        if not typed:
            continue
        if lines and not (width and len(f"{lines[-1]} · {typed}") > width):
            lines[-1] += f" · {typed}"
        else:
            lines.append(f"    {typed}" if lines else f"do: {typed}")
    return "\n".join(lines)


def _typed(button: Button, *, labels: bool) -> str:
    label, command = one_line(button.label), one_line(button.command)
    return f"{label}: {command}" if labels and label and not command.lower().startswith(label.lower()) else command


def _inside(text: str, width: int) -> str:
    return _set(text, width, "  ", "  ")


def _set(text: str, width: int, first: str = "", rest: str = "") -> str:
    lines = [
        piece
        for paragraph in (text.split("\n") if text else ())
        for piece in (_wrapped(paragraph, max(width, _NARROWEST) - len(rest)) if width else (paragraph.rstrip(),))
    ]
    return "\n".join(f"{rest if number else first}{piece}".rstrip() for number, piece in enumerate(lines))


def _wrapped(paragraph: str, width: int) -> list[str]:
    # Words longer than a line are cut, as languages without spaces need; addresses never are.
    return wrap(paragraph, width, break_long_words="://" not in paragraph, break_on_hyphens=False) or [""]
