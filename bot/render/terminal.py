"""A message on a terminal: marked words, links one can click and read, and commands to type next.

Nothing here goes through the library's markup, so that `[bold]` in a title is just that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.render.plain import hints, matched
from bot.render.text import clean as cleaned
from bot.render.text import described, details, figures, flat, link, one_line, short, terms, together
from domain.message import Actions, Bars, Block, Card, File, Heading, Line, Listing, Message, Note

# Readable on dark and on light backgrounds, and each different without colours too.
_STYLES = {
    "strong": Style(bold=True),
    "mark": Style(bold=True, color="magenta"),
    "code": Style(color="cyan"),
    "quiet": Style(dim=True),
}
_QUIET, _STRONG = _STYLES["quiet"], _STYLES["strong"]
_NARROWEST = 20
_WIDEST = 100  # columns of running text that are comfortable to read
_BARS = "▁▂▃▄▅▆▇█"


def terminal(message: Message, console: Console) -> None:
    """Print the message, wrapped at the console's width. Addresses are never cut."""
    console.size = console.size  # asked of the terminal once, not for each line
    if lines := [*_lines(message, console)]:
        # All in one go: each time the console prepares itself anew.
        console.print(Text("\n").join(lines), soft_wrap=True)


def _lines(message: Message, console: Console) -> Iterator[Text]:
    previous = None
    for block in message.blocks:
        if previous is not None and not together(previous, block):
            yield Text()
        for line in _block(block, console):
            line.rstrip()
            yield line
        previous = block


def _block(block: Block, console: Console) -> Iterator[Text]:
    match block:
        case Heading(text):
            yield from _wrapped(console, Text(one_line(text), _STRONG))
            yield from _wrapped(console, Text("─" * min(cell_len(one_line(text)), _width(console)), _QUIET))
        case Note(text, quiet):
            yield from _wrapped(console, _styled(text, _QUIET if quiet else None))
        case Listing(lines):
            for line in lines:
                yield from _wrapped(console, _styled(line, one=True), "• ", "  ")
        case Card(compact=True):
            yield _compact(block, console)
        case Card():
            yield from _card(block, console)
        case Bars(label):
            yield from _wrapped(console, Text.assemble(one_line(label), "  ", _sparkline(block)))
        case Actions(buttons):
            yield from _wrapped(console, Text(hints(buttons, _width(console), labels=True), _QUIET))
        case File():
            yield from _wrapped(console, Text(f"File: {described(block)}"))
        case _:
            assert_never(block)


def _card(card: Card, console: Console) -> Iterator[Text]:
    url = link(card.url)
    yield from _wrapped(console, _title(card))
    yield from _wrapped(console, Text(details(card), _QUIET), "  ", "  ")
    yield from _wrapped(console, _styled(card.text), "  ", "  ")
    address = Text.assemble(Text(url, _clickable(url)), " " if url else "", Text(one_line(card.paper), _QUIET))
    yield from _wrapped(console, address, "  ", "  ")
    if terms(card):
        shown = Text(", ").join(Text(term, _STYLES["mark"]) for term in terms(card))
        yield from _wrapped(console, Text.assemble(Text("matched: ", _QUIET), shown), "  ", "  ")
    yield from _wrapped(console, Text(_fitting(card, console), _QUIET), "  ", "  ")


def _fitting(card: Card, console: Console) -> str:
    """All of a card's commands; on a terminal, where they repeat on every card, those that fit into a line."""
    buttons = [*card.buttons, *card.menu]
    room = _width(console) - 2
    while console.is_terminal and len(buttons) > 1 and cell_len(hints(buttons)) > room:
        buttons.pop()
    return hints(buttons, room)


def _compact(card: Card, console: Console) -> Text:
    """One line: on a terminal cut to fit, at a word; elsewhere whole."""
    url = link(card.url)
    head = Text(f"{one_line(card.paper):<6} ".lstrip(), _QUIET)
    title = _title(card)
    extra = " · ".join(filter(None, (details(card), matched(card))))
    if not console.is_terminal:
        tail = Text.assemble(Text(f" · {extra}" if extra else "", _QUIET), f" {url}" if url else "")
    else:
        tail = Text(f"  {short(url)}" if url else "", _QUIET + _clickable(url))
        room = console.width - head.cell_len - tail.cell_len
        if extra and title.cell_len + cell_len(extra) + 3 <= room:
            tail = Text.assemble(Text(f" · {extra}", _QUIET), tail)
        elif title.cell_len > room:
            title = title[: len(_cut(title.plain, max(room - 1, 1)))]
            title.append("…")
    return Text.assemble(head, title, tail)


def _cut(text: str, cells: int) -> str:
    piece = set_cell_size(text, cells).rstrip()
    at_word = re.match(r".+(?=\s\S*$)", piece) if text[len(piece) : len(piece) + 1].strip() else None
    return at_word[0] if at_word and len(at_word[0]) > len(piece) // 2 else piece


def _title(card: Card) -> Text:
    line = _styled(card.title, _STRONG, one=True, links=False) or Text("Untitled", _STRONG)
    line.stylize(_clickable(link(card.url)))
    return line


def _styled(line: Line, base: Style | None = None, *, one: bool = False, links: bool = True) -> Text:
    text = Text(style=base or Style())
    for span in line:
        shown = flat(span.text) if one else cleaned(span.text)
        url = link(span.url) if links else ""
        text.append(shown, _STYLES.get(span.style, Style()) + _clickable(url))
        if url and url not in shown:
            text.append(" (").append(url, _QUIET + _clickable(url)).append(")")
    start = len(text.plain) - len(text.plain.lstrip())
    text = text[start:] if start else text
    text.rstrip()
    return text


def _clickable(url: str) -> Style:
    return Style(link=url) if url else Style()


def _sparkline(bars: Bars) -> Text:
    top = max((*bars.counts, 1))
    shown = "".join(_BARS[max(0, -(-count * (len(_BARS) - 1) // top))] for count in bars.counts)
    return Text(shown or figures(bars), _STYLES["code"])


def _width(console: Console) -> int:
    return max(min(console.width, _WIDEST), _NARROWEST)


def _wrapped(console: Console, text: Text, first: str = "", rest: str = "") -> Iterator[Text]:
    if not text.plain:
        return
    number = 0
    for paragraph in text.split("\n", allow_blank=True):
        for piece in _folded(paragraph, console, _width(console) - len(rest)):
            yield Text.assemble(rest if number else first, piece)
            number += 1


def _folded(text: Text, console: Console, width: int) -> list[Text]:
    """The text in lines of that width; an address that is longer stays whole on a longer line."""
    if any("://" in word and cell_len(word) > width for word in text.plain.split(" ")):
        return _by_words(text, width)
    return list(text.wrap(console, width))


def _by_words(text: Text, width: int) -> list[Text]:
    lines: list[Text] = []
    for word in text.split(" "):
        if lines and lines[-1].cell_len + 1 + word.cell_len <= width:
            lines[-1] = Text.assemble(lines[-1], " ", word)
        else:
            lines.append(word)
    return lines
