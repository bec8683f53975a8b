"""Where a text shows what was asked for: the spans to mark, found with the same words that matching uses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from domain.compact import Words
from domain.message import Line, Span
from domain.query import Text
from domain.words import stem, tokens


def spans(text: str, wanted: Iterable[Text | Words], *, author: bool = False) -> list[tuple[int, int]]:
    """Character ranges of the text that the words and phrases match: in order, without overlap."""
    read = _remembered(text) if len(text) <= _SHORT else _read(text)
    ranges = sorted(
        (read.starts[first], read.ends[first + len(words) - 1])
        for leaf in wanted
        for words in [leaf.forms if author else leaf.stems]
        for first in _places(read.forms if author else read.stems, words, leaf, author=author)
    )
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


class _Read(NamedTuple):
    """The words of a text, and where each begins and ends."""

    stems: tuple[str, ...]
    forms: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def _read(text: str) -> _Read:
    found = tokens(text)
    stems, forms = tuple([token.stem for token in found]), tuple([token.form for token in found])
    return _Read(stems, forms, tuple([token.start for token in found]), tuple([token.end for token in found]))


_SHORT = 400  # characters: what a card shows; a paper is shown in many channels
_remembered = lru_cache(maxsize=8_000)(_read)


def _places(found: tuple[str, ...], words: tuple[str, ...], leaf: Text | Words, *, author: bool) -> Iterator[int]:
    """Where these words stand one after the other."""
    many = len(words)
    if leaf.prefix:
        *before, last = words
        whole = last if author else stem(last)
        for first in range(len(found) - many + 1):
            end = found[first + many - 1]
            if (end == whole or end.startswith(last)) and list(found[first : first + many - 1]) == before:
                yield first
    elif words[0] in found:
        for first in range(found.index(words[0]), len(found) - many + 1):
            if found[first : first + many] == words:
                yield first


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> Line:
    """The text as a line in which the ranges are marked."""
    parts: list[Span] = []
    at = 0
    for start, end in ranges:
        parts += [Span(text[at:start]), Span(text[start:end], "mark")]
        at = end
    parts.append(Span(text[at:]))
    return tuple(part for part in parts if part.text)
