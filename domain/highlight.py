"""Where a text shows what was asked for: the spans to mark, found with the same words that matching uses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from domain.compact import Words
from domain.message import Line, Span
from domain.query import Text
from domain.words import stem, tokens


def spans(text: str, wanted: Iterable[Text | Words], *, author: bool = False) -> list[tuple[int, int]]:
    """Character ranges of the text that the words and phrases match: in order, without overlap."""
    read = _remembered(text) if len(text) <= _SHORT else _read(text)
    found, by = (read.forms, read.by_form) if author else (read.stems, read.by_stem)
    ranges: list[tuple[int, int]] = []
    for leaf in wanted:
        words = leaf.forms if author else leaf.stems
        there: Sequence[int] | None = _beginning(found, words, author=author) if leaf.prefix else by.get(words[0])
        if not there:  # as where most words stand in the one or the other text
            continue
        if many := len(words) - 1:
            there = [at for at in there if leaf.prefix or found[at : at + many + 1] == words]
        ranges += [(read.starts[at], read.ends[at + many]) for at in there]
    if len(ranges) < 2:
        return ranges
    ranges.sort()
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class _Read(NamedTuple):
    """The words of a text, where each begins and ends, and which of them are the same."""

    stems: tuple[str, ...]
    forms: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    by_stem: dict[str, list[int]]
    by_form: dict[str, list[int]]


def _read(text: str) -> _Read:
    found = tokens(text)
    stems, forms = tuple([token.stem for token in found]), tuple([token.form for token in found])
    starts, ends = tuple([token.start for token in found]), tuple([token.end for token in found])
    return _Read(stems, forms, starts, ends, _by_word(stems), _by_word(forms))


def _by_word(words: tuple[str, ...]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, word in enumerate(words):
        found.setdefault(word, []).append(at)
    return found


_SHORT = 400  # characters: what a card shows; a paper is shown in many channels
_remembered = lru_cache(maxsize=8_000)(_read)


def _beginning(found: tuple[str, ...], words: tuple[str, ...], *, author: bool) -> list[int]:
    """Where these words stand one after the other, of which the last may go on."""
    *before, last = words
    many = len(words)
    whole = last if author else stem(last)
    return [
        first
        for first, end in enumerate(found[many - 1 :])
        if (end == whole or end.startswith(last)) and [*found[first : first + many - 1]] == before
    ]


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> Line:
    """The text as a line in which the ranges are marked."""
    parts: list[Span] = []
    at = 0
    for start, end in ranges:
        if start > at:
            parts.append(Span(text[at:start]))
        parts.append(Span(text[start:end], "mark"))
        at = end
    if at < len(text):
        parts.append(Span(text[at:]))
    return tuple(parts)
