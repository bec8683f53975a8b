"""In which order strict results come: relevance with the title heaviest, a title that is the query first.

Not every match is weighed: the index is asked for those that have the query's words in the title or often in the
abstract, and for the newest. So a search costs as much among millions of papers as among thousands. What is weighed
does not depend on the page asked for, so that no page repeats or skips.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations

from sqlalchemy import Connection, Select, func, select

from db import marks, schema
from db.compile import Compiled, compiled
from db.frequency import beginnings, frequencies, sizes
from db.fulltext import FTS, expression, matching
from db.gather import HEAVY, PRESENT, TITLED, places, texts
from db.places import number, place
from db.weigh import bm25, ordered
from domain import query as q

_COUNTED = 50_000  # papers of a store in which any number of results is counted
_LISTED = 3_000  # results that are all ranked; of more those that are weighed, and then the newest
_MOST = 10_000  # results of which the number is said in a larger store
_WEIGHED = 200  # papers
_NAMED = 20  # papers of one title that are weighed if it is the query
_TELLING = 3  # words by which the best of many are found
_TOO_COMMON = 0.1  # of what the most telling word tells: so little makes none the best
_MARKS = ((marks.titled_with, TITLED - PRESENT), (marks.heavy, HEAVY - PRESENT))


class Matches:
    """The strict results of a query as of a day: how many there are, and the best of them, page by page."""

    def __init__(self, connection: Connection, query: q.Query, today: date) -> None:
        self._connection = connection
        self._query = query
        self._words = query.wanted()
        self._beginnings = beginnings(connection, self._words)
        self._exact = compiled(query.root, today, self._beginnings)
        if self._beginnings is not None and len(self._listed) <= _WEIGHED:
            # Among so few, papers with a rare word that begins so count too.
            self._beginnings, self._exact = None, compiled(query.root, today)
            del self._listed

    @cached_property
    def total(self) -> int:
        """How many there are; at least, where there are `more`."""
        if len(self._listed) <= _LISTED:
            return len(self._listed)
        found = self._exact.numbers()
        if sizes(self._connection).papers > _COUNTED:
            found = found.limit(_MOST)
        return self._connection.execute(select(func.count()).select_from(found.subquery())).scalar_one()

    @property
    def more(self) -> bool:
        """Whether there may be more than `total`."""
        return self._beginnings is not None or (self.total == _MOST and sizes(self._connection).papers > _COUNTED)

    def best(self, limit: int, offset: int = 0) -> list[int]:
        """Numbers of papers, the most relevant first; without any word, the newest."""
        if not self._words:
            return [number(each) for each in _newest(self._connection, self._exact, limit, offset)]
        page = self._ranked[offset : offset + limit]
        if len(page) < limit and len(self._listed) > _LISTED:
            # What was weighed stands among the newest too.
            known = set(self._ranked)
            rest = [each for each in _newest(self._connection, self._exact, offset + limit) if each not in known]
            page += rest[max(0, offset - len(known)) :][: limit - len(page)]
        return [number(each) for each in page]

    @cached_property
    def _listed(self) -> list[int]:
        return _newest(self._connection, self._exact, _LISTED + 1)

    @cached_property
    def _ranked(self) -> list[int]:
        # The places of all that have a rank, the best first.
        often = frequencies(self._connection, self._words, self._beginnings)
        held = sizes(self._connection)
        telling = {leaf: held.telling(many) for leaf, many in often.items()}
        by_marks = self._listed if len(self._listed) <= _WEIGHED else self._marked(telling)
        named = self._named()
        chosen = list(dict.fromkeys([*named, *by_marks[:_WEIGHED]]))
        read = texts(self._connection, chosen)
        scores = bm25(list(telling.items()), read, held.usual)
        head = ordered(self._words, read, scores, named)
        known = set(head)
        return head + [each for each in by_marks if each not in known] if len(self._listed) <= _LISTED else head

    def _marked(self, telling: dict[q.Text, float]) -> list[int]:
        # The best by what the index says of them without their texts.
        leaves = sorted(telling, key=lambda leaf: -telling[leaf])
        if len(self._listed) > _LISTED and self._exact.match is not None:
            return self._titled(leaves)
        least = _TOO_COMMON * telling[leaves[0]]
        wanted: list[tuple[str, float]] = []
        for leaf in leaves[:_TELLING]:
            if telling[leaf] < least:
                break
            said = [(self._said(leaf, mark), worth) for mark, worth in _MARKS]
            if leaf not in _required(self._query.root):
                said = [(expression(leaf, self._beginnings), PRESENT), *said]
            wanted += [(each, telling[leaf] * worth) for each, worth in said if each]
        there, gained = set(self._listed), defaultdict[int, float](float)
        asked = [self._also(said) for said, _ in wanted]
        for found, (_, worth) in zip(places(self._connection, *asked), wanted, strict=True):
            for at in found:
                if at in there:
                    gained[at] += worth
        best = sorted(gained, key=lambda at: (-gained[at], at))
        return best + [at for at in self._listed if at not in gained]

    def _also(self, *said: str) -> Select[int]:
        # Those of the results that the index matches with this too, the newest first; perhaps others.
        found = self._exact.places(*said)
        if found is None:
            found = (
                select(FTS.c.rowid).where(matching(" AND ".join(f"({each})" for each in said))).order_by(FTS.c.rowid)
            )
        return found.limit(_LISTED)

    def _titled(self, leaves: Sequence[q.Text]) -> list[int]:
        # Those with all of the most telling words in the title, then with fewer, then the newest.
        said = [words for leaf in leaves if (words := self._said(leaf, marks.titled_with))][:_TELLING]
        found: dict[int, None] = {}
        for size in range(len(said), 0, -1):
            for some in combinations(said, size):
                if len(found) < _WEIGHED:
                    wanted = self._also(*some).limit(_WEIGHED)
                    found |= dict.fromkeys(places(self._connection, wanted)[0])
        return list(dict.fromkeys([*found, *self._listed[:_WEIGHED]]))[:_WEIGHED]

    def _said(self, leaf: q.Text, mark: Callable[[str], str]) -> str | None:
        # The expression of the papers that have the leaf's words so marked.
        if leaf.field in {"author", "abstract" if mark is marks.titled_with else "title"}:
            return None
        *words, last = leaf.stems
        ends: Iterable[str] = (last,)
        if leaf.prefix and self._beginnings is not None:
            ends = self._beginnings[("text", last)]
        sign = " *" if leaf.prefix and self._beginnings is None else ""
        any_end = " OR ".join(f'"{mark(end)}"{sign}' for end in ends)
        return " AND ".join([*(f'"{mark(word)}"' for word in words), f"({any_end})"]) if any_end else None

    def _named(self) -> set[int]:
        # The results whose whole title is what was asked: they need not be among the best by bm25.
        key = "".join(form for leaf in self._words if leaf.field in {"", "title"} for form in leaf.forms)
        papers = schema.papers.c
        rows = select(papers.number, papers.day).where(papers.title_key == key).order_by(papers.day.desc())
        found = [place(row.day, row.number) for row in self._connection.execute(rows.limit(_NAMED))] if key else []
        if not found:
            return set()
        if len(self._listed) <= _LISTED:
            return set(found) & set(self._listed)
        wanted = self._exact.numbers().where(
            papers.number.in_(map(number, found)) if self._exact.match is None else FTS.c.rowid.in_(found)
        )
        there = set(self._connection.execute(wanted).scalars())
        return {each for each in found if number(each) in there}


def everything(connection: Connection, query: q.Query, today: date) -> list[int]:
    """The numbers of all strict results as of a day, the newest first."""
    return [number(each) for each in _newest(connection, compiled(query.root, today))]


def _newest(connection: Connection, exact: Compiled, limit: int = -1, offset: int = 0) -> list[int]:
    found = exact.places()
    if found is not None:
        return places(connection, found.limit(limit).offset(offset))[0]
    papers = schema.papers.c
    rows = select(papers.number, papers.day).where(*exact.conditions)
    rows = rows.order_by(papers.day.desc(), papers.number.desc()).limit(limit).offset(offset)
    return [place(row.day, row.number) for row in connection.execute(rows)]


def _required(root: q.Node) -> tuple[q.Node, ...]:
    return root.children if isinstance(root, q.And) else (root,)
