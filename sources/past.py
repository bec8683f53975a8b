"""Taking in the past of a source: kept part by part, announced to nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from db import runs
from db.store import Store
from domain.errors import UsageError
from domain.paper import Record, Rejected
from sources.arxiv.backfill import parts
from sources.arxiv.calendar import day_of
from sources.arxiv.source import Arxiv
from sources.base import Source
from sources.ingest import BATCH, Intake, save


async def bring(store: Store, source: Source, since: date, now: datetime, tell: Callable[[int, int], None]) -> Intake:
    """Bring in what arXiv announced since a day. `tell` hears how much is done, of how much.

    Where it stopped is kept: with the same day and categories it goes on there. Raises FetchError, and UsageError
    for a day that is not past.
    """
    if not isinstance(source, Arxiv) or since > day_of(now):
        raise UsageError(f"{since} is not past.", "Name an earlier day.")
    key = f"{source.name} since {since}"
    intake = Intake()
    async for part in parts(source, since, day_of(now), await store.read(runs.cursor, key)):
        whole = list(part.entries)
        for start in range(0, max(1, len(whole)), BATCH):
            some = whole[start : start + BATCH]
            last = start + BATCH >= len(whole)
            await store.write(_keep, some, now, intake, key, (part.cursor,) if last else None)
        tell(part.done, part.total)
    return intake


def _keep(
    connection: Connection,
    some: list[Record | Rejected],
    now: datetime,
    intake: Intake,
    key: str,
    cursor: tuple[Any] | None,
) -> None:
    save(connection, some, now, intake, archive=True)
    if cursor is not None:
        runs.move_cursor(connection, key, cursor[0])
