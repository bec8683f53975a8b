"""Planning: every channel due at one minute, from its due row to the outbox, next to inserting the same rows.

They are inserted as the driver does it (`executemany`, of values that SQLite takes as they are), and as SQLAlchemy's
Core does of what a program has, of fewer of them; both into a store with the same settings, in as large transactions.
"""

from __future__ import annotations

import asyncio
import gc
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, insert, select, text, type_coerce, update
from sqlalchemy.types import NullType

from bot.cli import GARBAGE
from bot.discord.room import COMPOSED, EMBEDDED
from bot.local.platform import LocalPlatform
from bot.slack.room import ROOM
from db import schema
from db.bulk import room
from db.store import Store
from digests.room import ENDLESS, Room
from digests.round import MOST, plan_due
from domain.paper import Record
from tests.bench.corpora import NOW
from tests.bench.frame import Bench
from tests.bench.match import ASKED, standing

CHANNELS = (1_000, 10_000, 100_000)
ALIKE = 10_000  # of them, for each platform, and up to which Core inserts as well: it takes as long for each of more
_ROOMS = {"local": LocalPlatform.room, "Slack": ROOM, "Discord": COMPOSED, "Discord, with embeds": EMBEDDED}
_TABLES = (schema.editions, schema.items, schema.deliveries, schema.looks)


def measure(bench: Bench) -> None:
    """Plan up to 100,000 channels of some subscriptions each."""
    records = list(islice(bench.records(), ASKED))
    counts = [many for many in CHANNELS if many <= bench.many]
    head = (
        "channels",
        "papers in editions",
        "planned s",
        "inserted by the driver s",
        "ratio",
        "inserted by Core s",
        "ratio",
        "longest transaction ms",
    )
    shown = [planned(bench, records, many) for many in counts]
    title = "Channels due at one minute, next to inserting the same rows alone"
    bench.report.table(title, head, shown, "planning", sized=False)
    rows = _each(bench, records, max(many for many in counts if many <= ALIKE))
    titles = ("platform", "channels", "planned s", "messages")
    bench.report.table("The same for each platform", titles, rows, "planning-platforms", sized=False)


def planned(bench: Bench, records: Sequence[Record], many: int) -> tuple[str, ...]:
    """A row of figures for so many channels."""
    inside = bench.folder / str(many)
    inside.mkdir()
    path = _due(bench, inside, records, many)
    ways = (_by_driver, _by_core) if many <= ALIKE else (_by_driver,)
    empty = [Path(shutil.copyfile(path, inside / f"{way.__name__}.db")) for way in ways]
    store = _Watched(f"sqlite:///{path}")
    took = _planned(store, ENDLESS)
    rivals = [_inserted(store, Store(f"sqlite:///{path}"), way) for path, way in zip(empty, ways, strict=True)]
    with store.reading() as connection:
        items = connection.execute(select(func.count()).select_from(schema.items)).scalar_one()
    store.close()
    ratios = [shown for each in rivals for shown in (f"{each:.1f}", f"{took / each:.2f}")]
    figures = f"{took:.1f}", *ratios, *([""] * (4 - len(ratios))), f"{store.longest * 1000:.0f}"
    shutil.rmtree(inside)
    return f"{many:,}", f"{items:,}", *figures


def _each(bench: Bench, records: Sequence[Record], many: int) -> list[tuple[str, ...]]:
    """So many channels, as they are planned where one message holds what one of that platform does."""
    inside = bench.folder / "platforms"
    inside.mkdir()
    path = _due(bench, inside, records, many)
    found: list[tuple[str, ...]] = []
    for name, platform in _ROOMS.items():
        store = Store(f"sqlite:///{shutil.copyfile(path, inside / 'platform.db')}")
        took = _planned(store, platform)
        with store.reading() as connection:
            messages = connection.execute(select(func.count()).select_from(schema.deliveries)).scalar_one()
        store.close()
        found.append((name, f"{many:,}", f"{took:.1f}", f"{messages:,}"))
    shutil.rmtree(inside)
    return found


def _due(bench: Bench, folder: Path, records: Sequence[Record], many: int) -> Path:
    store = standing(bench, folder, records, many)
    with store.writing() as connection:
        connection.execute(update(schema.channels).values(next_due=NOW, created_at=NOW - timedelta(days=2)))
    store.close()
    return store.path


def _planned(store: Store, platform: Room) -> float:
    """How many seconds it takes to plan all that is due."""
    ids = count()
    gc.set_threshold(GARBAGE)  # as whoever runs has it
    started = time.perf_counter()
    asyncio.run(plan_due(store, NOW, {"local": platform}, lambda: f"{next(ids):020}"))
    return time.perf_counter() - started


class _Watched(Store):
    """A store that knows how long somebody held its lock at most."""

    longest = 0.0

    @contextmanager
    def writing(self, given_up: threading.Event | None = None) -> Iterator[Connection]:
        """The same, timed."""
        with super().writing(given_up) as connection:
            started = time.perf_counter()
            yield connection
        self.longest = max(self.longest, time.perf_counter() - started)


Way = Callable[[Connection, Connection, Table, ColumnElement[bool]], Callable[[], object]]


def _inserted(store: Store, empty: Store, way: Way) -> float:
    """How long inserting the same rows takes, in as large transactions."""
    seconds = 0.0
    with store.reading() as connection:
        names = list(connection.execute(select(schema.editions.c.channel).order_by(text("rowid"))).scalars())
        for start in range(0, len(names), MOST):
            some = names[start : start + MOST]
            out = schema.deliveries.c
            of = {table: table.c.channel.in_(some) for table in _TABLES}
            of[schema.moves] = schema.moves.c.delivery.in_(select(out.id).where(out.channel.in_(some)))
            with empty.engine.connect().execution_options(immediate=threading.Event()) as target:
                inserts = [way(connection, target, table, where) for table, where in of.items()]
                target.rollback()
                started = time.perf_counter()
                with target.begin(), room(target):
                    for put in inserts:
                        put()
                seconds += time.perf_counter() - started
    empty.close()
    return seconds


def _by_driver(
    source: Connection, target: Connection, table: Table, where: ColumnElement[bool]
) -> Callable[[], object]:
    raw = [type_coerce(column, NullType).label(column.name) for column in table.c]
    rows = [tuple(row) for row in source.execute(select(*raw).where(where))]
    said = f"INSERT INTO {table.name} VALUES ({', '.join('?' * len(raw))})"  # noqa: S608  # a name of ours
    driver: Any = target.connection.driver_connection
    return lambda: driver.executemany(said, rows)


def _by_core(source: Connection, target: Connection, table: Table, where: ColumnElement[bool]) -> Callable[[], object]:
    rows = [dict(row) for row in source.execute(select(table).where(where)).mappings()]
    return lambda: target.execute(insert(table), rows)
