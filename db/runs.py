"""What every fetch of a source came to, and where each source goes on from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct, structs
from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import schema

_runs, _cursors = schema.runs, schema.cursors
OUTCOMES = ("fresh", "quiet", "waiting", "stalled", "failed")
BAD = ("stalled", "failed")
LASTING = timedelta(minutes=30)  # of what is bad for less, nobody needs to hear
OVER = timedelta(days=2)  # without a look, after which a source is no longer looked at
KEPT = timedelta(days=90)


class Run(Struct, frozen=True):
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
    connection.execute(insert(_runs), structs.asdict(run))


def latest(connection: Connection) -> list[Run]:
    """The last run of each source, by name."""
    last = select(func.max(_runs.c.number)).group_by(_runs.c.source)
    rows = connection.execute(select(_runs).where(_runs.c.number.in_(last)).order_by(_runs.c.source))
    return [Run(**{name: getattr(row, name) for name in Run.__struct_fields__}) for row in rows]


def last(connection: Connection, source: str, limit: int, offset: int = 0) -> list[Run]:
    """A page of the source's runs, the latest first."""
    wanted = select(_runs).where(_runs.c.source == source).order_by(_runs.c.number.desc())
    rows = connection.execute(wanted.limit(limit).offset(offset))
    return [Run(**{name: getattr(row, name) for name in Run.__struct_fields__}) for row in rows]


def came_to(connection: Connection, source: str, outcome: str, since: datetime) -> bool:
    """Whether a fetch of the source that ended at the instant or later came to this."""
    found = select(_runs.c.number).where(
        _runs.c.source == source, _runs.c.outcome == outcome, _runs.c.finished_at >= since
    )
    return connection.execute(found.limit(1)).one_or_none() is not None


class Trouble(Struct, frozen=True):
    """A source whose looks have gone wrong for a while: since when, and how the last one did."""

    source: str
    since: datetime
    outcome: str
    why: str

    @property
    def notable(self) -> datetime:
        """When it had lasted long enough to be said."""
        return self.since + LASTING


def troubles(connection: Connection, now: datetime) -> list[Trouble]:
    """The sources that are stalled or failing, and have been for long enough to be said, by name."""
    found = []
    for run in latest(connection):
        if run.outcome not in BAD or now - run.finished_at > OVER:
            continue
        ours = _runs.c.source == run.source
        good = select(func.coalesce(func.max(_runs.c.number), 0)).where(ours, _runs.c.outcome.not_in(BAD))
        first = select(_runs.c.finished_at).where(ours, _runs.c.number > good.scalar_subquery())
        since = connection.execute(first.order_by(_runs.c.number).limit(1)).scalar_one()
        trouble = Trouble(run.source, since, run.outcome, run.why)
        if now >= trouble.notable:
            found.append(trouble)
    return found


def sweep(connection: Connection, now: datetime) -> None:
    """Forget runs of long ago; of each source the last one stays."""
    last = select(func.max(_runs.c.number)).group_by(_runs.c.source)
    connection.execute(delete(_runs).where(_runs.c.finished_at < now - KEPT, _runs.c.number.not_in(last)))


def cursor(connection: Connection, source: str) -> Any:
    """Where the source goes on from; None at first."""
    return connection.execute(select(_cursors.c.cursor).where(_cursors.c.source == source)).scalar_one_or_none()


def move_cursor(connection: Connection, source: str, cursor: Any) -> None:
    """Let the source go on from here: in the transaction that saves the papers it covers. None: from the beginning."""
    if cursor is None:
        connection.execute(delete(_cursors).where(_cursors.c.source == source))
        return
    adding = upsert(_cursors)
    connection.execute(
        adding.on_conflict_do_update(index_elements=["source"], set_={"cursor": adding.excluded.cursor}),
        {"source": source, "cursor": cursor},
    )
