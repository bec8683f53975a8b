"""One text of every paper of a batch, turned around: which papers say a word, words in a row, or a beginning.

Papers are known by their places in the batch. What is found is a mask of them: bit n is the batch's paper n.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, reduce
from itertools import pairwise
from operator import or_
from typing import TypeAlias

_FEW = 8  # papers whose mask is put together bit by bit
_Turned: TypeAlias = dict[str, int | list[int]]  # by what is said: the paper, or the papers where several say it


class Column:
    """The analysed texts, with spaces between their words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [f" {text} " for text in texts]
        self.words = _turned(self._texts, str.split)
        self.pairs: _Turned = {}

    def pair(self) -> None:
        """Turn any two words in a row around as well: where many phrases are asked for, each is then a look-up."""
        if not self.pairs:
            self.pairs = _turned(self._texts, _pairs)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.words)  # those with one beginning stand together

    def having(self, text: str) -> int:
        """The papers that say these words, one after the other with a space between."""
        found = self.words.get(text)
        if found is None:
            return self._phrase(text) if " " in text else 0
        return 1 << found if isinstance(found, int) else masked(found, len(self._texts))

    def beginning(self, text: str) -> int:
        """The same, where the last word may go on."""
        *before, start = text.split(" ")
        first = bisect_left(self._sorted, start)
        there = self._sorted[first : bisect_left(self._sorted, start + "\U0010ffff", first)]
        return reduce(or_, map(self.having, [" ".join([*before, word]) for word in there] if before else there), 0)

    def _phrase(self, text: str) -> int:
        words = text.split(" ")
        pieces, turned = (map(" ".join, pairwise(words)), self.pairs) if self.pairs else (words, self.words)
        there = [turned.get(piece, ()) for piece in pieces]
        if () in there:
            return 0
        fewest = min([[found] if isinstance(found, int) else found for found in there], key=len)
        said, texts = f" {text} ", self._texts
        found = fewest if len(words) == 2 and self.pairs else [n for n in fewest if said in texts[n]]
        return masked(found, len(texts))


def _turned(texts: Iterable[str], cut: Callable[[str], Iterable[str]]) -> _Turned:
    found: _Turned = {}
    for place, text in enumerate(texts):
        for piece in set(cut(text)):
            there = found.get(piece)
            if there is None:
                found[piece] = place
            elif isinstance(there, int):
                found[piece] = [there, place]
            else:
                there.append(place)
    return found


def _pairs(text: str) -> Iterator[str]:
    return map(" ".join, pairwise(text.split()))


def masked(found: Collection[int], of: int) -> int:
    """The mask of these places, of so many."""
    if len(found) <= _FEW:
        mask = 0
        for place in found:
            mask |= 1 << place
        return mask
    bits = bytearray(of // 8 + 1)
    for place in found:
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def places(mask: int) -> Iterator[int]:
    """The bits of a mask, as positions in its batch."""
    while mask:
        bit = mask & -mask
        mask ^= bit
        yield bit.bit_length() - 1
