"""Matching: many distinct subscriptions against a morning's papers, from the store, and once more when all is known."""

from __future__ import annotations

import gc
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import islice
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, func, insert, literal_column, select

from bot.cli import GARBAGE
from db import papers, schema
from db.loading import load
from db.migrate import REVISION, open_store
from db.store import Store
from digests.match import Batch, Standing
from domain.compact import compact
from domain.paper import Paper, Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.bench.corpora import NOW, TODAY
from tests.bench.frame import Bench
from tests.bench.wishes import wishes

PAPERS, EACH = 2_000, 10  # new papers; subscriptions of a channel
ASKED = 30_000  # papers that the queries are made of
COUNTS = (1_000, 10_000, 100_000, 1_000_000)
_ROWS, _NAME = 20_000, "match.db"
ROWID: ColumnElement[int] = literal_column("subscriptions.rowid")
Advance = Callable[[int], object]


def measure(bench: Bench) -> None:
    """Match up to a million subscriptions with 2,000 papers, and the most of them with fewer."""
    report, counts = bench.report, counted(bench)
    path = subscribed(bench)
    sizes = [*((many, PAPERS) for many in counts), *((counts[-1], PAPERS // part) for part in (2, 4))]
    shown = []
    with report.progress("Matching", len(sizes)) as advance:
        for many, of in sizes:
            said = _measured(path, many, of)
            figures = f"{said['cold']:.2f}", f"{said['warm']:.2f}", f"{said['mb']:.0f}", f"{said['pairs']:,}"
            shown.append((f"{many:,}", f"{of:,}", *figures))
            if of == PAPERS:
                report.point("matching", "cold", many, said["cold"])
                report.point("matching", "warm", many, said["warm"])
            advance(1)
    head = ("subscriptions", "papers", "cold s", "warm s", "MB above idle", "pairs")
    kept = "matching" if counts[-1] == COUNTS[-1] else ""
    report.table("Matching distinct subscriptions with new papers", head, shown, kept, sized=False)


def counted(bench: Bench) -> list[int]:
    """How many subscriptions are matched at this size."""
    return [count for count in COUNTS if count <= 10 * bench.many]


def subscribed(bench: Bench) -> Path:
    """The store with the most subscriptions; what of it is not there yet is built."""
    folder = bench.stores / f"match-{bench.size}{'' if bench.real else '-invented'}-{REVISION}"
    folder.mkdir(parents=True, exist_ok=True)
    path, many = folder / _NAME, counted(bench)[-1]
    store = open_store(f"sqlite:///{path}")
    with store.reading() as connection:
        there = connection.execute(select(func.count()).select_from(schema.subscriptions)).scalar_one()
    if there < many:
        records = list(islice(bench.records(), ASKED))
        if not there:
            begun(folder, records).close()
        with bench.report.progress("Subscriptions", many) as advance:
            advance(there)
            follow(store, islice(asked(records), there, None), there, many, advance)
    store.close()
    return path


def standing(bench: Bench, folder: Path, records: Sequence[Record], channels: int) -> Store:
    """A store of its own in which so many channels follow something: a copy where one with as many is there."""
    if EACH * channels == counted(bench)[-1]:
        return open_store(f"sqlite:///{shutil.copyfile(subscribed(bench), folder / _NAME)}")
    store = begun(folder, records)
    with bench.report.progress("Subscriptions", EACH * channels) as advance:
        follow(store, asked(records), 0, EACH * channels, advance)
    return store


def _measured(path: Path, many: int, of: int) -> dict[str, float]:
    """Measured in a process of its own, from before it is started."""
    command = [sys.executable, "-m", "tests.bench.match", str(path), str(many), str(of), str(time.perf_counter())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said: dict[str, float] = json.loads(done.stdout)
    return said


def begun(folder: Path, records: Sequence[Record]) -> Store:
    """A store of the newest of these papers, as if they were those of the last 14 days: as long as papers are new."""
    store = open_store(f"sqlite:///{folder / _NAME}")
    newest = sorted(records, key=lambda record: record.announced or TODAY)[-PAPERS:]
    newest = [replace(each, announced=TODAY - timedelta(days=n % 14)) for n, each in enumerate(newest)]
    with store.writing() as connection:
        papers.save(connection, newest, NOW)
    return store


def asked(records: Sequence[Record]) -> Iterator[str]:
    """Queries without end about these papers, none twice."""
    yield from wishes([Paper(0, r.title, NOW, r.abstract, "", r.authors, r.categories) for r in records])


def follow(
    store: Store, texts: Iterator[str], there: int, many: int, advance: Advance = lambda _: None, each: int = EACH
) -> None:
    """Let there be so many subscriptions in the store, and so many a channel."""
    last = {"timezone": "UTC", "wait": "", "size": 10, "layout": "rich", "empty": "silent", "paused": False}
    last |= {"days": [*Schedule().days], "at": "09:00", "stopped": "", "allowed": [], "created_at": NOW}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for start in range(there, many, _ROWS):
            said: dict[str, list[dict[str, object]]] = {}
            some = islice(texts, min(_ROWS, many - start))
            for number, row in enumerate(pool.map(_read, some, chunksize=_ROWS // 20), start):
                name = f"local:c{number // each:06}"
                said.setdefault(name, []).append({"channel": name, "number": number % each + 1, **row})
            with store.writing() as connection:
                named = [{"id": name, **last, "next_due": NOW, "editions": 0, "subscriptions": each} for name in said]
                connection.execute(insert(schema.channels), named)
                connection.execute(insert(schema.subscriptions), [row for listed in said.values() for row in listed])
            advance(min(_ROWS, many - start))


def _read(text: str) -> dict[str, object]:
    query = parse(text)
    said = {"query": query.text, "key": query.key, "compact": compact(query.root)}
    return {**said, "created_by": "local:me", "created_at": NOW}


def once(store: Store, many: int, of: int, started: float) -> dict[str, float]:
    """Match so many subscriptions with so many papers, cold and warm: seconds, memory, and how many pairs.

    `started` is the instant (of `time.perf_counter`, which all processes share) from which cold counts.
    """
    gc.set_threshold(GARBAGE)  # as whoever runs has it
    with store.reading() as connection:
        numbers = list(connection.execute(select(schema.papers.c.number).limit(of)).scalars())
        # What a process that has matched anything has loaded.
        _counted(Standing(queries(connection, 1, 1)), Batch(load(connection, numbers[:1]), TODAY))
    idle = memory("VmRSS")
    with store.reading() as connection:
        held = load(connection, numbers)
        standing = Standing(queries(connection, 1, many))
    pairs = _counted(standing, Batch(held, TODAY))
    cold, started = time.perf_counter() - started, time.perf_counter()
    again = _counted(standing, Batch(held, TODAY))
    warm = time.perf_counter() - started
    most = memory("VmHWM")
    if again != pairs:
        raise AssertionError(f"{again} pairs are not the {pairs} of before")
    return {"cold": cold, "warm": warm, "pairs": pairs, "mb": most - idle}


def queries(connection: Connection, first: int, last: int) -> Iterator[tuple[int, str]]:
    """Subscriptions as matching reads them, by their rows."""
    wanted = select(ROWID, schema.subscriptions.c.compact).where(ROWID.between(first, last))
    for row in connection.execute(wanted.execution_options(yield_per=_ROWS)):
        yield row[0], row[1]


def memory(of: str, process: str = "self") -> float:
    """What Linux says of a process's memory, in MB: now (VmRSS), or the most so far (VmHWM)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(of)) / 1024


def _counted(standing: Standing, batch: Batch) -> int:
    return sum(mask.bit_count() for _, mask in standing.matches(batch))


if __name__ == "__main__":
    path, subscriptions, new, begun_at = sys.argv[1:]
    print(json.dumps(once(open_store(f"sqlite:///{path}"), int(subscriptions), int(new), float(begun_at))))
