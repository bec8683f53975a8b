"""Whether matching means what search means: every subscription's matches next to a strict search for its text."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, select

from db import schema
from db.loading import load
from db.search import strict
from db.store import Store
from digests.match import Batch, Standing, places
from domain.parse import parse
from tests.bench.corpora import TODAY
from tests.bench.frame import Bench
from tests.bench.match import COUNTS, PAPERS, ROWID, counted, queries, subscribed

_SLICE = 5_000  # subscriptions that a process compares in one go
_MOST = 100_000  # compared where all measures are taken; all are if this one is asked for


def measure(bench: Bench) -> None:
    """Match subscriptions together, ask a search for each of them, and compare every pair."""
    report, path, many = bench.report, subscribed(bench), counted(bench)[-1]
    many = many if bench.named else min(many, _MOST)
    with report.progress("Compared with search", many) as advance:
        wrong = 0
        for compared, differ in differing(path, many):
            wrong += differ
            advance(compared)
    head = ("subscriptions compared with what search finds for each", "papers", "with other matches")
    row = f"{many:,}", f"{PAPERS:,}", f"{wrong:,}"
    report.table("The same as search", head, [row], "same" if many == COUNTS[-1] else "", sized=False)
    if wrong:
        raise AssertionError(f"{wrong:,} subscriptions match other papers than search finds")


def differing(path: Path, many: int) -> Iterator[tuple[int, int]]:
    """Of how many subscriptions after how many more the matches are other papers than search finds."""
    store = Store(f"sqlite:///{path}")
    with store.reading() as connection:
        batch = batched(connection)
        found = dict(Standing(queries(connection, 1, many)).matches(batch))
    store.close()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        slices = [range(first, min(first + _SLICE, many + 1)) for first in range(1, many + 1, _SLICE)]
        asked = {
            pool.submit(compared, path, part, {row: found[row] for row in part if row in found}): len(part)
            for part in slices
        }
        for done in as_completed(asked):
            yield asked[done], done.result()


def compared(path: Path, rows: range, found: dict[int, int]) -> int:
    """How many of these subscriptions match other papers (found, as masks) than a strict search for their text."""
    numbers = _numbers(path)
    there = schema.subscriptions.c
    with _store(path).reading() as connection:
        listed = connection.execute(select(ROWID, there.query).where(ROWID.between(rows[0], rows[-1]))).all()
        if len(listed) != len(rows):
            raise AssertionError(f"{len(rows)} subscriptions are wanted, and {len(listed)} there")
        return sum(
            {numbers[place] for place in places(found.get(row, 0))} != set(strict(connection, parse(text), TODAY))
            for row, text in listed
        )


def batched(connection: Connection, today: date = TODAY) -> Batch:
    """All papers of the store: what each search is of."""
    return Batch(load(connection, connection.execute(select(schema.papers.c.number)).scalars()), today)


@lru_cache
def _store(path: Path) -> Store:
    return Store(f"sqlite:///{path}")


@lru_cache
def _numbers(path: Path) -> list[int]:
    with _store(path).reading() as connection:
        return [paper.number for paper in batched(connection).papers]
