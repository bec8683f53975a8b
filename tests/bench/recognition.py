"""How surely a second record of a paper is taken for that paper, and nothing else for it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace
from sqlalchemy import func, select

from db import papers, schema
from db.migrate import open_store
from db.papers import Saved
from db.store import Store
from domain.paper import Identifier, Record
from sources.files import read_file
from tests.bench.corpora import NOW, load
from tests.bench.frame import Bench
from tests.bench.second import second

_BATCH = 300
_SEED = 2026


@dataclass(frozen=True, slots=True)
class Recognised:
    """Of so many second records, how many became their own paper (`right`), another one (`wrong`) or a new one.

    `strays`: second records of papers that the store has not, which it took for some that it has. `merged`: arXiv
    ids that lost their paper to another one's, also when the same titles and texts came under new ids.
    """

    right: int
    wrong: int
    missed: int
    strays: int
    merged: int

    @property
    def precision(self) -> float:
        """The share of those recognised that were recognised as what they are."""
        return self.right / max(1, self.right + self.wrong + self.strays)

    @property
    def recall(self) -> float:
        """The share that was recognised."""
        return self.right / max(1, self.right + self.wrong + self.missed)


def measure(bench: Bench) -> None:
    """Every Hugging Face paper of the shared data a second time, among the arXiv ones."""
    report, corpora = bench.report, bench.shared / "data" / "corpora"
    if not corpora.exists():
        report.say(f"The shared data is not here ({bench.shared}): nothing to recognise.")
        return
    known = once(corpora / "hf_daily_2024.jsonl.gz")
    others = once(corpora / "arxiv_cs_2025.jsonl.gz")[: bench.many]
    store = open_store(f"sqlite:///{bench.folder / 'recognition.db'}")
    with report.progress("recognising", len(others)) as progress:
        found = recognise(store, known, others, _SEED, progress)
    store.close()
    report.table(
        f"{len(known):,} second records among {len(others) + len(known):,} papers",
        ("right", "another paper", "taken for new", "strays", "ids merged", "precision", "recall"),
        [
            (
                *(f"{count:,}" for count in (found.right, found.wrong, found.missed, found.strays, found.merged)),
                f"{found.precision:.4f}",
                f"{found.recall:.4f}",
            )
        ],
        name="recognition",
        sized=False,
    )


def once(path: Path) -> list[Record]:
    """The papers of one of the shared corpora, each once, read as an import reads them."""
    found: dict[Identifier, Record] = {}
    for each in read_file(path):
        if isinstance(each, Record):
            found.setdefault(each.identifiers[0], each)
    return list(found.values())


def recognise(
    store: Store,
    known: Sequence[Record],
    others: Sequence[Record],
    seed: int,
    progress: Callable[[int], object] = lambda _: None,
) -> Recognised:
    """What an empty store makes of second records of the `known` papers, before and after it has these."""
    chance = random.Random(seed)
    load(store, others, progress)
    before = _highest(store)
    strays = [each for each in _tried(store, [second(each, chance) for each in known]) if each.paper <= before]
    firsts = _saved(store, known)
    twins = [replace(each, identifiers=(Identifier("arxiv", f"9901.{at:05}"),)) for at, each in enumerate(known, 1)]
    lost = sum(not each.new for each in _tried(store, twins))
    seconds = _saved(store, [second(each, chance) for each in known])
    right = sum(first.paper == again.paper for first, again in zip(firsts, seconds, strict=True))
    missed = sum(each.new for each in seconds)
    ids = {each.identifiers[0] for each in (*known, *others)}
    return Recognised(right, len(known) - right - missed, missed, len(strays), len(ids) - _with_ids(store) + lost)


def _saved(store: Store, records: Sequence[Record]) -> list[Saved]:
    saved: list[Saved] = []
    for at in range(0, len(records), _BATCH):
        with store.writing() as connection:
            saved += papers.save(connection, records[at : at + _BATCH], NOW)
    return saved


class _UndoneError(Exception):
    pass


def _tried(store: Store, records: Sequence[Record]) -> list[Saved]:
    """What saving them would come to; the store stays as it is."""
    saved: list[Saved] = []
    with suppress(_UndoneError), store.writing() as connection:
        for at in range(0, len(records), _BATCH):
            saved += papers.save(connection, records[at : at + _BATCH], NOW)
        raise _UndoneError
    return saved


def _highest(store: Store) -> int:
    with store.reading() as connection:
        number: int = connection.execute(select(func.coalesce(func.max(schema.papers.c.number), 0))).scalar_one()
    return number


def _with_ids(store: Store) -> int:
    """How many papers have an arXiv id."""
    ids = schema.identifiers.c
    with store.reading() as connection:
        counted: int = connection.execute(
            select(func.count(ids.paper.distinct())).where(ids.scheme == "arxiv")
        ).scalar_one()
    return counted
