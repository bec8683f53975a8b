"""Matching: many distinct subscriptions against a morning's papers, from the store, and once more when all is known."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from sqlalchemy import ColumnElement, Connection, insert, literal_column, select

from db import papers, schema
from db.loading import load
from db.migrate import open_store
from db.search import strict
from db.store import Store
from digests.match import Batch, Standing, places
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
_ROWID: ColumnElement[int] = literal_column("subscriptions.rowid")
Advance = Callable[[int], object]


def measure(bench: Bench) -> None:
    """Match up to a million subscriptions against 2,000 papers, and compare each with what search finds."""
    report, folder = bench.report, bench.folder
    records = list(islice(bench.records(), ASKED))
    counts = [count for count in COUNTS if count <= 10 * bench.many]
    with report.progress("Subscriptions", counts[-1]) as advance:
        shown = rows(folder, records, counts, advance)
    head = ("subscriptions", "papers", "cold s", "warm s", "MB above idle", "pairs")
    report.table("Matching distinct subscriptions with new papers", head, shown, "matching", sized=False)
    for many, of, cold, warm, *_ in shown:
        if of == f"{PAPERS:,}":
            report.point("matching", "cold", int(many.replace(",", "")), float(cold))
            report.point("matching", "warm", int(many.replace(",", "")), float(warm))
    with report.progress("Compared with search", counts[-1]) as advance, open_(folder) as connection:
        wrong = differing(connection, advance)
    compared = ("subscriptions compared with what search finds for each", "with other matches")
    report.table("The same as search", compared, [(f"{counts[-1]:,}", f"{wrong:,}")], "same", sized=False)


def rows(folder: Path, records: Sequence[Record], counts: Sequence[int], advance: Advance) -> list[tuple[str, ...]]:
    """A row of figures for each count of subscriptions and, at the largest, for fewer papers."""
    store = begun(folder, records)
    texts, there, found = asked(records), 0, []
    for many in counts:
        follow(store, texts, there, many, advance)
        there = many
        found.append(_row(folder, many, PAPERS))
    for fewer in (PAPERS // 4, PAPERS // 20):
        found.append(_row(folder, counts[-1], fewer))
    store.close()
    return found


def _row(folder: Path, many: int, of: int) -> tuple[str, ...]:
    """Measured in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.match", str(folder / _NAME), str(of)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    seconds = f"{said['cold']:.2f}", f"{said['warm']:.2f}"
    return f"{many:,}", f"{of:,}", *seconds, f"{said['mb']:.0f}", f"{said['pairs']:,}"


def begun(folder: Path, records: Sequence[Record]) -> Store:
    """A store of the newest of these papers."""
    store = open_store(f"sqlite:///{folder / _NAME}")
    newest = sorted(records, key=lambda record: record.announced or TODAY)[-PAPERS:]
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
    for start in range(there, many, _ROWS):
        said: dict[str, list[dict[str, object]]] = {}
        for number, text in enumerate(islice(texts, min(_ROWS, many - start)), start):
            query = parse(text)
            row = {"query": query.text, "key": query.key, "compact": compact(query.root), "created_by": "local:me"}
            name = f"local:c{number // each:06}"
            said.setdefault(name, []).append({"channel": name, "number": number % each + 1, "created_at": NOW, **row})
        with store.writing() as connection:
            channels = [{"id": name, **last, "next_due": NOW, "editions": 0, "subscriptions": each} for name in said]
            connection.execute(insert(schema.channels), channels)
            connection.execute(insert(schema.subscriptions), [row for listed in said.values() for row in listed])
        advance(min(_ROWS, many - start))


def once(store: Store, of: int) -> dict[str, float]:
    """Match every subscription with so many papers, cold and warm: seconds, memory, and how many pairs."""
    every = select(_ROWID, schema.subscriptions.c.compact)
    with store.reading() as connection:
        numbers = list(connection.execute(select(schema.papers.c.number).limit(of)).scalars())
        # What a process that has matched anything has loaded.
        one = [(row[0], row[1]) for row in connection.execute(every.limit(1))]
        _counted(Standing(one), Batch(load(connection, numbers[:1]), TODAY))
    idle = memory("VmRSS")
    started = time.perf_counter()
    with store.reading() as connection:
        batch = Batch(load(connection, numbers), TODAY)
        standing = Standing((row[0], row[1]) for row in connection.execute(every))
    pairs = _counted(standing, batch)
    cold, started = time.perf_counter() - started, time.perf_counter()
    again = _counted(standing, Batch(batch.papers, TODAY))
    warm = time.perf_counter() - started
    most = memory("VmHWM")
    if again != pairs:
        raise AssertionError(f"{again} pairs are not the {pairs} of before")
    return {"cold": cold, "warm": warm, "pairs": pairs, "mb": most - idle}


def memory(of: str, process: str = "self") -> float:
    """What Linux says of a process's memory, in MB: now (VmRSS), or the most so far (VmHWM)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(of)) / 1024


def _counted(standing: Standing, batch: Batch) -> int:
    return sum(mask.bit_count() for _, mask in standing.matches(batch))


def differing(connection: Connection, advance: Advance = lambda _: None) -> int:
    """How many subscriptions match other papers than a strict search for their text finds."""
    numbers = list(connection.execute(select(schema.papers.c.number)).scalars())
    batch = Batch(load(connection, numbers), TODAY)
    there = schema.subscriptions.c
    listed = connection.execute(select(_ROWID, there.query, there.compact)).all()
    matched = dict(Standing((row[0], row.compact) for row in listed).matches(batch))
    wrong = 0
    for row in listed:
        found = {batch.papers[place].number for place in places(matched.get(row[0], 0))}
        wrong += found != set(strict(connection, parse(row.query), TODAY))
        advance(1)
    return wrong


def open_(folder: Path) -> Connection:
    """The store of `rows`, to read."""
    return open_store(f"sqlite:///{folder / _NAME}").engine.connect()


if __name__ == "__main__":
    print(json.dumps(once(open_store(f"sqlite:///{sys.argv[1]}"), int(sys.argv[2]))))
