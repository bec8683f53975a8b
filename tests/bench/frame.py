"""What every measure is given: a report, a size, the papers of that size, and a store that has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

from db import papers
from db.migrate import REVISION, open_store
from db.store import Store
from domain.paper import Record
from tests.bench import generator
from tests.bench.corpora import TODAY, crawled, invented, loaded
from tests.bench.report import Report

# How many papers. The smallest size is real papers where the shared data is; the others are generated from them.
SIZES = {"30k": 30_000, "100k": 100_000, "1M": 1_000_000, "2.9M": 2_900_000}
REAL = "30k"
BATCH = 20_000  # papers that are saved at a time
_LEARNT = 3_000  # invented papers to generate from, where there are no real ones


@dataclass(frozen=True)
class Bench:
    """One run: `folder` is thrown away after each measure, `stores` keeps what is built for the next run."""

    report: Report
    shared: Path
    folder: Path
    size: str
    stores: Path

    @property
    def many(self) -> int:
        """The size in papers. Of the real ones there are some more."""
        return SIZES[self.size]

    @property
    def real(self) -> bool:
        """Whether the shared data is here."""
        return (self.shared / "data" / "corpora").exists()

    @property
    def today(self) -> date:
        """The day after the corpus ends."""
        return TODAY if self.size == REAL and self.real else generator.LAST + timedelta(days=1)

    @cached_property
    def model(self) -> generator.Model:
        """What papers are generated from."""
        return generator.learn(self._listed() if self.real else invented(_LEARNT))

    def _listed(self) -> Iterator[Record]:
        folder = self.shared / "data" / "corpora"
        named = ("arxiv_cs_2025.jsonl.gz", "hf_daily_2024.jsonl.gz")
        return chain.from_iterable(crawled(folder / name, "arxiv") for name in named)

    def records(self, start: int = 0) -> Iterator[Record]:
        """The corpus, in the order of its days, from the one at `start`."""
        if self.real and self.size == REAL:
            return islice(self._listed(), start, None)
        return generator.papers(self.model, self.many, start)

    def store(self) -> Store:
        """The store with the corpus; built where there is none yet, and gone on with where that was cut short."""
        self.stores.mkdir(parents=True, exist_ok=True)
        path = self.stores / f"{self.size}{'' if self.real else '-invented'}-{REVISION}.db"
        mark = path.with_suffix(".json")
        built: dict[str, Any] = (
            json.loads(mark.read_text()) if mark.exists() else {"loaded": 0, "whole": False, "rates": {}}
        )
        store = open_store(f"sqlite:///{path}")
        if not built["whole"]:
            with self.report.progress(f"Loading {self.size}", self.many) as advance:
                advance(built["loaded"])
                for count, seconds in loaded(store, self.records(built["loaded"]), BATCH):
                    built["loaded"] += count
                    built["rates"][built["loaded"]] = count / seconds
                    mark.write_text(json.dumps(built))
                    advance(count)
            mark.write_text(json.dumps(built | {"whole": True}))
        return store

    def rates(self) -> dict[int, float]:
        """How many papers a second were saved while the store grew to so many."""
        path = self.stores / f"{self.size}{'' if self.real else '-invented'}-{REVISION}.json"
        return {int(at): rate for at, rate in json.loads(path.read_text())["rates"].items()}

    def count(self, store: Store) -> int:
        """How many papers the store has."""
        with store.reading() as connection:
            return papers.count(connection)
