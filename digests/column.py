"""One text of every paper of a batch, turned around: which papers say a word, words in a row, or a beginning.

Papers are known by their places in the batch. What is found is a mask of them: bit n is the batch's paper n.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, reduce
from itertools import pairwise, repeat
from operator import or_
from typing import TypeVar

from digests.sought import Pair, Sought

_T = TypeVar("_T", str, Pair)
_FEW = 8  # papers whose mask is put together bit by bit
MOST = 4_000  # papers of which the masks of words are kept that many ask for together


class Column:
    """The analysed texts: each as it is, with spaces between its words, and as the words."""

    def __init__(self, texts: Iterable[tuple[str, list[str]]]) -> None:
        listed = list(texts)
        self._wholes, self._texts = [f" {whole} " for whole, _ in listed], [words for _, words in listed]
        self._alone = [1 << place for place in range(len(listed))]  # most words are of one paper, and share its mask
        self._words = _turned(self._texts)
        self._masks: dict[str, int] = {}  # of words that were asked for

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._words)  # those with one beginning stand together

    @cached_property
    def _ordered(self) -> list[int]:
        return [*map(self.having, self._sorted)]

    def saying(self, sought: Sought) -> list[int]:
        """The papers that say each of the texts that are sought, by their numbers."""
        pairs = _turned(map(sought.ends.intersection, map(pairwise, self._texts)))
        few, found = len(self._texts) <= MOST, [0] * sought.texts
        for word in self._words.keys() & sought.words.keys():
            found[sought.words[word]] = self.having(word) if few else self._mask(self._words[word])
        for pair in pairs.keys() & sought.pairs.keys():
            found[sought.pairs[pair]] = self._mask(pairs[pair])
        for first in pairs.keys() & sought.opening.keys():
            for phrase, last in sought.opening[first]:
                if last in pairs:
                    found[sought.longer[phrase]] = self._among(phrase, pairs[first], pairs[last])
        # In order, since a place in a list is found sooner near the one before.
        for start in sorted(sought.beginnings):
            several = [self.beginning(start)] if " " in start or not few else self._ordered[self._starting(start)]
            if several:
                found[sought.beginnings[start]] = reduce(or_, several)
        return found

    def having(self, text: str) -> int:
        """The papers that say these words, one after the other with a space between."""
        mask = self._masks.get(text)
        if mask is None:
            found = self._words.get(text)
            if found is None:
                return self._phrase(text) if " " in text else 0
            mask = self._masks[text] = self._mask(found)
        return mask

    def beginning(self, text: str) -> int:
        """The same, where the last word may go on."""
        *before, start = text.split(" ")
        there = self._sorted[self._starting(start)]
        return reduce(or_, map(self.having, [" ".join([*before, word]) for word in there] if before else there), 0)

    def _starting(self, start: str) -> slice:
        first = bisect_left(self._sorted, start)
        return slice(first, bisect_left(self._sorted, start[:-1] + chr(ord(start[-1]) + 1), first))

    def _phrase(self, text: str) -> int:
        there = [self._words.get(word, ()) for word in text.split(" ")]
        return 0 if () in there else self._among(text, *there)

    def _among(self, phrase: str, *there: Sequence[int]) -> int:
        """The papers that say a phrase, where these say parts of it."""
        said, texts = f" {phrase} ", self._wholes
        return self._mask([n for n in min(there, key=len) if said in texts[n]])

    def _mask(self, found: Sequence[int]) -> int:
        return self._alone[found[0]] if len(found) == 1 else masked(found, len(self._alone))


def _turned(texts: Iterable[Iterable[_T]]) -> defaultdict[_T, list[int]]:
    found: defaultdict[_T, list[int]] = defaultdict(list)
    for place, pieces in enumerate(texts):
        # For each piece of the text its list, to which the place is added: without a line of Python for each.
        deque(map(list.append, map(found.__getitem__, set(pieces)), repeat(place)), maxlen=0)
    return found


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


def places(mask: int) -> list[int]:
    """The bits of a mask, as positions in its batch."""
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit.bit_length() - 1)
        mask ^= bit
    return found
