"""Which papers each subscription matches: exactly the strict results of a search for its text.

A batch of papers is turned around once, into the papers of each word; what a query's leaf means is then a bit mask
of papers, and a query a few operations on whole numbers. Queries of one shape are answered together, column by
column, so that the cost is papers plus subscriptions and not their product. Pure.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from operator import and_, or_

from domain.compact import AND, LEAF, NOT, Words, compact, wanted, words
from domain.paper import Paper
from domain.parse import parse
from domain.query import (
    TRENDING_DAYS,
    TRENDING_UPVOTES,
    Category,
    Dated,
    FromSource,
    Is,
    Node,
    Query,
    Trending,
    Upvotes,
)
from domain.words import forms, stem

_FEW = 8  # papers for whose mask no room is made
COLUMNS = ("title", "abstract", "author")
_BREAK = "|"  # between two authors, or two papers: no word, so no phrase spans both


class _Column:
    """One text of every paper of a batch, by word. What is found is a mask: bit n is the batch's paper n."""

    def __init__(self, texts: Iterable[list[str]], *, stemmed: bool) -> None:
        self.stemmed = stemmed
        self.texts: list[str] = []  # with a space before and after each word
        self.papers: defaultdict[str, list[int]] = defaultdict(list)
        self._masks: dict[str, int] = {}
        for place, text in enumerate(texts):
            self.texts.append(f" {' '.join(text)} ")
            for word in set(text):
                self.papers[word].append(place)

    @cached_property
    def sorted(self) -> list[str]:
        return sorted(self.papers)

    def having(self, leaf: Words) -> int:
        """The papers that have what a leaf of words asks for."""
        words = leaf.stems if self.stemmed else leaf.forms
        *before, last = words
        text = " ".join(words)
        if not leaf.prefix:
            return self.phrase(before, f" {text} ", self.word(last))
        # A beginning may be a word of its own: `analyses*` is analysis too.
        whole = stem(last) if self.stemmed else last
        begun = self.phrase(before, f" {text}", self.beginning(last))
        return begun | self.phrase(before, f" {' '.join([*before, whole])} ", self.word(whole))

    def word(self, word: str) -> int:
        if word not in self._masks:
            self._masks[word] = _mask(self.papers.get(word, ()), len(self.texts))
        return self._masks[word]

    def beginning(self, start: str) -> int:
        found: set[int] = set()
        for at in range(bisect_left(self.sorted, start), len(self.sorted)):
            if not self.sorted[at].startswith(start):
                break
            found.update(self.papers[self.sorted[at]])
        return _mask(found, len(self.texts))

    def phrase(self, before: list[str], said: str, last: int) -> int:
        for word in before:
            last &= self.word(word)
        if not before or not last:
            return last
        return _mask([place for place in places(last) if said in self.texts[place]], len(self.texts))


class Batch:
    """Papers to match queries against, as of a day (UTC) from which ages are counted."""

    def __init__(self, papers: Iterable[Paper], today: date) -> None:
        self.papers = tuple(papers)
        self.today = today
        self.everything = (1 << len(self.papers)) - 1
        self._columns = {
            "title": _Column(([stem(form) for form in forms(paper.title)] for paper in self.papers), stemmed=True),
            "abstract": _Column(([stem(form) for form in forms(paper.text)] for paper in self.papers), stemmed=True),
            "author": _Column(map(_authors, self.papers), stemmed=False),
        }
        self._known: dict[str, int] = {}  # queries share words and categories

    @cached_property
    def standing(self) -> list[tuple[int, int, int]]:
        """What orders papers that are equally relevant: popularity, then date, then which came last."""
        return [(-(paper.upvotes or 0), -paper.day.toordinal(), -paper.number) for paper in self.papers]

    def mask(self, compacted: str) -> int:
        """The papers that a query in its compact form matches: bit n is the batch's paper n."""
        shape, *leaves = compacted.split("\t")
        return next(_column(iter(shape), iter([(self.leaf(leaf),) for leaf in leaves]), self.everything))

    def matches(self, query: Query) -> list[Paper]:
        """The papers that match, in the batch's order."""
        return [self.papers[place] for place in places(self.mask(compact(query.root)))]

    def holds(self, node: Node) -> bool:
        """Whether any paper of the batch matches this part of a query."""
        return bool(self.mask(compact(node)))

    def relevance(self, compacted: str, weights: Mapping[str, float], among: Collection[int]) -> dict[int, float]:
        """How well papers, by their places, answer a query's words: for each, the weights of the columns it is in.

        Those that none of the words is in are left out.
        """
        scores: defaultdict[int, float] = defaultdict(float)
        mask = _mask(among, len(self.papers))
        for leaf in wanted(compacted):
            for name, found in self._columns_of(leaf):
                for place in places(found & mask):
                    scores[place] += weights[name]
        return scores

    def leaf(self, leaf: str) -> int:
        """The papers that one leaf of a compact form matches."""
        mask = self._known.get(leaf)
        if mask is None:
            mask = 0
            if words(leaf):
                for _, found in self._columns_of(leaf):
                    mask |= found
            else:
                asked = parse(leaf).root
                met = [n for n, paper in enumerate(self.papers) if _meets(paper, asked, self.today)]
                mask = _mask(met, len(self.papers))
            self._known[leaf] = mask
        return mask

    def _columns_of(self, leaf: str) -> Iterator[tuple[str, int]]:
        """What a leaf of words matches in each column that it may stand in."""
        if asked := words(leaf):
            for name in (asked.field,) if asked.field else COLUMNS:
                yield name, self._columns[name].having(asked)


class Standing:
    """Many queries, matched together: each is a name (a whole number) and the query's compact form."""

    def __init__(self, queries: Iterable[tuple[int, str]] = ()) -> None:
        self._leaves: dict[str, int] = {}
        self._names: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._asked: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        leaves = self._leaves
        for name, compacted in queries:
            shape, *rest = compacted.split("\t")
            self._names[shape].append(name)
            self._asked[shape].extend([leaves.setdefault(leaf, len(leaves)) for leaf in rest])

    def matches(self, batch: Batch) -> Iterator[tuple[int, int]]:
        """The name of each query that matches any paper of the batch, and which, as `Batch.mask` says it."""
        masks = list(map(batch.leaf, self._leaves))
        for shape, names in self._names.items():
            asked, many = self._asked[shape], shape.count(LEAF)
            slots = (map(masks.__getitem__, asked[at::many]) for at in range(many))
            column = _column(iter(shape), slots, batch.everything)
            yield from ((name, mask) for name, mask in zip(names, column, strict=True) if mask)


def _mask(found: Collection[int], of: int) -> int:
    """The mask of these places, of so many."""
    if len(found) < _FEW:
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


def _column(shape: Iterator[str], leaves: Iterator[Iterable[int]], everything: int) -> Iterator[int]:
    """The masks of queries of one shape, in order, from those of their leaves."""
    sign = next(shape)
    if sign == LEAF:
        return iter(next(leaves))
    if sign == NOT:
        return map(everything.__xor__, _column(shape, leaves, everything))
    left = _column(shape, leaves, everything)
    return map(and_ if sign == AND else or_, left, _column(shape, leaves, everything))


def _authors(paper: Paper) -> list[str]:
    found: list[str] = []
    for author in paper.authors:
        found += [*forms(author), _BREAK]
    return found


def _meets(paper: Paper, leaf: Node, today: date) -> bool:
    votes = paper.upvotes or 0
    match leaf:
        case Category(name):
            wanted = name.lower()
            return any(c == wanted or c.startswith(wanted + ".") for c in map(str.lower, paper.categories))
        case FromSource(name):
            return name.lower() in map(str.lower, paper.sources)
        case Is(wanted_paper):
            return wanted_paper == paper.number or wanted_paper in paper.identifiers
        case Dated():
            day = leaf.day(today)
            return paper.day >= day if leaf.bound == "since" else paper.day < day
        case Upvotes(operator, count):
            compared = {
                ">": votes > count,
                ">=": votes >= count,
                "<": votes < count,
                "<=": votes <= count,
                "=": votes == count,
            }
            return compared[operator]
        case Trending():
            return votes >= TRENDING_UPVOTES and paper.day >= today - timedelta(days=TRENDING_DAYS)
        case _:
            raise TypeError(f"{leaf} is no leaf")
