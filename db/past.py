"""What would have come: of given papers, how many were announced on each day, and the newest of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, func, or_, select

from db import schema
from db.loading import load
from domain.paper import Paper

_CHUNK = 400  # values in one IN (...), far below SQLite's limit on variables
_papers = schema.papers
# What came with an archive and has no date was announced on no day that anybody knows.
_announced = or_(~_papers.c.archived, _papers.c.announced.is_not(None), _papers.c.published.is_not(None))


def past(connection: Connection, numbers: Sequence[int], last: date, newest: int) -> tuple[Counter[date], list[Paper]]:
    """Of these papers, given newest first: how many came on each day until the last, and the newest ones."""
    days: Counter[date] = Counter()
    shown: list[int] = []
    for start in range(0, len(numbers), _CHUNK):
        chunk = numbers[start : start + _CHUNK]
        chosen = (_papers.c.number.in_(chunk), _papers.c.day <= last, _announced)
        for day, many in connection.execute(select(_papers.c.day, func.count()).where(*chosen).group_by(_papers.c.day)):
            days[day] += many
        if len(shown) < newest:
            there = set(connection.execute(select(_papers.c.number).where(*chosen)).scalars())
            shown += [number for number in chunk if number in there][: newest - len(shown)]
    return days, load(connection, shown)
