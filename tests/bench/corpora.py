"""Papers to measure with: the shared corpora where they are, else texts of an invented vocabulary."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from db import papers
from db.store import Store
from domain.identifier import Identifier, arxiv
from domain.paper import Record

NOW = datetime(2025, 10, 1, 9, tzinfo=UTC)  # the day after the corpora end
TODAY = NOW.date()
_BATCH = 2_000
_LETTERS = "etaoinsrhldcumfpgwybvkxjqz"  # pragma: allowlist secret


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def crawled(path: Path, source: str) -> Iterator[Record]:
    """The papers of one of the shared corpora of arXiv papers."""
    for line in _lines(path):
        named = arxiv(line["arxiv_id"])
        yield Record(
            line["title"],
            source,
            line["abstract"],
            authors=tuple(line.get("authors") or ()),
            categories=tuple(line.get("categories") or ()),
            identifiers=(named,) if named else (),
            announced=date.fromisoformat(line["date"]),
            page_url=line.get("url") or "",
            upvotes=line.get("upvotes"),
        )


def judged(folder: Path) -> Iterator[Record]:
    """The papers of a folder of judged queries, each under its document's name there."""
    for line in _lines(folder / "corpus.jsonl"):
        yield Record(
            line.get("title") or "Untitled",
            folder.name,
            line.get("abstract") or "",
            authors=tuple(line.get("authors") or ()),
            identifiers=(document(line["doc_id"]),),
            announced=date(int(line.get("date") or 1960), 1, 1),
        )


def document(name: str) -> Identifier:
    """What a judged document is called in the store."""
    return Identifier("openreview", name)


def queries(folder: Path) -> dict[str, str]:
    """The judged queries of a folder, by name."""
    return {line["query_id"]: line["query"] for line in _lines(folder / "queries.jsonl")}


def judgements(folder: Path) -> dict[str, dict[Identifier, int]]:
    """How relevant which documents are to each query, by the query's name; 0 is not."""
    found: dict[str, dict[Identifier, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, name, relevance = line.split("\t")
        if query == "query_id":  # some have a head
            continue
        found.setdefault(query, {})[document(name)] = int(relevance)
    return found


def invented(count: int, seed: int = 1) -> Iterator[Record]:
    """Papers of words that mean nothing, as frequent as words are (Zipf's law): one rare word in most titles."""
    dice = random.Random(seed)
    words = list({_word(dice): None for _ in range(20_000 + count)})
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    for number in range(count):
        title = dice.choices(words, cum_weights=weights, k=dice.randrange(5, 12))
        title[dice.randrange(len(title))] = dice.choice(words)
        yield Record(
            " ".join(title).capitalize(),
            "arxiv",
            " ".join(dice.choices(words, cum_weights=weights, k=dice.randrange(100, 250))).capitalize() + ".",
            authors=tuple(f"{_word(dice)} {_word(dice)}".title() for _ in range(dice.randrange(1, 6))),
            categories=(dice.choice(("cs.CL", "cs.LG", "cs.CV", "stat.ML")),),
            identifiers=(Identifier("arxiv", f"25{1 + number % 12:02}.{number:05}"),),
            announced=TODAY - timedelta(days=dice.randrange(200)),
        )


def _word(dice: random.Random) -> str:
    weights = range(len(_LETTERS), 0, -1)
    return "".join(dice.choices(_LETTERS, weights, k=dice.randrange(3, 12)))


def load(store: Store, records: Iterable[Record], progress: Callable[[int], object] = lambda _: None) -> None:
    """Save records, saying of each batch how many they were."""
    for count, _ in loaded(store, records):
        progress(count)


def loaded(store: Store, records: Iterable[Record], size: int = _BATCH) -> Iterator[tuple[int, float]]:
    """Save records in batches; of each yields how many they were and in how many seconds they were saved."""
    left = iter(records)
    while batch := list(islice(left, size)):
        started = time.perf_counter()
        with store.writing() as connection:
            papers.save(connection, batch, NOW, archive=True)
        yield len(batch), time.perf_counter() - started
