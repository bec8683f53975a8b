"""What every fetch of a source came to, and where each source goes on from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import schema

_runs, _cursors = schema.runs, schema.cursors
OUTCOMES = ("fresh", "quiet", "waiting", "stalled", "failed")


@dataclass(frozen=True, slots=True)
class Run:
    """One fetch: `outcome` is fresh, quiet (nothing to announce), waiting (not out yet), stalled or failed."""

    source: str
    started_at: datetime
    finished_at: datetime
    outcome: str
    new: int = 0
    known: int = 0
    rejected: int = 0
    why: str = ""


def record(connection: Connection, run: Run) -> None:
    """Keep what a fetch came to."""
    connection.execute(insert(_runs), {name: getattr(run, name) for name in Run.__slots__})


def latest(connection: Connection) -> list[Run]:
    """The last run of each source, by name."""
    last = select(func.max(_runs.c.number)).group_by(_runs.c.source)
    rows = connection.execute(select(_runs).where(_runs.c.number.in_(last)).order_by(_runs.c.source))
    return [Run(**{name: getattr(row, name) for name in Run.__slots__}) for row in rows]


def last(connection: Connection, source: str, limit: int, offset: int = 0) -> list[Run]:
    """A page of the source's runs, the latest first."""
    wanted = select(_runs).where(_runs.c.source == source).order_by(_runs.c.number.desc())
    rows = connection.execute(wanted.limit(limit).offset(offset))
    return [Run(**{name: getattr(row, name) for name in Run.__slots__}) for row in rows]


def came_to(connection: Connection, source: str, outcome: str, since: datetime) -> bool:
    """Whether a fetch of the source that ended at the instant or later came to this."""
    found = select(_runs.c.number).where(
        _runs.c.source == source, _runs.c.outcome == outcome, _runs.c.finished_at >= since
    )
    return connection.execute(found.limit(1)).one_or_none() is not None


def cursor(connection: Connection, source: str) -> Any:
    """Where the source goes on from; None at first."""
    return connection.execute(select(_cursors.c.cursor).where(_cursors.c.source == source)).scalar_one_or_none()


def move_cursor(connection: Connection, source: str, cursor: Any) -> None:
    """Let the source go on from here: in the transaction that saves the papers it covers."""
    adding = upsert(_cursors)
    connection.execute(
        adding.on_conflict_do_update(index_elements=["source"], set_={"cursor": adding.excluded.cursor}),
        {"source": source, "cursor": cursor},
    )
