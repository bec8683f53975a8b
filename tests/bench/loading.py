"""Loading: how many papers a second, next to the driver alone writing the same rows, and the space they take."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from shutil import rmtree
from statistics import median
from typing import Any, NamedTuple
from unittest.mock import patch

from sqlalchemy import event

from db import papers
from db.migrate import open_store
from db.store import Store
from db.vocabulary import Analysis
from domain.merging import first
from domain.paper import Paper, Record
from tests.bench.corpora import NOW
from tests.bench.frame import BATCH, Bench

_COMPARED = 60_000  # papers, from an empty store on
_ROUNDS = 3  # that are timed, after one that is not: memory and disk are taken for the first time then
_SHOWN = 10  # points of the plot

_Written = list[tuple[str, Any, bool]]


class _Took(NamedTuple):
    """Seconds that a round took: of all, of all but analysing, and of sqlite3."""

    ours: float
    analysed: float
    theirs: float


def measure(bench: Bench) -> None:
    """Load a store, one that is given the texts analysed, and beside them let sqlite3 repeat what was written."""
    records = list(islice(bench.records(), min(bench.many, _COMPARED)))
    with bench.report.progress("Loading next to sqlite3", len(records) * (1 + _ROUNDS)) as advance:
        _, *rounds = [_round(bench.folder / str(turn), records, turn, advance) for turn in range(1 + _ROUNDS)]
    bench.report.table(
        f"{len(records):,} papers into an empty store, {BATCH:,} at a time; sqlite3 repeats every row of every table, "
        f"analysed; medians of {_ROUNDS} rounds, and the ratio of the least and the most favourable",
        ("", "seconds", "papers a second", "× sqlite3", "lowest", "highest"),
        [
            _row(name, len(records), [each[at] for each in rounds], [each.theirs for each in rounds])
            for at, name in enumerate(("all of it", "without analysing", "sqlite3"))
        ],
        name="loading",
    )
    whole = bench.store()
    count, rates = bench.count(whole), list(bench.rates().items())
    whole.close()  # which puts what was written last into the file
    size = whole.path.stat().st_size / count
    mean = sum(BATCH for _ in rates) / sum(BATCH / rate for _, rate in rates)
    bench.report.table(
        "The whole store",
        ("papers", "papers a second", "of the last of them", "bytes a paper"),
        [(f"{count:,}", f"{mean:,.0f}", f"{rates[-1][1]:,.0f}", f"{size:,.0f}")],
        name="store",
    )
    for at, rate in rates[:: max(1, len(rates) // _SHOWN)]:
        bench.report.point("loading", bench.size, at, rate)


def _row(name: str, count: int, seconds: list[float], theirs: list[float]) -> tuple[str, ...]:
    ratios = sorted(there / here for here, there in zip(seconds, theirs, strict=True))
    middle = median(seconds)
    shown = [f"{ratio:.2f}" for ratio in (median(ratios), ratios[0], ratios[-1])]
    return name, f"{middle:,.1f}", f"{count / middle:,.0f}", *shown


def _round(folder: Path, records: list[Record], turn: int, advance: Callable[[int], object]) -> _Took:
    folder.mkdir()
    store, given = (open_store(f"sqlite:///{folder / name}.db") for name in ("ours", "given"))
    open_store(f"sqlite:///{folder / 'raw.db'}").close()
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")  # as ours (db/store.py)
    written: _Written = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def _noted(_c: Any, _u: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        if statement.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append((statement, values, many))

    ours = analysed = theirs = 0.0
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        written.clear()
        ours += _saved(store, batch)
        if turn % 2:  # by turns, since whoever is first finds another disk
            theirs += _repeated(raw, written)
        with _analysed(batch):
            analysed += _saved(given, batch)
        if not turn % 2:
            theirs += _repeated(raw, written)
        advance(len(batch))
    raw.close()
    store.close()
    given.close()
    rmtree(folder)
    return _Took(ours, analysed, theirs)


def _repeated(raw: sqlite3.Connection, written: _Written) -> float:
    started = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    for statement, values, many in written:
        if many:
            raw.executemany(statement, values)
        else:
            raw.execute(statement, values)
    raw.execute("COMMIT")
    return time.perf_counter() - started


def _saved(store: Store, batch: list[Record]) -> float:
    started = time.perf_counter()
    with store.writing() as connection:
        papers.save(connection, batch, NOW, archive=True)
    return time.perf_counter() - started


@contextmanager
def _analysed(batch: list[Record]) -> Iterator[None]:
    """Let saving find the texts of these analysed, and do nothing for it but look them up."""
    before, read = Analysis(), Analysis.of
    known = {(each.title, each.abstract): read(before, first(0, each, NOW, archive=True)) for each in batch}

    def found(self: Analysis, paper: Paper) -> Any:
        self.texts = before.texts
        return known.pop((paper.title, paper.abstract), None) or read(self, paper)

    with patch.object(Analysis, "of", found):
        yield
