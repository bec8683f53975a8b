"""What every measure is given: a report, a size, the papers of that size, and a store that has them."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
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

# How many papers. 30k are real papers where the shared data is; the others are generated from them. 3k says nothing of
# speed, but that all of this runs.
SIZES = {"3k": 3_000, "30k": 30_000, "100k": 100_000, "1M": 1_000_000, "2.9M": 2_900_000}
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
    named: bool = False  # whether this measure was asked for by its name: then nothing of it is left out

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

    @property
    def model(self) -> generator.Model:
        """What papers are generated from."""
        return _learnt(self.shared if self.real else None, min(self.many, SIZES[REAL]))

    def records(self, start: int = 0) -> Iterator[Record]:
        """The corpus, in the order of its days, from the one at `start`."""
        if self.real and self.size == REAL:
            return islice(_listed(self.shared), start, None)
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


@lru_cache(1)
def _learnt(shared: Path | None, many: int) -> generator.Model:
    # Of the real ones there are some more than that, and all are taken, but where little is wanted.
    some = None if many == SIZES[REAL] else many
    model = generator.learn(islice(_listed(shared), some) if shared else invented(_LEARNT))
    gc.freeze()  # millions of words that no measure is to wait for
    return model


def _listed(shared: Path) -> Iterator[Record]:
    folder = shared / "data" / "corpora"
    named = ("arxiv_cs_2025.jsonl.gz", "hf_daily_2024.jsonl.gz")
    return chain.from_iterable(crawled(folder / name, "arxiv") for name in named)
