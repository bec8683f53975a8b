"""What the index says of a paper besides its words: terms of its own, which no word of a text can be.

A category and all above it, a source, each word of the title, once more if that is short, and each word that weighs
much in the abstract: what a search for papers of a kind, or for the best of many, would otherwise look up in each one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import ceil

COLUMN = "marks"
SHORT = 6  # words of a title that is short, at most: one in four is
USUAL = 175  # words of a paper, about: by this much a longer one makes its words count less
SATURATION, LENGTH = 1.2, 0.75  # of BM25, as FTS5 has them
_HEAVY = 1.5  # what the words of one kind add to BM25, of 2.2 at most: about three in an abstract, fewer in a short one


def of(title: Sequence[str], abstract: Sequence[str], categories: Iterable[str], sources: Iterable[str]) -> list[str]:
    """The marks of a paper: of the stems of its title and abstract, its categories and its sources."""
    return counted(title, Counter(abstract), len(abstract), categories, sources)


def counted(
    title: Sequence[str], abstract: Mapping[str, int], words: int, categories: Iterable[str], sources: Iterable[str]
) -> list[str]:
    """The same, where it has been counted how often each stem is in the abstract, and how many they are together."""
    titled = dict.fromkeys(title)
    least = SATURATION * (1 - LENGTH + LENGTH * (len(title) + words) / USUAL)
    least = ceil(_HEAVY * least / (SATURATION + 1 - _HEAVY))  # how often a word comes that is heavy
    often = [word for word, many in abstract.items() if many >= least]
    return [
        *[f"|t{word}" for word in titled],
        *([f"|b{word}" for word in titled] if len(title) <= SHORT else ()),
        *[f"|h{word}" for word in often if word not in titled],
        *_kinds(tuple(categories), tuple(sources)),
    ]


@lru_cache(maxsize=10_000)
def _kinds(categories: tuple[str, ...], sources: tuple[str, ...]) -> tuple[str, ...]:
    # The marks of categories and sources: few papers have any of their own.
    above = {
        lower[:at]: None
        for lower in map(str.lower, categories)
        for at in (*(at for at, sign in enumerate(lower) if sign == "."), len(lower))
    }
    return *map(category, above), *map(source, dict.fromkeys(map(str.lower, sources)))


def titled_with(word: str) -> str:
    """The mark of a paper with this stem in its title."""
    return f"|t{word}"


def briefly_titled_with(word: str) -> str:
    """The mark of a paper with this stem in its title, and that is short."""
    return f"|b{word}"


def heavy(word: str) -> str:
    """The mark of a paper with this stem many times in its abstract, and not in its title."""
    return f"|h{word}"


def category(name: str) -> str:
    """The mark of a paper in this category or below it."""
    return f"|c{_plain(name)}"


def source(name: str) -> str:
    """The mark of a paper that this source carried."""
    return f"|s{_plain(name)}"


@lru_cache(maxsize=1_000)
def _plain(name: str) -> str:
    # A term has letters and digits; whatever else a name has stands by its number.
    return "".join(sign if sign.isascii() and sign.isalnum() else f"|{ord(sign):x}|" for sign in name.lower())
