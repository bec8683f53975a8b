"""Reading the index: places, texts, and the papers that have the most of some words.

Whatever is found comes as one row. Each row that Python steps to may have to wait for another thread's turn, which
while papers are being loaded is longer than the whole search.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, select, text

from db import marks
from db.fulltext import FTS, matching
from db.weigh import Texts

# What a word adds to BM25, of 2.2 at most, by the marks of a paper.
TITLED, HEAVY, PRESENT = 2.0, 1.6, 1.1

_READ = text(
    "SELECT group_concat(rowid || char(31, 32) || title || char(32, 31, 32) || abstract || char(32, 31, 32) "
    "|| authors || ' ', char(31)) "
    "FROM papers_fts WHERE rowid IN (SELECT value FROM json_each(:places))"
)


_EVERY = 1 << 62  # a place beyond all
_PLAIN = (
    "(SELECT group_concat(rowid) FROM (SELECT rowid FROM papers_fts "
    "WHERE papers_fts MATCH ? AND rowid >= ? AND rowid < ? ORDER BY rowid LIMIT ?))"
)


class Asked(NamedTuple):
    """The newest so many that an expression and conditions mean, of those below a place and not above another."""

    said: str
    limit: int
    below: int | None = None
    conditions: Sequence[ColumnElement[bool]] = ()
    above: int | None = None


def listed(connection: Connection, *asked: Asked) -> list[list[int]]:
    """The places of each of these, the newest first."""
    if not asked:
        return []
    if any(each.conditions for each in asked):
        found = [
            select(FTS.c.rowid)
            # Of several bounds FTS5 takes one to stop at.
            .where(
                matching(each.said),
                *([FTS.c.rowid >= each.above] if each.above else []),
                *([FTS.c.rowid < each.below] if each.below else []),
                *each.conditions,
            )
            .order_by(FTS.c.rowid)
            .limit(each.limit)
            for each in asked
        ]
        return places(connection, *found)
    # As a text, which costs a tenth of what it takes to put the same together.
    statement = f"SELECT {', '.join([_PLAIN] * len(asked))}"
    values = [value for each in asked for value in (each.said, each.above or -_EVERY, each.below or _EVERY, each.limit)]
    return _read(connection.exec_driver_sql(statement, tuple(values)).one())


def _read(row: Sequence[str | None]) -> list[list[int]]:
    return [list(map(int, together.split(","))) if together else [] for together in row]


def places(connection: Connection, *found: Select[int]) -> list[list[int]]:
    """The places that each of some statements finds."""
    if not found:
        return []
    row = connection.execute(
        select(*(select(func.group_concat(each.subquery().c.rowid)).scalar_subquery() for each in found))
    ).one()
    return _read(row)


def texts(connection: Connection, chosen: Sequence[int]) -> list[Texts]:
    """The analysed texts of the papers at these places, in any order."""
    together: str | None = connection.execute(_READ, {"places": json.dumps(chosen)}).scalar_one()
    if not together:
        return []
    said = together.split("\x1f")
    return list(map(Texts, map(int, said[0::4]), said[1::4], said[2::4], said[3::4]))


def having(
    connection: Connection,
    groups: Iterable[tuple[Sequence[str], float]],
    narrowed: Sequence[ColumnElement[bool]],
    limit: int,
    each: int,
) -> list[int]:
    """The places of the papers that have the most of groups of stems, each with how much it tells, the best first.

    Of what has one of a group no more than so many of the newest are looked at.
    """
    gained: dict[int, float] = defaultdict(float)
    for words, telling in groups:
        wanted = [
            Asked(" OR ".join(f'"{mark(word)}"' for word in words), each, None, narrowed)
            for mark in (str, marks.heavy, marks.titled_with)
        ]
        worth: dict[int, float] = {}
        for found, much in zip(listed(connection, *wanted), (PRESENT, HEAVY, TITLED), strict=True):
            worth.update(dict.fromkeys(found, much))
        for at, much in worth.items():
            gained[at] += telling * much
    return sorted(gained, key=lambda at: (-gained[at], at))[:limit]
