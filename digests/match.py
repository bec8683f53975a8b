"""Which papers each subscription matches: exactly the strict results of a search for its text.

A batch of papers is turned around once, into a bit mask of papers per word; a query is then a few operations
on whole numbers, whatever its size, so that the cost is papers plus subscriptions and not their product. Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property

from domain.paper import Paper
from domain.query import (
    TRENDING_DAYS,
    TRENDING_UPVOTES,
    And,
    Category,
    Dated,
    FromSource,
    Is,
    Leaf,
    Node,
    Not,
    Or,
    Query,
    Text,
    Trending,
    Upvotes,
)
from domain.words import forms, stem

COLUMNS = ("title", "abstract", "author")
_BREAK = ""  # between two authors: no word, so no phrase spans both


class _Column:
    """One text of every paper of a batch, by word."""

    def __init__(self, texts: Sequence[list[str]]) -> None:
        self.texts = texts
        self.papers: defaultdict[str, int] = defaultdict(int)
        for position, words in enumerate(texts):
            for word in set(words):
                self.papers[word] |= 1 << position

    @cached_property
    def sorted(self) -> list[str]:
        return sorted(self.papers)

    def word(self, word: str) -> int:
        return self.papers.get(word, 0)

    def beginning(self, start: str) -> int:
        mask = 0
        for at in range(bisect_left(self.sorted, start), len(self.sorted)):
            if not self.sorted[at].startswith(start):
                break
            mask |= self.papers[self.sorted[at]]
        return mask

    def phrase(self, words: Sequence[str], last: int, ends: _Ends) -> int:
        mask = last
        for word in words[:-1]:
            mask &= self.word(word)
        found = 0
        while mask:
            bit = mask & -mask
            mask ^= bit
            if _holds(self.texts[bit.bit_length() - 1], words[:-1], ends):
                found |= bit
        return found


class _Ends:
    """What the last word of a phrase may be: one word, or for a prefix any that begins so."""

    def __init__(self, word: str, *, prefix: bool, stemmed: bool) -> None:
        self.start = word if prefix else None
        self.word = stem(word) if prefix and stemmed else word

    def __contains__(self, word: str) -> bool:
        return word == self.word or (self.start is not None and word.startswith(self.start))


def _holds(text: list[str], before: Sequence[str], ends: _Ends) -> bool:
    size = len(before)
    return any(text[at] in ends and text[at - size : at] == list(before) for at in range(size, len(text)))


class Batch:
    """Papers to match queries against, as of a day (UTC) from which ages are counted."""

    def __init__(self, papers: Iterable[Paper], today: date) -> None:
        self.papers = tuple(papers)
        self.today = today
        self.everything = (1 << len(self.papers)) - 1
        self._columns = {
            "title": _Column([[stem(form) for form in forms(paper.title)] for paper in self.papers]),
            "abstract": _Column([[stem(form) for form in forms(paper.text)] for paper in self.papers]),
            "author": _Column([_authors(paper) for paper in self.papers]),
        }
        self._known: dict[Leaf, int] = {}  # subscriptions share words and categories

    def matches(self, query: Query) -> list[Paper]:
        """The papers that match, in the batch's order."""
        return list(self._papers(self._mask(query.root)))

    def holds(self, node: Node) -> bool:
        """Whether any paper of the batch matches this part of a query."""
        return bool(self._mask(node))

    def relevance(self, query: Query, weights: Mapping[str, float]) -> dict[int, float]:
        """How well papers answer the wanted words of a query: for each word, the weights of the columns it is in."""
        scores: dict[int, float] = defaultdict(float)
        for leaf in query.wanted():
            for name in (leaf.field,) if leaf.field else COLUMNS:
                for paper in self._papers(self._column(leaf, name)):
                    scores[paper.number] += weights[name]
        return scores

    def _papers(self, mask: int) -> Iterator[Paper]:
        while mask:
            bit = mask & -mask
            mask ^= bit
            yield self.papers[bit.bit_length() - 1]

    def _mask(self, node: Node) -> int:
        match node:
            case Not(child):
                return self.everything & ~self._mask(child)
            case And(children):
                mask = self.everything
                for child in children:
                    mask &= self._mask(child)
                return mask
            case Or(children):
                mask = 0
                for child in children:
                    mask |= self._mask(child)
                return mask
            case _:
                if node not in self._known:
                    self._known[node] = self._text(node) if isinstance(node, Text) else self._where(node)
                return self._known[node]

    def _text(self, leaf: Text) -> int:
        mask = 0
        for name in (leaf.field,) if leaf.field else COLUMNS:
            mask |= self._column(leaf, name)
        return mask

    def _column(self, leaf: Text, name: str) -> int:
        column, stemmed = self._columns[name], name != "author"
        words = leaf.stems if stemmed else leaf.forms
        ends = _Ends(words[-1], prefix=leaf.prefix, stemmed=stemmed)
        last = column.word(ends.word) | (column.beginning(ends.start) if ends.start else 0)
        return last if len(words) == 1 else column.phrase(words, last, ends)

    def _where(self, leaf: Category | FromSource | Is | Dated | Upvotes | Trending) -> int:
        mask = 0
        for position, paper in enumerate(self.papers):
            if _meets(paper, leaf, self.today):
                mask |= 1 << position
        return mask


def _authors(paper: Paper) -> list[str]:
    words: list[str] = []
    for author in paper.authors:
        words += [*forms(author), _BREAK]
    return words


def _meets(paper: Paper, leaf: Category | FromSource | Is | Dated | Upvotes | Trending, today: date) -> bool:
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
