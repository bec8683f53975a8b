"""The store of real papers, built once for all tests that search it, whichever process comes first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

import pytest

from db.migrate import open_store
from db.store import Store
from domain.paper import Record
from tests.bench.corpora import crawled, judged, load
from tests.conftest import quick
from tests.shared import shared

NINTH = 9  # the benchmark takes all of them, which is minutes


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A ninth of the 30,288 arXiv papers of 2025, Hugging Face's daily ones of 2024, and the known items."""
    corpora = shared("data/corpora")
    records = chain(
        islice(crawled(corpora / "arxiv_cs_2025.jsonl.gz", "arxiv"), 0, None, NINTH),
        crawled(corpora / "hf_daily_2024.jsonl.gz", "hf"),
        judged(shared("data/queries/tldr_known_item")),
    )
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path = folder / "library.db"
    with (folder / "library.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _build(path, records)
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


def _build(path: Path, records: Iterable[Record]) -> None:
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    open_store(f"sqlite:///{half}").close()
    store = quick(Store(f"sqlite:///{half}"))
    load(store, records)
    store.close()
    half.rename(path)
