"""Where a text shows what was asked for: the spans to mark, found with the same words that matching uses. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.message import Line, Span
from domain.query import Text
from domain.words import Token, stem, tokens


def spans(text: str, wanted: Iterable[Text], *, author: bool = False) -> list[tuple[int, int]]:
    """Character ranges of the text that the words and phrases match: in order, without overlap."""
    found = tokens(text)
    ranges = sorted(
        (found[first].start, found[first + len(words) - 1].end)
        for leaf in wanted
        for words in [leaf.forms if author else leaf.stems]
        for first in range(len(found) - len(words) + 1)
        if _stands(found[first : first + len(words)], words, leaf, author=author)
    )
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _stands(found: Sequence[Token], words: Sequence[str], leaf: Text, *, author: bool) -> bool:
    present = [token.form if author else token.stem for token in found]
    if not leaf.prefix:
        return present == list(words)
    last = words[-1]
    return present[:-1] == list(words[:-1]) and (
        present[-1].startswith(last) or (not author and present[-1] == stem(last))
    )


def marked(text: str, ranges: Sequence[tuple[int, int]]) -> Line:
    """The text as a line in which the ranges are marked."""
    parts: list[Span] = []
    at = 0
    for start, end in ranges:
        parts += [Span(text[at:start]), Span(text[start:end], "mark")]
        at = end
    parts.append(Span(text[at:]))
    return tuple(part for part in parts if part.text)
