"""Taking papers in: reading, saving in short transactions, and recording how each look at a source went."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from db import papers, runs
from db.store import Store
from domain.errors import PaperroundError, UnreadableError
from domain.paper import Record, Rejected
from sources.base import Fetched, FetchError, Source
from sources.files import read_file

log = logging.getLogger(__name__)

BATCH = 300  # records saved in one transaction: a fraction of a second, so that nobody waits for the lock
LARGEST, SECONDS = 20_000, 0.5  # of a long file: more of them at a time, as long as they take no longer


@dataclass(slots=True)
class Intake:
    """What was taken in: papers the store did not have, records of ones it had, and what could not be read.

    `unreadable`: a file could not be opened, or be read to its end.
    """

    new: int = 0
    known: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    unreadable: bool = False

    @property
    def unread(self) -> list[Rejected]:
        """What of the rejected could not be read; the others are known to be something else than papers."""
        return [each for each in self.rejected if not each.kind]


async def import_file(
    store: Store, path: Path, now: datetime, *, archive: bool = False, progress: Callable[[int], None] | None = None
) -> Intake:
    """Take in a file, as far as it can be read. With `archive`, its new papers are never announced.

    `progress` is told how many bytes of the file have been read. Cut short, the same file is gone on with where it
    stood: what had been taken in counts as known.
    """
    intake = Intake()
    entries = _readable(path, progress, intake)
    here, mark = await asyncio.to_thread(_named, path, archive)
    before = await store.read(runs.cursor, here)
    taken = (
        await asyncio.to_thread(_passed, entries, before["taken"], intake) if before and before["mark"] == mark else 0
    )
    size, going_on = BATCH, None
    while batch := await asyncio.to_thread(_next, entries, size):
        taken += len(batch)
        going_on = {"mark": mark, "taken": taken} if len(batch) == size else None
        seconds = await store.write(_save_of_file, batch, now, intake, archive=archive, here=here, cursor=going_on)
        size = max(BATCH, min(LARGEST, size * 2 if seconds < SECONDS / 2 else size // 2 if seconds > SECONDS else size))
    if going_on:
        await store.write(runs.move_cursor, here, None)
    return intake


def _named(path: Path, archive: bool) -> tuple[str, str]:
    # Under which name it is known how far a file has been read, and what changes if the file does.
    try:
        found = path.stat()
        return f"file {path.absolute()}", f"{found.st_size} {found.st_mtime_ns} {archive}"
    except (OSError, ValueError):  # reading it will say so
        return f"file {path}", ""


def _passed(entries: Iterator[Record | Rejected], many: int, intake: Intake) -> int:
    for entry in islice(entries, many):
        if isinstance(entry, Rejected):
            intake.rejected.append(entry)
        else:
            intake.known += 1
    return many


def _save_of_file(
    connection: Connection,
    batch: list[Record | Rejected],
    now: datetime,
    intake: Intake,
    *,
    archive: bool,
    here: str,
    cursor: dict[str, Any] | None,
) -> float:
    # Where the file goes on moves with what was taken in; returns how many seconds it took.
    started = time.perf_counter()
    save(connection, batch, now, intake, archive=archive)
    runs.move_cursor(connection, here, cursor)
    return time.perf_counter() - started


def _readable(path: Path, progress: Callable[[int], None] | None, intake: Intake) -> Iterator[Record | Rejected]:
    try:
        yield from read_file(path, progress)
    except UnreadableError as error:
        intake.unreadable = True
        yield Rejected(str(path), str(error))


def _next(entries: Iterator[Record | Rejected], size: int = BATCH) -> list[Record | Rejected]:
    return list(islice(entries, size))


def save(
    connection: Connection, batch: list[Record | Rejected], now: datetime, intake: Intake, *, archive: bool
) -> None:
    """Save some of what was read, and count it."""
    records = [entry for entry in batch if isinstance(entry, Record)]
    saved = papers.save(connection, records, now, archive=archive)
    new = sum(each.new for each in saved)
    intake.new += new
    intake.known += len(records) - new
    intake.rejected += [entry for entry in batch if isinstance(entry, Rejected)]


async def fetch(store: Store, source: Source, clock: Callable[[], datetime]) -> runs.Run:
    """Look at a source once, save what it brought, and record how it went. Raises only if the store fails."""
    started, intake = clock(), Intake()
    run = runs.Run(source.name, started, started, "failed")
    try:
        run = await _fetched(store, source, run, intake, clock)
    except PaperroundError as error:
        outcome = error.outcome if isinstance(error, FetchError) else "failed"
        run = _ended(run, intake, clock(), outcome, str(error))
        await store.write(runs.record, run)
    except Exception as error:
        # One broken source delays only itself; its run says that it broke, the log says where.
        log.exception("source=%s failed", source.name)
        run = _ended(run, intake, clock(), "failed", type(error).__name__)
        await store.write(runs.record, run)
    level = logging.WARNING if run.outcome in runs.BAD else logging.INFO
    said = f"source={run.source} {run.outcome}: {run.new} new, {run.known} known, {run.rejected} rejected"
    log.log(level, "%s%s", said, f" ({run.why})" if run.why else "")
    for rejected in intake.unread[:20]:
        log.warning("source=%s rejected %s: %s", run.source, rejected.where, rejected.why)
    for kind, many in Counter(each.kind for each in intake.rejected if each.kind).items():
        log.info("source=%s no papers: %d %s", run.source, many, kind)
    return run


async def _fetched(
    store: Store, source: Source, run: runs.Run, intake: Intake, clock: Callable[[], datetime]
) -> runs.Run:
    fetched = await source.fetch(await store.read(runs.cursor, source.name), run.started_at)
    entries = iter(fetched.entries)
    batch = await asyncio.to_thread(_next, entries)
    while following := await asyncio.to_thread(_next, entries) if batch else []:
        await store.write(save, batch, run.started_at, intake, archive=False)
        batch = following
    return await store.write(_save_and_move, batch, run, intake, fetched, clock)


def _save_and_move(
    connection: Connection,
    batch: list[Record | Rejected],
    run: runs.Run,
    intake: Intake,
    fetched: Fetched,
    clock: Callable[[], datetime],
) -> runs.Run:
    # The cursor moves with the last of the papers it covers, and the look is recorded, in one transaction.
    save(connection, batch, run.started_at, intake, archive=False)
    runs.move_cursor(connection, run.source, fetched.cursor)
    run = _ended(run, intake, clock(), fetched.outcome, fetched.why)
    runs.record(connection, run)
    return run


def _ended(run: runs.Run, intake: Intake, at: datetime, outcome: str, why: str) -> runs.Run:
    new, known, rejected = intake.new, intake.known, len(intake.unread)
    return replace(run, finished_at=at, outcome=outcome, why=why, new=new, known=known, rejected=rejected)
