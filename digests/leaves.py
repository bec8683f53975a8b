"""What the leaves of queries match in a batch of papers: a word, a phrase, a beginning, a category, a date. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cached_property, reduce
from itertools import accumulate
from operator import itemgetter, or_

from digests.column import Column, masked
from digests.sought import Sought, whole
from domain.compact import said
from domain.paper import Paper
from domain.parse import parse
from domain.query import TRENDING_DAYS, TRENDING_UPVOTES, Category, Dated, FromSource, Is, Node, Trending, Upvotes
from domain.words import Reading, forms

_KNOWN = 100_000  # leaves whose answers are kept: of those that come first, which most ask for
_BREAK = "|"  # between two authors: no word, so no phrase spans both


class Answers(dict[str, int]):
    """The papers that each leaf of a compact form matches, as a mask, answered when first asked: queries share many."""

    def __init__(self, papers: Sequence[Paper], today: date) -> None:
        super().__init__()
        self._papers, self._today = papers, today
        reading = Reading()
        self._columns = {
            "title": Column(reading.read(paper.title) for paper in papers),
            "abstract": Column(reading.read(paper.text) for paper in papers),
            "author": Column(map(_authors, papers)),
        }

    def __missing__(self, leaf: str) -> int:
        mask = self._answer(leaf)
        if len(self) < _KNOWN:
            self[leaf] = mask
        return mask

    def together(self, sought: Sought) -> list[int]:
        """The masks of many leaves, by their numbers."""
        title, abstract, author = (column.saying(sought) for column in self._columns.values())
        for start, word in sought.wholes.items():
            title[sought.beginnings[start]] |= self._columns["title"].having(word)
            abstract[sought.beginnings[start]] |= self._columns["abstract"].having(word)
        anywhere, masks = abstract.copy(), [0] * sought.leaves
        for number, mask in filter(itemgetter(1), enumerate(title)):
            anywhere[number] |= mask
        columns = {"": (anywhere, author), "title": (title,), "abstract": (abstract,), "author": (author,)}
        for field, (numbers, stems, names) in sought.fields.items():
            for column in columns[field]:
                found = map(column.__getitem__, names if column is author else stems)
                for number, mask in filter(itemgetter(1), zip(numbers, found, strict=True)):
                    masks[number] = masks[number] | mask if masks[number] else mask
        for number, leaf in sought.others:
            masks[number] = self[leaf]
        return masks

    def _answer(self, leaf: str) -> int:
        asked = said(leaf)
        if asked is None:
            return self._filtered(parse(leaf).root)
        return reduce(or_, [mask for _, mask in self._within(*asked)])

    def standing(self, leaf: str) -> list[tuple[str, int]]:
        """The fields that a leaf of words may stand in, and of which papers it stands in that."""
        asked = said(leaf)
        return self._within(*asked) if asked else []

    def _within(self, field: str, stems: str, forms: str, prefix: bool) -> list[tuple[str, int]]:
        found = []
        for name, column in self._columns.items():
            if field and field != name:
                continue
            text = forms if name == "author" else stems
            mask = column.beginning(text) if prefix else column.having(text)
            if prefix and name != "author":
                mask |= column.having(whole(text))
            found.append((name, mask))
        return found

    def _filtered(self, leaf: Node) -> int:
        match leaf:
            case Category(name):
                met: Collection[int] = self._named.get(("cat", name.lower()), ())
            case FromSource(name):
                met = self._named.get(("source", name.lower()), ())
            case Is(paper):
                met = self._named.get(("id", paper), ())
            case _:
                met = [n for n, paper in enumerate(self._papers) if _meets(paper, leaf, self._today)]
        return masked(met, len(self._papers))

    @cached_property
    def _named(self) -> dict[tuple[str, object], list[int]]:
        """The papers by the names that they go by."""
        found: defaultdict[tuple[str, object], list[int]] = defaultdict(list)
        for n, paper in enumerate(self._papers):
            for category in paper.categories:
                for name in accumulate(category.lower().split("."), "{}.{}".format):  # cs.CL is cs as well
                    found["cat", name].append(n)
            for source in paper.sources:
                found["source", source.lower()].append(n)
            for one in (paper.number, *paper.identifiers):
                found["id", one].append(n)
        return found


def _authors(paper: Paper) -> tuple[str, list[str]]:
    words = [word for author in paper.authors for word in (*forms(author), _BREAK)]
    return " ".join(words), words


def _meets(paper: Paper, leaf: Node, today: date) -> bool:
    votes = paper.upvotes or 0
    match leaf:
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
