"""In which order strict results come: relevance with the title heaviest, a title that is the query first.

Not every match is weighed: the index is asked for those that have the query's words in the title or often in the
abstract, and for the newest. So a search costs as much among millions of papers as among thousands. What is weighed
does not depend on the page asked for, so that no page repeats or skips.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import combinations

from sqlalchemy import Connection, func, select

from db import marks, schema
from db.compile import Compiled, compiled
from db.frequency import Sizes, beginnings, frequencies, newest, sizes, some_days, walk
from db.fulltext import FTS, words
from db.gather import HEAVY, PRESENT, TITLED, Asked, listed, texts
from db.places import before, number, place
from db.weigh import bm25, leaf_count, ordered
from domain import query as q

_COUNTED = 50_000  # papers of a store in which any number of results is counted
_LISTED = 3_000  # results that are all ranked; of more those that are weighed, and then the newest
_WEIGHED = 200  # papers, of many
_NEWEST = 50  # of them, or more, whatever their titles are
_FEW = 400  # results that are all weighed
_ENOUGH = 20  # results that are looked for among the newest alone, where they are far between
_WALKED = 20_000  # papers that the index looks at in one go, about
_ELSEWHERE = 8  # papers have a word somewhere for one that has it in the title, about
_NAMED = 20  # papers of one title that are weighed if it is the query
_TELLING = 3  # words by which the best of many are found
_TOO_COMMON = 0.1  # of what the most telling word tells: so little makes none the best
_MARKS = ((marks.titled_with, TITLED - PRESENT), (marks.heavy, HEAVY - PRESENT))


class Matches:
    """The strict results of a query as of a day: how many there are, and the best of them, page by page."""

    def __init__(self, connection: Connection, query: q.Query, today: date) -> None:
        self._connection = connection
        self._query = query
        self._today = today
        self._words = query.wanted()
        self._beginnings = beginnings(connection, self._words) if self._sizes.papers > _COUNTED else None
        if self._beginnings is not None and len(self._listed) <= _WEIGHED:
            # Among so few, papers with a rare word that begins so count too.
            self._beginnings = None
            del self._exact, self._often, self._found

    @cached_property
    def total(self) -> int:
        """How many there are; at least, where there are `more`."""
        if len(self._listed) <= _LISTED or self._sizes.papers > _COUNTED:
            return min(_LISTED, len(self._listed))
        found = self._exact.numbers().subquery()
        return self._connection.execute(select(func.count()).select_from(found)).scalar_one()

    @property
    def more(self) -> bool:
        """Whether there may be more than `total`."""
        return self._beginnings is not None or self._found[1] is not None or self.total < len(self._listed)

    def best(self, limit: int, offset: int = 0) -> list[int]:
        """Numbers of papers, the most relevant first; without any word, the newest."""
        if not self._words:
            return [number(each) for each in _newest(self._connection, self._exact, limit, offset)]
        page = self._ranked[offset : offset + limit]
        if len(page) < limit and not self._whole:
            # What was weighed stands among the newest too.
            known = set(self._ranked)
            exact = compiled(self._query.root, self._today)
            rest = [each for each in _newest(self._connection, exact, offset + limit) if each not in known]
            page += rest[max(0, offset - len(known)) :][: limit - len(page)]
        return [number(each) for each in page]

    def _say(self, leaf: q.Text) -> str:
        return words(leaf, self._beginnings)

    @cached_property
    def _exact(self) -> Compiled:
        return compiled(self._query.root, self._today, self._say)

    @cached_property
    def _often(self) -> dict[q.Text, int]:
        return frequencies(self._connection, self._words, self._beginnings)

    @cached_property
    def _found(self) -> tuple[list[int], int | None]:
        # The newest, one more than are ranked, and the place below which they were looked for. Where results may be
        # far between that is of the last years only, as long as these bring enough.
        far = 0.0 if self._dense else walk(self._query.root, self._often)
        for share in (_WALKED / far, 8 * _WALKED / far) if _WALKED < far < math.inf else ():
            below = self._newer(share)
            found = _newest(self._connection, self._exact, _LISTED + 1, below=below)
            if below is None or len(found) >= _ENOUGH:
                return found, below
        return _newest(self._connection, self._exact, _LISTED + 1), None

    @property
    def _dense(self) -> bool:
        # Whether nearly every paper that the index looks at is a result.
        root = self._query.root
        alone = isinstance(root, q.Or) or (isinstance(root, q.Text) and len(root.stems) == 1)
        return alone and not self._exact.conditions

    def _newer(self, share: float) -> int | None:
        # The place below which about so many of the papers stand, unless the query's own date is no earlier.
        below = newest(self._days, share)
        since = [
            before(each.day(self._today))
            for each in _required(self._query.root)
            if isinstance(each, q.Dated) and each.bound == "since"
        ]
        return None if below is None or below >= min(since, default=math.inf) else below

    @cached_property
    def _days(self) -> list[date]:
        return some_days(self._connection)

    @cached_property
    def _sizes(self) -> Sizes:
        return sizes(self._connection)

    @property
    def _listed(self) -> list[int]:
        return self._found[0]

    @property
    def _whole(self) -> bool:
        return self._beginnings is None and self._found[1] is None and len(self._listed) <= _LISTED

    @cached_property
    def _ranked(self) -> list[int]:
        # The places of all that have a rank, the best first.
        held = self._sizes
        telling = {leaf: held.telling(many) for leaf, many in self._often.items()}
        few = self._whole and len(self._listed) <= _FEW
        by_marks = self._listed if few else self._marked(telling)
        named = self._named()
        read = texts(self._connection, list({*named, *by_marks[: _FEW if few else _WEIGHED + _NEWEST]}))
        scores = bm25([(leaf_count(leaf), tells) for leaf, tells in telling.items()], read, held.usual)
        head = ordered(self._words, read, scores, named)
        known = set(head)
        return head + [each for each in by_marks if each not in known] if self._whole else head

    def _marked(self, telling: dict[q.Text, float]) -> list[int]:
        # The best by what the index says of them without their texts.
        leaves = sorted(telling, key=lambda leaf: -telling[leaf])[:_TELLING]
        if not self._whole and self._exact.match is not None:
            return self._titled(leaves)
        leaves = [leaf for leaf in leaves if telling[leaf] >= _TOO_COMMON * telling[leaves[0]]]
        required = [leaf for leaf in _required(self._query.root) if isinstance(leaf, q.Text)]
        rarest = min(required, key=lambda leaf: self._often[leaf], default=None)
        asked: list[tuple[str, float]] = []
        for leaf in leaves:
            also = f" AND ({self._say(rarest)})" if rarest is not None and leaf != rarest else ""
            for mark, worth in _MARKS:
                if said := self._said(leaf, mark):
                    asked.append((f"({said}){also}", telling[leaf] * worth))
            if leaf not in required:
                asked.append((self._say(leaf), telling[leaf] * PRESENT))
        there, gained = set(self._listed), defaultdict[int, float](float)
        found = listed(self._connection, *(Asked(said, _WALKED) for said, _ in asked))
        for those, (_, worth) in zip(found, asked, strict=True):
            for at in there.intersection(those):
                gained[at] += worth
        best = sorted(gained, key=lambda at: (-gained[at], at))
        return best + [at for at in self._listed if at not in gained]

    def _titled(self, leaves: Sequence[q.Text]) -> list[int]:
        # Those with all of the words in the title, short titles before long ones, then with fewer, then the newest.
        marked = {leaf: said for leaf in leaves if (said := self._said(leaf, marks.titled_with))}
        found: dict[int, None] = {}
        for size in range(len(marked), 0, -1):
            wanted = [
                self._with(some, marked, short)
                for short in ((*marks.SHORT, None) if size == len(marked) else (None,))
                for some in combinations(marked, size)
            ]
            for each in listed(self._connection, *wanted):
                if len(found) < _WEIGHED:
                    found |= dict.fromkeys(each)
            if len(found) >= _WEIGHED:
                break
        best = list(found)[:_WEIGHED]
        return list(dict.fromkeys([*best, *self._listed[: max(_NEWEST, _WEIGHED - len(best))]]))

    def _with(self, some: Collection[q.Text], marked: Mapping[q.Text, str], short: int | None) -> Asked:
        # The newest results in which these leaves are so marked, in short titles alone or in any.
        said = [marked[leaf] for leaf in some] + ([f'"{marks.short(short)}"'] if short else [])
        together = " AND ".join(f"({each})" for each in said)
        first = next(iter(some))

        # One word in the title is the word, which need not be looked for again; of several no mark says the order.
        alone = {leaf for leaf in some if len(leaf.stems) == 1 and not leaf.prefix}

        def say(leaf: q.Text) -> str:
            if leaf in alone:
                return together if leaf == first else marked[leaf]
            return f"({together}) AND ({self._say(leaf)})" if leaf == first else self._say(leaf)

        root = self._query.root
        if isinstance(root, q.Or) and alone.issuperset(some) and alone.issubset(root.children):
            match = together
        elif set(some) <= set(_required(root)):
            match = compiled(root, self._today, say).match or ""
        else:
            match = f"({together}) AND ({self._exact.match})"
        far = 0.0 if self._dense else min(self._often[leaf] for leaf in some) / _ELSEWHERE
        most = 2 * _WALKED if len(some) == len(marked) else _WALKED / 4
        below = self._newer(most / far) if far > most else None
        return Asked(match, _WEIGHED, below, self._exact.conditions)

    def _said(self, leaf: q.Text, mark: Callable[[str], str]) -> str | None:
        # The expression of the papers that have the leaf's words so marked.
        if leaf.field in {"author", "abstract" if mark is marks.titled_with else "title"}:
            return None
        *first, last = leaf.stems
        ends: Iterable[str] = (last,)
        if leaf.prefix and self._beginnings is not None:
            ends = self._beginnings[("text", last)]
        sign = " *" if leaf.prefix and self._beginnings is None else ""
        any_end = " OR ".join(f'"{mark(end)}"{sign}' for end in ends)
        return " AND ".join([*(f'"{mark(word)}"' for word in first), f"({any_end})"]) if any_end else None

    def _named(self) -> set[int]:
        # The results whose whole title is what was asked: they need not be among the best by bm25.
        key = "".join(form for leaf in self._words if leaf.field in {"", "title"} for form in leaf.forms)
        papers = schema.papers.c
        rows = select(papers.number, papers.day).where(papers.title_key == key).order_by(papers.day.desc())
        found = [place(row.day, row.number) for row in self._connection.execute(rows.limit(_NAMED))] if key else []
        if not found:
            return set()
        if self._whole:
            return set(found) & set(self._listed)
        wanted = self._exact.numbers().where(
            papers.number.in_(map(number, found)) if self._exact.match is None else FTS.c.rowid.in_(found)
        )
        there = set(self._connection.execute(wanted).scalars())
        return {each for each in found if number(each) in there}


def everything(connection: Connection, query: q.Query, today: date) -> list[int]:
    """The numbers of all strict results as of a day, the newest first."""
    return [number(each) for each in _newest(connection, compiled(query.root, today))]


def _newest(
    connection: Connection, exact: Compiled, limit: int = -1, offset: int = 0, below: int | None = None
) -> list[int]:
    if exact.match is not None:
        most = limit + offset if limit >= 0 else -1
        return listed(connection, Asked(exact.match, most, below, exact.conditions))[0][offset:]
    papers = schema.papers.c
    rows = select(papers.number, papers.day).where(*exact.conditions)
    rows = rows.order_by(papers.day.desc(), papers.number.desc()).limit(limit).offset(offset)
    return [place(row.day, row.number) for row in connection.execute(rows)]


def _required(root: q.Node) -> tuple[q.Node, ...]:
    return root.children if isinstance(root, q.And) else (root,)
