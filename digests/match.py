"""Which papers each subscription matches: exactly the strict results of a search for its text.

A batch of papers is turned around once, into the papers of each word; what a query's leaf means is then a bit mask
of papers, and a query a few operations on whole numbers. Queries of one shape are answered together, column by
column, so that the cost is papers plus subscriptions and not their product. Pure.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import compress, count, islice
from operator import and_, or_

from digests.column import places
from digests.leaves import Answers
from digests.sought import Sought
from domain.compact import AND, LEAF, NOT, compact
from domain.paper import Paper
from domain.query import Node, Query

__all__ = ["Batch", "Standing", "places"]

_AT_ONCE = 20_000  # queries that are read before their leaves are
_MANY = 50_000  # leaves from which on it pays to answer them together


class Batch:
    """Papers to match queries against, as of a day (UTC) from which ages are counted."""

    def __init__(self, papers: Iterable[Paper], today: date) -> None:
        self.papers = tuple(papers)
        self.today = today
        self.everything = (1 << len(self.papers)) - 1
        self.answers = Answers(self.papers, today)

    def mask(self, compacted: str) -> int:
        """The papers that a query in its compact form matches: bit n is the batch's paper n."""
        shape, *leaves = compacted.split("\t")
        return next(_column(iter(shape), iter([(self.answers[leaf],) for leaf in leaves]), self.everything))

    def matches(self, query: Query) -> list[Paper]:
        """The papers that match, in the batch's order."""
        return [self.papers[place] for place in places(self.mask(compact(query.root)))]

    def holds(self, node: Node) -> bool:
        """Whether any paper of the batch matches this part of a query."""
        return bool(self.mask(compact(node)))


class Standing:
    """Many queries, matched together: each is a name (a whole number) and the query's compact form."""

    def __init__(self, queries: Iterable[tuple[int, str]] = ()) -> None:
        leaves: defaultdict[str, int] = defaultdict(count().__next__)  # each with its number
        self._names: defaultdict[str, array[int]] = defaultdict(lambda: array("q"))
        self._asked: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        left = iter(queries)
        while some := list(islice(left, _AT_ONCE)):
            self._add(some, leaves)
        self._leaves = list(leaves)
        self._sought: Sought | None = None  # where they are asked for together, and not one by one
        if len(leaves) >= _MANY:
            leaves.clear()
            self._sought = Sought(self._leaves)
            self._leaves.clear()

    def _add(self, queries: Iterable[tuple[int, str]], leaves: defaultdict[str, int]) -> None:
        read: defaultdict[str, list[str]] = defaultdict(list)
        for name, compacted in queries:
            shape, _, listed = compacted.partition("\t")
            self._names[shape].append(name)
            read[shape].append(listed)
        for shape, texts in read.items():
            self._asked[shape].extend(map(leaves.__getitem__, "\t".join(texts).split("\t")))

    def matches(self, batch: Batch) -> Iterator[tuple[int, int]]:
        """The name of each query that matches any paper of the batch, and which, as `Batch.mask` says it."""
        answers = batch.answers
        masks = answers.together(self._sought) if self._sought else [answers[leaf] for leaf in self._leaves]
        for shape, names in self._names.items():
            asked, many = self._asked[shape], shape.count(LEAF)
            slots = (map(masks.__getitem__, asked[at::many]) for at in range(many))
            column = list(_column(iter(shape), slots, batch.everything))
            yield from zip(compress(names, column), filter(None, column), strict=True)


def _column(shape: Iterator[str], leaves: Iterator[Iterable[int]], everything: int) -> Iterator[int]:
    """The masks of queries of one shape, in order, from those of their leaves."""
    sign = next(shape)
    if sign == LEAF:
        return iter(next(leaves))
    if sign == NOT:
        return map(everything.__xor__, _column(shape, leaves, everything))
    left = _column(shape, leaves, everything)
    return map(and_ if sign == AND else or_, left, _column(shape, leaves, everything))
