"""A message on a terminal: marked words, links one can click and read, and commands to type next. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias, assert_never
from unicodedata import category, east_asian_width
from zlib import crc32

from msgspec import Struct

from bot.render.plain import hints, matched
from bot.render.text import clean as cleaned
from bot.render.text import described, details, figures, flat, link, one_line, short, terms, together
from domain.message import Actions, Bars, Block, Card, File, Heading, Line, Listing, Message, Note


class Screen(Struct, frozen=True):
    """What is written to. `columns`: how many letters fit into a line.

    `watched`: by a person, for whom what repeats is cut to fit. `styled`: it knows bold and links; `coloured`: and
    colours.
    """

    columns: int = 80
    watched: bool = False
    styled: bool = False
    coloured: bool = False


class _Style(Struct, frozen=True):
    """How a part of a line looks: the codes of ECMA-48's SGR, and what it leads to."""

    codes: frozenset[str] = frozenset()
    url: str = ""

    def __add__(self, other: _Style) -> _Style:
        return _Style(self.codes | other.codes, other.url or self.url)


_Parts: TypeAlias = list[tuple[str, _Style]]

# Readable on dark and on light backgrounds, and each different without colours too.
_PLAIN, _STRONG, _QUIET = _Style(), _Style(frozenset({"1"})), _Style(frozenset({"2"}))
_MARK, _CODE = _Style(frozenset({"1", "35"})), _Style(frozenset({"36"}))
_STYLES = {"strong": _STRONG, "mark": _MARK, "code": _CODE, "quiet": _QUIET}
_COLOURS = {"35", "36"}
_PIPE = Screen()
_NARROWEST = 20
_WIDEST = 100  # columns of running text that are comfortable to read
_BARS = "▁▂▃▄▅▆▇█"
_WORD = re.compile(r"\S+")


def terminal(message: Message, screen: Screen = _PIPE) -> str:
    """The message as lines, wrapped at the screen's width. Addresses are never cut."""
    return "".join(f"{_drawn(line, screen)}\n" for line in _lines(message, screen))


def _lines(message: Message, screen: Screen) -> Iterator[_Parts]:
    previous = None
    for block in message.blocks:
        if previous is not None and not together(previous, block):
            yield []
        for line in _block(block, screen):
            yield _cut(line, 0, len(_text(line).rstrip()))
        previous = block


def _drawn(line: _Parts, screen: Screen) -> str:
    return "".join(_coded(text, style, screen) for text, style in line) if screen.styled else _text(line)


def _coded(text: str, style: _Style, screen: Screen) -> str:
    codes = ";".join(sorted(style.codes if screen.coloured else style.codes - _COLOURS))
    shown = f"\x1b[{codes}m{text}\x1b[0m" if codes else text
    if not style.url:
        return shown
    # By its id a terminal knows that the pieces of a broken line are one link:
    # https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
    return f"\x1b]8;id={crc32(style.url.encode())};{style.url}\x1b\\{shown}\x1b]8;;\x1b\\"


def _block(block: Block, screen: Screen) -> Iterator[_Parts]:
    match block:
        case Heading(text):
            yield from _wrapped([(one_line(text), _STRONG)], screen)
            yield from _wrapped([("─" * min(_cells(one_line(text)), _width(screen)), _QUIET)], screen)
        case Note(text, quiet):
            yield from _wrapped(_styled(text, _QUIET if quiet else _PLAIN), screen)
        case Listing(lines):
            for line in lines:
                yield from _wrapped(_styled(line, one=True), screen, "• ", "  ")
        case Card(compact=True):
            yield _compact(block, screen)
        case Card():
            yield from _card(block, screen)
        case Bars(label):
            yield from _wrapped([(f"{one_line(label)}  ", _PLAIN), (_sparkline(block), _CODE)], screen)
        case Actions(buttons):
            yield from _wrapped([(hints(buttons, _width(screen), labels=True), _QUIET)], screen)
        case File():
            yield from _wrapped([(f"File: {described(block)}", _PLAIN)], screen)
        case _:
            assert_never(block)


def _card(card: Card, screen: Screen) -> Iterator[_Parts]:
    url = link(card.url)
    yield from _wrapped(_title(card), screen)
    address = [(url, _Style(url=url)), (" " if url else "", _PLAIN), (one_line(card.paper), _QUIET)]
    marked = [part for term in terms(card) for part in ((", ", _PLAIN), (term, _MARK))]
    for below in (
        [(details(card), _QUIET)],
        _styled(card.text),
        address,
        [("matched: ", _QUIET), *marked[1:]] if marked else [],
        [(_fitting(card, screen), _QUIET)],
    ):
        yield from _wrapped(below, screen, "  ", "  ")


def _fitting(card: Card, screen: Screen) -> str:
    """All of a card's commands; for a person, before whom they stand under every card, those that fit into a line."""
    buttons = [*card.buttons, *card.menu]
    room = _width(screen) - 2
    while screen.watched and len(buttons) > 1 and _cells(hints(buttons)) > room:
        buttons.pop()
    return hints(buttons, room)


def _compact(card: Card, screen: Screen) -> _Parts:
    """One line: for a person cut to fit, at a word; elsewhere whole."""
    url = link(card.url)
    head, title = f"{one_line(card.paper):<6} ".lstrip(), _title(card)
    extra = " · ".join(filter(None, (details(card), matched(card))))
    more = (f" · {extra}" if extra else "", _QUIET)
    if not screen.watched:
        return [(head, _QUIET), *title, more, (f" {url}" if url else "", _PLAIN)]
    tail = [(f"  {short(url)}" if url else "", _QUIET + _Style(url=url))]
    whole = _text(title)
    room = screen.columns - _cells(head) - _cells(_text(tail))
    if _cells(whole) + _cells(more[0]) <= room:
        tail = [more, *tail]
    elif _cells(whole) > room:
        title = [*_cut(title, 0, _at_word(whole, max(room - 1, 1))), ("…", _STRONG)]
    return [(head, _QUIET), *title, *tail]


def _at_word(text: str, cells: int) -> int:
    """How many letters of the text to show in so many cells: whole words, unless that were less than half."""
    piece = text[: _fit(text, cells)].rstrip()
    words = re.match(r".+(?=\s\S*$)", piece) if text[len(piece) : len(piece) + 1].strip() else None
    return words.end() if words and words.end() > len(piece) // 2 else len(piece)


def _title(card: Card) -> _Parts:
    parts = _styled(card.title, _STRONG, one=True, links=False) or [("Untitled", _STRONG)]
    return [(text, style + _Style(url=link(card.url))) for text, style in parts]


def _styled(line: Line, base: _Style = _PLAIN, *, one: bool = False, links: bool = True) -> _Parts:
    parts: _Parts = []
    for span in line:
        shown = flat(span.text) if one else cleaned(span.text)
        url = link(span.url) if links else ""
        parts.append((shown, base + _STYLES.get(span.style, _PLAIN) + _Style(url=url)))
        if url and url not in shown:
            parts += [(" (", base), (url, base + _QUIET + _Style(url=url)), (")", base)]
    whole = _text(parts)
    return _cut(parts, len(whole) - len(whole.lstrip()), len(whole.rstrip()))


def _sparkline(bars: Bars) -> str:
    top = max((*bars.counts, 1))
    return "".join(_BARS[max(0, -(-count * (len(_BARS) - 1) // top))] for count in bars.counts) or figures(bars)


def _width(screen: Screen) -> int:
    return max(min(screen.columns, _WIDEST), _NARROWEST)


def _wrapped(parts: _Parts, screen: Screen, first: str = "", rest: str = "") -> Iterator[_Parts]:
    text, before, begins = _text(parts), first, 0
    for paragraph in text.split("\n") if text else ():
        for start, end in _folded(paragraph, _width(screen) - len(rest)):
            yield [(before, _PLAIN), *_cut(parts, begins + start, begins + end)]
            before = rest
        begins += len(paragraph) + 1


def _folded(text: str, width: int) -> Iterator[tuple[int, int]]:
    """Where each line of that width begins and ends. A longer word is broken, but an address stays whole."""
    start = end = 0
    for word in _WORD.finditer(text):
        if start < end and _cells(text[start : word.end()]) > width:
            yield start, end
            start = word.start()
        while "://" not in word[0] and _cells(text[start : word.end()]) > width:
            end = start + _fit(text[start:], width)
            yield start, end
            start = end
        end = word.end()
    yield start, end


def _text(parts: Iterable[tuple[str, _Style]]) -> str:
    return "".join(text for text, _ in parts)


def _cut(parts: _Parts, start: int, end: int) -> _Parts:
    """What stands from one letter to another."""
    found, at = [], 0
    for text, style in parts:
        if piece := text[max(start - at, 0) : max(end - at, 0)]:
            found.append((piece, style))
        at += len(text)
    return found


def _fit(text: str, cells: int) -> int:
    """How many letters at the text's beginning take no more than so many cells; at least one."""
    for at, letter in enumerate(text):
        cells -= _cell(letter)
        if cells < 0:
            return max(at, 1)
    return len(text)


def _cells(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_cell, text))


def _cell(letter: str) -> int:
    """How many columns it takes: https://www.unicode.org/reports/tr11/, none for what stands on another letter."""
    if category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1
