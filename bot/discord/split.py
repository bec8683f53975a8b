"""Answers that are too long for one message, cut at the edges of what they consist of. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from domain.message import Block, Card, Line, Listing, Message, Note, Span

Fits = Callable[[Message], bool]


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
    match block:
        case Listing(lines) if len(lines) > 1:
            half = len(lines) // 2
            yield from _pieces(Listing(lines[:half]), fits)
            yield from _pieces(Listing(lines[half:]), fits)
        case Listing(lines) if lines:
            yield from _pieces(Note(lines[0]), fits)
        case Note(text, quiet) if (cut := _halves(text)) is not None:
            yield from _pieces(Note(cut[0], quiet), fits)
            yield from _pieces(Note(cut[1], quiet), fits)
        case Card(text=text) if text:
            yield from _pieces(replace(block, text=()), fits)
            yield from _pieces(Note(text), fits)
        case Card(matched=matched) if matched:
            yield from _pieces(replace(block, matched=()), fits)
        case Card(facts=facts) if facts:
            yield from _pieces(replace(block, facts=()), fits)
        case _:
            yield block


def _halves(line: Line) -> tuple[Line, Line] | None:
    """A line as two, cut near its middle: between words, and inside one only where there is no space."""
    length = sum(len(span.text) for span in line)
    if length < 2:
        return None
    text = "".join(span.text for span in line)
    middle = length // 2
    space = text.rfind(" ", 0, middle)
    at = space + 1 if space > middle // 2 else middle
    first: list[Span] = []
    rest: list[Span] = []
    for span in line:
        taken = max(0, min(at, len(span.text)))
        at -= len(span.text)
        if span.text[:taken]:
            first.append(replace(span, text=span.text[:taken]))
        if span.text[taken:]:
            rest.append(replace(span, text=span.text[taken:]))
    return tuple(first), tuple(rest)
