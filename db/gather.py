"""Reading the index: places, texts, and the papers that have the most of some words.

Whatever is found comes as one row. Each row that Python steps to may have to wait for another thread's turn, which
while papers are being loaded is longer than the whole search.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, Select, func, select, text

from db import marks
from db.fulltext import FTS, matching
from db.weigh import Texts

# What a word adds to BM25, of 2.2 at most, by the marks of a paper.
TITLED, HEAVY, PRESENT = 2.0, 1.6, 1.1

_READ = text(
    "SELECT group_concat(rowid || char(31) || title || char(31) || abstract || char(31) || authors, char(31)) "
    "FROM papers_fts WHERE rowid IN (SELECT value FROM json_each(:places))"
)


def places(connection: Connection, *found: Select[int]) -> list[list[int]]:
    """The places that each of some statements finds."""
    if not found:
        return []
    row = connection.execute(
        select(*(select(func.group_concat(each.subquery().c.rowid)).scalar_subquery() for each in found))
    ).one()
    return [list(map(int, together.split(","))) if together else [] for together in row]


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
            select(FTS.c.rowid)
            .where(matching(" OR ".join(f'"{mark(word)}"' for word in words)), *narrowed)
            .order_by(FTS.c.rowid)
            .limit(each)
            for mark in (str, marks.heavy, marks.titled_with)
        ]
        worth: dict[int, float] = {}
        for found, much in zip(places(connection, *wanted), (PRESENT, HEAVY, TITLED), strict=True):
            worth.update(dict.fromkeys(found, much))
        for at, much in worth.items():
            gained[at] += telling * much
    return sorted(gained, key=lambda at: (-gained[at], at))[:limit]
