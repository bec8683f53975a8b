"""Searching: how good the answers are, next to a plain full-text index."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import Connection, select

from db import schema
from db.migrate import open_store
from db.store import Store
from domain.identifier import Identifier
from tests.bench.corpora import document, judged, judgements, load, queries
from tests.bench.frame import REAL, Bench
from tests.bench.quality import Misspelt, found, mean, misspelt, ndcg, reciprocal
from tests.bench.report import Report
from tests.bench.rival import PLAIN, PORTER, Rival

_TITLES = 300
_SEED = 2026


def measure(bench: Bench) -> None:
    """Say how good the answers are of a store of the real papers and the judged ones."""
    report, shared, folder = bench.report, bench.shared, bench.folder
    if not bench.real or bench.size != REAL:
        report.say(f"How good the answers are is measured on real papers alone: with the shared data, at {REAL}.")
        return
    real = bench.store()
    real.close()
    store = open_store(f"sqlite:///{shutil.copyfile(real.path, folder / 'search.db')}")
    items = shared / "data" / "queries" / "tldr_known_item"
    load(store, judged(items))
    sentences = _sentences(store, items)
    with store.reading() as connection:
        plain, porter = Rival(connection, PLAIN), Rival(connection, PORTER)
        _misspelt(report, connection, plain, misspelt(connection, ("arxiv",), _TITLES, _SEED))
        _known_items(report, connection, plain, porter, sentences)
        plain.close()
        porter.close()
    store.close()
    _cranfield(report, shared / "data" / "queries" / "cranfield", folder)


def _sentences(store: Store, folder: Path) -> list[tuple[str, int]]:
    relevant = judgements(folder)
    with store.reading() as connection:
        numbers = _documents(connection)
    return [(words, numbers[next(iter(relevant[name]))]) for name, words in queries(folder).items()]


def _documents(connection: Connection) -> dict[Identifier, int]:
    ids = schema.identifiers.c
    rows = connection.execute(select(ids.value, ids.paper).where(ids.scheme == "openreview"))
    return {document(row.value): row.paper for row in rows}


def _misspelt(report: Report, connection: Connection, rival: Rival, sample: Sequence[Misspelt]) -> None:
    rows = []
    with report.progress("Misspelt titles", 2 * len(sample)) as advance:
        for name in ("as in the title", "with edits"):
            ours, theirs = [], []
            for each in sample:
                words = each.wrong if name == "with edits" else each.right
                ours.append(each.paper in found(connection, words, 5))
                theirs.append(each.paper in rival.best(words, limit=5))
                advance(1)
            rows.append((name, f"{mean(ours):.3f}", f"{mean(theirs):.3f}", f"{mean(ours) / (mean(theirs) or 1):.2f}"))
    title = f"Three to five words of {len(sample)} titles, one or two edits: the paper among the first five"
    report.table(title, ("words", "search", "FTS5, any word", "ratio"), rows, "misspelt", sized=False)


def _known_items(
    report: Report, connection: Connection, plain: Rival, porter: Rival, items: Sequence[tuple[str, int]]
) -> None:
    ways: dict[str, Callable[[str], list[int]]] = {
        "search": lambda words: found(connection, words),
        "FTS5, any word": plain.best,
        "FTS5, any word, porter": porter.best,
        "FTS5, any word, porter, title × 2": lambda words: porter.best(words, title=2.0),
    }
    half = len(items) // 2
    rows = []
    with report.progress("Known items", len(ways) * len(items)) as advance:
        base = 0.0
        for name, way in ways.items():
            values = []
            for words, wanted in items:
                values.append(reciprocal(way(words), wanted))
                advance(1)
            base = base or mean(values)
            rows.append(
                (
                    name,
                    *(f"{mean(part):.3f}" for part in (values, values[:half], values[half:])),
                    f"{base / mean(values):.2f}",
                )
            )
    head = ("", "all", "tuned on", "held out", "search is × that")
    report.table(f"{len(items)} sentences, each about one paper: MRR@10", head, rows, "known", sized=False)


def _cranfield(report: Report, source: Path, folder: Path) -> None:
    store = open_store(f"sqlite:///{folder / 'cranfield.db'}")
    load(store, judged(source))
    listed, relevant = queries(source), judgements(source)
    with store.reading() as connection:
        numbers = _documents(connection)
        plain, porter = Rival(connection, PLAIN), Rival(connection, PORTER)
        ways: dict[str, Callable[[str], list[int]]] = {
            "search": lambda words: found(connection, words),
            "FTS5, any word": plain.best,
            "FTS5, any word, porter": porter.best,
        }
        rows = []
        with report.progress("Cranfield", len(ways) * len(listed)) as advance:
            base = 0.0
            for name, way in ways.items():
                values = []
                for query, words in listed.items():
                    graded = {numbers[each]: value for each, value in relevant.get(query, {}).items()}
                    values.append(ndcg(way(words), graded))
                    advance(1)
                base = base or mean(values)
                rows.append((name, f"{mean(values):.3f}", f"{base / mean(values):.2f}"))
        head = ("", "nDCG@10", "search is × that")
        report.table(f"Cranfield, {len(listed)} graded topics: nDCG@10", head, rows, "cranfield", sized=False)
        plain.close()
        porter.close()
    store.close()
