"""In which order strict results come: relevance with the title heaviest, a title that is the query first.

Not every match is weighed: the index is asked for those that have the query's words in the title or often in the
abstract, and for the newest. So a search costs as much among millions of papers as among thousands. What is weighed
does not depend on the page asked for, so that no page repeats or skips.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, bindparam, func, select

from db import marks, schema
from db.compile import Compiled, compiled
from db.frequency import Often, Sizes, beginnings, frequencies, newest, sizes, some_days, walk
from db.fulltext import FTS, words
from db.gather import HEAVY, PRESENT, TITLED, Asked, listed, texts
from db.places import before, number, place
from db.titles import Titles, common, holds, marked, required
from db.weigh import Texts, bm25, leaf_count, ordered
from domain import query as q

_COUNTED = 50_000  # papers of a store in which any number of results is counted
_LISTED = 3_000  # results that are all ranked; of more those that are weighed, and then the newest
_WEIGHED = 64  # papers, of many
_NEWEST = 30  # of them, or more, whatever their titles are
_FEW = 128  # results that are all weighed
_ENOUGH = 20  # results that are looked for among the newest alone, where they are far between
_ROWS = 32_000  # entries of the index's lists that are gone through for the newest results: about a millisecond
_WHOLE = 200_000  # of them, in lists that are gone through to their ends
_MORE = 8  # times as many, where that brings too few
_WALKED = 20_000  # papers with a mark that the index looks at in one go, about
_NAMED = 20  # papers of one title that are weighed if it is the query
_CALLED = (  # made once: putting a statement together takes longer than asking it
    select(schema.papers.c.number, schema.papers.c.day)
    .where(schema.papers.c.title_key == bindparam("key"))
    .order_by(schema.papers.c.day.desc())
    .limit(_NAMED)
)
_TELLING = 3  # words by which the best of many are found
_TOO_COMMON = 0.4  # of what the most telling word tells: so little makes none the best
_MARKS = ((marks.titled_with, TITLED - PRESENT), (marks.heavy, HEAVY - PRESENT))


class Matches:
    """The strict results of a query as of a day: how many there are, and the best of them, page by page."""

    def __init__(self, connection: Connection, query: q.Query, today: date) -> None:
        self._connection = connection
        self._query = query
        self._today = today
        self._words = query.wanted()
        self._read: dict[int, Texts] = {}
        self._beginnings, self._some = None, False  # the words that a beginning is taken for, and whether not all are
        if self._sizes.papers > _COUNTED:
            self._beginnings, self._some = beginnings(connection, self._words)
        if self._some and len(self._listed) <= _WEIGHED:
            # Among so few, papers with a rare word that begins so count too.
            self._beginnings, self._some = None, False
            for known in ("_exact", "_often", "_found", "_titled"):
                self.__dict__.pop(known, None)

    @cached_property
    def total(self) -> int:
        """How many there are; at least, where there are `more`."""
        if self._surely_many:
            return _LISTED
        if len(self._listed) <= _LISTED or self._sizes.papers > _COUNTED:
            return min(_LISTED, len(self._listed if self._found[1] is None else {*self._listed, *self._titled}))
        found = self._exact.numbers().subquery()
        return self._connection.execute(select(func.count()).select_from(found)).scalar_one()

    @property
    def more(self) -> bool:
        """Whether there may be more than `total`."""
        return self._surely_many or not self._all_looked_at or self.total < len(self._listed)

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
    def _often(self) -> dict[q.Text, Often]:
        return frequencies(self._connection, self._words, self._beginnings)

    @cached_property
    def _surely_many(self) -> bool:
        # Whether the store's own counts say that there are more than are ranked.
        if not self._dense or self._sizes.papers <= _COUNTED:
            return False
        root = self._query.root
        parts = root.children if isinstance(root, q.Or) else (root,)
        return any(self._often[part].least > _LISTED for part in parts if isinstance(part, q.Text))

    @cached_property
    def _found(self) -> tuple[list[int], int | None]:
        # The newest, one more than are ranked, and the place below which they were looked for. Where results may be
        # far between that is of the last years only, as long as these and the titles bring enough.
        if self._surely_many:
            return _newest(self._connection, self._exact, _WEIGHED + 1), None
        rows = 0.0 if self._dense else walk(self._query.root, self._often, self._sizes.papers)
        if rows > _WHOLE and (found := self._sifted()) is not None:
            return found, None
        found, above = list[int](), None
        for most, enough in ((_ROWS, _ENOUGH), (_MORE * _ROWS, _ENOUGH // 2)) if rows > _WHOLE else ():
            below = self._newer(most, rows)
            if below is None:
                break
            found += _newest(self._connection, self._exact, _LISTED + 1, above=above, below=below)
            if len(found) >= enough or len({*found, *self._titled}) >= enough:
                return found, below
            above = below
        return found + _newest(self._connection, self._exact, _LISTED + 1, above=above), None

    def _sifted(self) -> list[int] | None:
        # All results, where the words that are not in very many papers leave few enough to look for the others in them.
        parts = required(self._query.root)
        everywhere = [
            part
            for part in parts
            if isinstance(part, q.Text) and part in self._often and common(self._often[part], self._sizes.papers)
        ]
        rest = [part for part in parts if part not in everywhere]
        if not everywhere or not any(isinstance(part, q.Text) for part in rest):
            return None
        left = q.both(rest)
        if walk(left, self._often, self._sizes.papers) > _WHOLE:
            return None
        found = _newest(self._connection, compiled(left, self._today, self._say), _FEW + 1)
        if len(found) > _FEW:
            return None
        tests = [test for part in everywhere if (test := holds(part))]
        read = self._texts(found)
        return [at for at in found if all(test(read[at]) for test in tests)]

    def _texts(self, chosen: Collection[int]) -> dict[int, Texts]:
        # The texts at these places, each read once.
        for each in texts(self._connection, [at for at in chosen if at not in self._read]):
            self._read[each.place] = each
        return {at: self._read[at] for at in chosen if at in self._read}

    @cached_property
    def _titled(self) -> list[int]:
        if self._exact.match is None:
            return []
        asked = Titles(self._query.root, self._today, self._often, self._sizes.papers, self._beginnings)
        found = asked.found(self._connection, self._newer, _WEIGHED)
        self._read |= found
        return list(found)

    @property
    def _dense(self) -> bool:
        # Whether nearly every paper that the index looks at is a result.
        root = self._query.root
        alone = isinstance(root, q.Or) or (isinstance(root, q.Text) and len(root.stems) == 1)
        return alone and not self._exact.conditions

    def _newer(self, most: float, rows: float) -> int | None:
        # The place below which about `most` of some rows stand, unless the query's own date is no earlier.
        below = newest(self._days, most / rows) if rows > most else None
        since = [
            before(each.day(self._today))
            for each in required(self._query.root)
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
        return self._all_looked_at and not self._surely_many and len(self._listed) <= _LISTED

    @property
    def _all_looked_at(self) -> bool:
        return not self._some and self._found[1] is None

    @cached_property
    def _ranked(self) -> list[int]:
        # The places of all that have a rank, the best first.
        held = self._sizes
        telling = {leaf: held.telling(often.papers) for leaf, often in self._often.items()}
        chosen = by_marks = self._listed
        if (self._whole and len(self._listed) > _FEW) or self._exact.match is None:
            by_marks = self._marked(telling)
            chosen = by_marks[:_WEIGHED]
        elif not self._whole:
            chosen = [*self._titled, *self._listed[: max(_NEWEST, _WEIGHED - len(self._titled))]]
        named = self._named()
        weighed = list(self._texts({*named, *chosen}).values())
        scores = bm25([(leaf_count(leaf), tells) for leaf, tells in telling.items()], weighed, held.usual)
        head = ordered(self._words, weighed, scores, named)
        known = set(head)
        return head + [each for each in by_marks if each not in known] if self._whole else head

    def _marked(self, telling: dict[q.Text, float]) -> list[int]:
        # The best by what the index says of them without their texts.
        leaves = sorted(telling, key=lambda leaf: -telling[leaf])[:_TELLING]
        leaves = [leaf for leaf in leaves if telling[leaf] >= _TOO_COMMON * telling[leaves[0]]]
        always = [leaf for leaf in required(self._query.root) if isinstance(leaf, q.Text)]
        rarest = min(always, key=lambda leaf: self._often[leaf].papers, default=None)
        asked: list[tuple[str, float]] = []
        for leaf in leaves:
            also = f" AND ({self._say(rarest)})" if rarest is not None and leaf != rarest else ""
            for mark, worth in _MARKS:
                if said := " AND ".join(marked(leaf, mark, self._beginnings)):
                    asked.append((f"({said}){also}", telling[leaf] * worth))
            if leaf not in always:
                asked.append((self._say(leaf), telling[leaf] * PRESENT))
        gained = dict.fromkeys(self._listed, 0.0)
        below = max(gained, default=0) + 1
        found = listed(self._connection, *(Asked(said, _WALKED, below) for said, _ in asked))
        for those, (_, worth) in zip(found, asked, strict=True):
            for at in those:
                if at in gained:
                    gained[at] += worth
        return sorted(gained, key=gained.__getitem__, reverse=True)

    def _named(self) -> set[int]:
        # The results whose whole title is what was asked: they need not be among the best by bm25.
        key = "".join(form for leaf in self._words if leaf.field in {"", "title"} for form in leaf.forms)
        rows = self._connection.execute(_CALLED, {"key": key}) if key else ()
        found = [place(day, paper) for paper, day in rows]
        if not found:
            return set()
        if self._whole:
            return set(found) & set(self._listed)
        if test := holds(self._query.root):
            return {at for at, each in self._texts(found).items() if test(each)}
        wanted = self._exact.numbers().where(
            schema.papers.c.number.in_(map(number, found)) if self._exact.match is None else FTS.c.rowid.in_(found)
        )
        there = set(self._connection.execute(wanted).scalars())
        return {each for each in found if number(each) in there}


def everything(connection: Connection, query: q.Query, today: date) -> list[int]:
    """The numbers of all strict results as of a day, the newest first."""
    return [number(each) for each in _newest(connection, compiled(query.root, today))]


def _newest(
    connection: Connection,
    exact: Compiled,
    limit: int = -1,
    offset: int = 0,
    *,
    above: int | None = None,
    below: int | None = None,
) -> list[int]:
    if exact.match is not None:
        most = limit + offset if limit >= 0 else -1
        return listed(connection, Asked(exact.match, most, below, exact.conditions, above))[0][offset:]
    papers = schema.papers.c
    rows = select(papers.number, papers.day).where(*exact.conditions)
    rows = rows.order_by(papers.day.desc(), papers.number.desc()).limit(limit).offset(offset)
    return [place(row.day, row.number) for row in connection.execute(rows)]
