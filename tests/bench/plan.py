"""Planning: every channel due at one minute, from its due row to the outbox, next to inserting the same rows."""

from __future__ import annotations

import asyncio
import gc
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import count, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.cli import GARBAGE
from db import schema
from db.store import Store
from digests.editions import CHUNK, plan_due
from domain.paper import Record
from tests.bench.corpora import NOW
from tests.bench.frame import Bench
from tests.bench.match import ASKED, standing

CHANNELS = (1_000, 10_000, 100_000)
_TABLES = (schema.editions, schema.items, schema.deliveries)


def measure(bench: Bench) -> None:
    """Plan up to 100,000 channels of some subscriptions each."""
    records = list(islice(bench.records(), ASKED))
    counts = [many for many in CHANNELS if many <= bench.many]
    head = ("channels", "papers in editions", "planned s", "inserted s", "ratio", "longest transaction ms")
    shown = [planned(bench, records, many) for many in counts]
    title = "Channels due at one minute, next to inserting the same rows alone"
    bench.report.table(title, head, shown, "planning", sized=False)


def planned(bench: Bench, records: Sequence[Record], many: int) -> tuple[str, ...]:
    """A row of figures for so many channels."""
    inside = bench.folder / str(many)
    inside.mkdir()
    store = standing(bench, inside, records, many)
    with store.writing() as connection:
        connection.execute(update(schema.channels).values(next_due=NOW, created_at=NOW - timedelta(days=2)))
    store.close()
    again = Path(shutil.copyfile(store.path, inside / "again.db"))
    store = _Watched(f"sqlite:///{store.path}")
    ids = count()
    gc.set_threshold(GARBAGE)  # as whoever runs has it
    started = time.perf_counter()
    asyncio.run(plan_due(store, NOW, {"local": lambda _: True}, lambda: f"{next(ids):020}"))
    took = time.perf_counter() - started
    items, inserted = _inserted(store, Store(f"sqlite:///{again}"))
    store.close()
    shutil.rmtree(inside)
    figures = f"{took:.1f}", f"{inserted:.1f}", f"{took / inserted:.2f}", f"{store.longest * 1000:.0f}"
    return f"{many:,}", f"{items:,}", *figures


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


def _inserted(store: Store, empty: Store) -> tuple[int, float]:
    """How many papers the editions have, and how long inserting the same rows takes, in as large transactions."""
    items, seconds = 0, 0.0
    with store.reading() as connection:
        names = list(connection.execute(select(schema.editions.c.channel)).scalars())
        for start in range(0, len(names), CHUNK):
            some = names[start : start + CHUNK]
            rows = [_rows(connection, select(t).where(t.c.channel.in_(some))) for t in _TABLES]
            out = schema.deliveries.c.id
            of = schema.moves.c.delivery.in_(select(out).where(schema.deliveries.c.channel.in_(some)))
            moved = _rows(connection, select(schema.moves).where(of))
            items += len(rows[1])
            started = time.perf_counter()
            with empty.writing() as target:
                for table, listed in zip((*_TABLES, schema.moves), (*rows, moved), strict=True):
                    target.execute(insert(table), listed)
            seconds += time.perf_counter() - started
    empty.close()
    return items, seconds


def _rows(connection: Connection, wanted: Any) -> list[dict[str, Any]]:
    rows = [dict(row) for row in connection.execute(wanted).mappings()]
    for row in rows:
        # Short lists as planning writes them.
        row |= {name: tuple(row[name]) for name in ("subscriptions", "queries") if name in row}
    return rows
