"""Loading: how many papers a second, next to the driver alone writing the same rows, and the space they take."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any
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
_SHOWN = 10  # points of the plot

_Written = list[tuple[str, Any, bool]]


def measure(bench: Bench) -> None:
    """Load a store, one that is given the texts analysed, and beside them let sqlite3 repeat what was written."""
    compared = min(bench.many, _COMPARED)
    store, given = (open_store(f"sqlite:///{bench.folder / name}.db") for name in ("ours", "given"))
    open_store(f"sqlite:///{bench.folder / 'raw.db'}").close()
    raw = sqlite3.connect(bench.folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("PRAGMA foreign_keys = ON")  # as ours (db/store.py)
    written: _Written = []

    @event.listens_for(store.engine, "before_cursor_execute")
    def _noted(_c: Any, _u: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        if statement.split(None, 1)[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append((statement, values, many))

    ours = theirs = analysed = 0.0
    done = 0
    left = islice(bench.records(), compared)
    with bench.report.progress("Loading next to sqlite3", compared) as advance:
        while batch := list(islice(left, BATCH)):
            written.clear()
            ours += _saved(store, batch)
            theirs += _repeated(raw, written)
            with _analysed(batch):
                analysed += _saved(given, batch)
            done += len(batch)
            advance(len(batch))
    raw.close()
    store.close()
    given.close()
    bench.report.table(
        f"{done:,} papers into an empty store, {BATCH:,} at a time; sqlite3 repeats every row of every table, analysed",
        ("", "seconds", "papers a second", "× sqlite3"),
        [
            ("all of it", *_figures(done, ours, theirs)),
            ("without analysing", *_figures(done, analysed, theirs)),
            ("sqlite3", *_figures(done, theirs, theirs)),
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


def _figures(count: int, seconds: float, theirs: float) -> tuple[str, str, str]:
    return f"{seconds:,.1f}", f"{count / seconds:,.0f}", f"{theirs / seconds:.2f}"


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
