"""Answers that are too long for one message, cut at the edges of what they consist of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import structs

from digests.cards import shortened
from domain.message import Actions, Bars, Block, Card, Heading, Line, Listing, Message, Note, Span, line, plain

Fits = Callable[[Message], bool]
TITLE = 200  # characters of a title that is too long


def parts(message: Message, fits: Fits) -> list[Message]:
    """The message as several that fit, in order: cut between blocks, in a listing between lines, in text at words."""
    found: list[list[Block]] = [[]]
    for block in message.blocks:
        for piece in _pieces(block, fits):
            if found[-1] and not fits(Message((*found[-1], piece))):
                found.append([])
            found[-1].append(piece)
    return [Message(tuple(blocks)) for blocks in found]


def _pieces(block: Block, fits: Fits) -> Iterator[Block]:
    if fits(Message((block,))):
        yield block
        return
    for piece in _smaller(block):
        yield from _pieces(piece, fits)


def _smaller(block: Block) -> Sequence[Block]:
    """The block as several that are smaller; none for one that cannot be cut, which then is left out."""
    match block:
        case Listing(lines) if len(lines) > 1:
            return Listing(lines[: len(lines) // 2]), Listing(lines[len(lines) // 2 :])
        case Listing((only,)):
            return (Note(only),)
        case Note(text, quiet) if (cut := _halves(text)) is not None:
            return Note(cut[0], quiet), Note(cut[1], quiet)
        case Heading(text):
            return (Note(line(Span(text, "strong"))),)
        case Card():
            return _slimmer(block)
        case Actions(buttons) if len(buttons) > 1:
            return Actions(buttons[: len(buttons) // 2]), Actions(buttons[len(buttons) // 2 :])
        case Bars(label) if label:
            return Note(line(label)), structs.replace(block, label="")
        case _:
            return ()


def _slimmer(card: Card) -> Sequence[Block]:
    """A card with less in it, followed by what was taken out of it."""
    match card:
        case Card(text=text) if text:
            return structs.replace(card, text=()), Note(text)
        case Card(matched=matched) if matched:
            return structs.replace(card, matched=()), Note(line(f"Matched: {', '.join(matched)}"))
        case Card(facts=facts, byline=byline) if facts or byline:
            return structs.replace(card, facts=(), byline=""), Note(line(" · ".join((byline, *facts))))
        case Card(title=title) if len(plain(title)) > TITLE:
            return structs.replace(card, title=line(shortened(plain(title), TITLE))), Note(title)
    return ()


def _halves(text: Line) -> tuple[Line, Line] | None:
    """A line as two, cut near its middle: between words, and inside one only where there is no space."""
    said = plain(text)
    if len(said) < 2:
        return None
    middle = len(said) // 2
    space = said.rfind(" ", 0, middle)
    at = space + 1 if space > middle // 2 else middle
    first: list[Span] = []
    rest: list[Span] = []
    for span in text:
        taken = max(0, min(at, len(span.text)))
        at -= len(span.text)
        if span.text[:taken]:
            first.append(structs.replace(span, text=span.text[:taken]))
        if span.text[taken:]:
            rest.append(structs.replace(span, text=span.text[taken:]))
    return tuple(first), tuple(rest)
