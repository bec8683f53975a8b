"""What many queries ask for, sorted once by how it is looked for: the same for every batch of papers. Pure."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeAlias

from domain.compact import said
from domain.words import stem

Pair: TypeAlias = tuple[str, str]  # two words in a row


class Sought:
    """The leaves of many queries, known by their numbers; and the texts that those of words look for, by theirs."""

    def __init__(self, leaves: Iterable[str]) -> None:
        self.words: dict[str, int] = {}
        self.pairs: dict[Pair, int] = {}
        self.longer: dict[str, int] = {}  # phrases of three words and more
        self.beginnings: dict[str, int] = {}
        self.wholes: dict[str, str] = {}  # beginnings with what each is as a word of its own
        self.opening: defaultdict[Pair, list[tuple[str, Pair]]] = defaultdict(list)  # longer ones, with their last two
        self.ends: set[Pair] = set()  # what longer ones open and end with, and all other pairs
        self.texts = 0  # how many
        # By field, leaves of words: their numbers, and those of their stems and forms.
        self.fields: defaultdict[str, tuple[array[int], array[int], array[int]]] = defaultdict(
            lambda: (array("I"), array("I"), array("I"))
        )
        self.others: list[tuple[int, str]] = []
        self.leaves = 0
        self._known: dict[str, str] = {}  # each word of a pair once
        for leaf in leaves:
            self._add(leaf)
            self.leaves += 1
        self._known.clear()
        self.ends.update(self.pairs)

    def _add(self, leaf: str) -> None:
        asked = said(leaf)
        if asked is None:
            self.others.append((self.leaves, leaf))
            return
        field, stems, forms, prefix = asked
        number = self._text(stems, prefix=prefix)
        numbers, stemmed, formed = self.fields[field]
        numbers.append(self.leaves)
        stemmed.append(number)
        formed.append(number if stems == forms else self._text(forms, prefix=prefix))
        if prefix and (word := whole(stems)):
            self.wholes[stems] = word

    def _text(self, text: str, *, prefix: bool) -> int:
        spaces, following = text.count(" "), self.texts
        if prefix:
            number = self.beginnings.setdefault(text, following)
        elif not spaces:
            number = self.words.setdefault(text, following)
        elif spaces == 1:
            number = self.pairs.setdefault(self._pair(text.split(" ")), following)
        else:
            number = self.longer.setdefault(text, following)
            if number == following:
                words = text.split(" ")
                first, last = self._pair(words[:2]), self._pair(words[-2:])
                self.opening[first].append((text, last))
                self.ends.update((first, last))
        if number == following:
            self.texts += 1
        return number

    def _pair(self, words: Iterable[str]) -> Pair:
        first, second = words
        return self._known.setdefault(first, first), self._known.setdefault(second, second)


def whole(beginning: str) -> str:
    """A beginning read as a word of its own, if it does not begin that: `analyses*` is analysis too. Else empty."""
    *before, end = beginning.split(" ")
    read = " ".join([*before, stem(end)])
    return "" if read.startswith(beginning) else read
