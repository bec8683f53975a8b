"""Searching: how long each kind of query takes, and how good the answers are, next to a plain full-text index."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from db import papers, schema
from db.migrate import open_store
from db.search import search
from db.store import Store
from domain.identifier import Identifier
from domain.paper import Record
from domain.words import forms
from tests.bench.corpora import TODAY, document, judged, judgements, load, queries
from tests.bench.frame import Bench
from tests.bench.quality import Misspelt, asked, found, mean, misspelt, ndcg, reciprocal
from tests.bench.report import Report
from tests.bench.rival import PLAIN, PORTER, Rival

_EACH = 40  # queries of a kind
_TITLES = 300
_SEED = 2026


@dataclass(frozen=True, slots=True)
class _Kind:
    """Queries of one kind, and the same in FTS5's own language where it can say them."""

    name: str
    ours: Sequence[str]
    theirs: Sequence[str]


def measure(bench: Bench) -> None:
    """Build a store of so many papers and measure search on it."""
    report, shared, folder, here = bench.report, bench.shared, bench.folder, bench.real
    store = open_store(f"sqlite:///{folder / 'search.db'}")
    _loading(report, store, bench.records())
    sentences: list[tuple[str, int]] = []
    if here:
        items = shared / "data" / "queries" / "tldr_known_item"
        load(store, judged(items))
        sentences = _sentences(store, items)
    with store.reading() as connection:
        plain, porter = Rival(connection, PLAIN), Rival(connection, PORTER)
        sample = misspelt(connection, ("arxiv",), _TITLES, _SEED)
        _times(report, connection, plain, sample, [words for words, _ in sentences])
        _misspelt(report, connection, plain, sample)
        if sentences:
            _known_items(report, connection, plain, porter, sentences)
        plain.close()
        porter.close()
    store.close()
    if here:
        _cranfield(report, shared / "data" / "queries" / "cranfield", folder)


def _loading(report: Report, store: Store, records: Iterable[Record]) -> None:
    listed = list(records)
    started = time.perf_counter()
    with report.progress("Loading", len(listed)) as advance:
        load(store, listed, advance)
    seconds = time.perf_counter() - started
    with store.reading() as connection:
        count = papers.count(connection)
    size = store.path.stat().st_size / count
    report.table(
        "Loading",
        ("papers", "papers a second", "bytes a paper"),
        [(f"{count:,}", f"{count / seconds:,.0f}", f"{size:,.0f}")],
    )


def _sentences(store: Store, folder: Path) -> list[tuple[str, int]]:
    relevant = judgements(folder)
    with store.reading() as connection:
        numbers = _documents(connection)
    return [(words, numbers[next(iter(relevant[name]))]) for name, words in queries(folder).items()]


def _documents(connection: Connection) -> dict[Identifier, int]:
    ids = schema.identifiers.c
    rows = connection.execute(select(ids.value, ids.paper).where(ids.scheme == "openreview"))
    return {document(row.value): row.paper for row in rows}


def _times(
    report: Report, connection: Connection, rival: Rival, sample: Sequence[Misspelt], sentences: Sequence[str]
) -> None:
    kinds = _kinds(connection, sample, sentences)
    rows = []
    with report.progress("Times", sum(len(kind.ours) for kind in kinds)) as advance:
        search(connection, asked(sample[0].wrong), TODAY)  # the words are read into memory once
        for kind in kinds:
            ours = _timed(lambda words: search(connection, asked(words), TODAY), kind.ours, advance)
            theirs = _timed(rival.ask, kind.theirs)
            shown = [f"{value:.1f}" for value in (*ours, *theirs)] if theirs else [f"{value:.1f}" for value in ours]
            ratio = [f"{ours[1] / theirs[1]:.2f}"] if theirs else ["", "", ""]
            rows.append((kind.name, *shown, *ratio))
    head = ("kind", "p50 ms", "p95 ms", "FTS5 p50", "FTS5 p95", "ratio of p95")
    report.table("A page of ten, by kind of query; FTS5 is a plain index's `ORDER BY bm25`", head, rows)


def _timed(
    call: Callable[[str], object], queries: Sequence[str], advance: Callable[[int], object] = lambda _: None
) -> list[float]:
    # The 50th and the 95th of a hundred; nothing of nothing.
    took = []
    for words in queries:
        started = time.perf_counter()
        call(words)
        took.append((time.perf_counter() - started) * 1_000)
        advance(1)
    took.sort()
    return [took[int(len(took) * part)] for part in (0.5, 0.95)] if took else []


def _kinds(connection: Connection, sample: Sequence[Misspelt], sentences: Sequence[str]) -> list[_Kind]:
    dice = random.Random(_SEED)
    words = schema.words.c
    frequent = select(words.word).where(words.kind == "text").order_by(words.papers.desc()).limit(_EACH)
    common = [f'"{word}"' for word in connection.execute(frequent).scalars()]
    picked = papers.load(connection, [each.paper for each in sample])
    titles = [forms(paper.title) for paper in picked if len(forms(paper.title)) > 3]
    authors = [forms(paper.authors[0])[-1] for paper in picked if paper.authors and forms(paper.authors[0])]
    threes = [[f'"{word}"' for word in dice.sample(title, 3)] for title in titles[:_EACH]]
    pairs = [f'"{" ".join(title[1:3])}"' for title in titles[:_EACH]]
    starts = [word[:4] for title in titles for word in title if len(word) > 6][:_EACH]
    mistyped = [each.wrong for each in sample[:_EACH]]
    questions = list(sentences[:_EACH]) or [paper.abstract[:120] for paper in picked[:_EACH]]
    return [
        _Kind("common word", common, common),
        _Kind("three words", [" ".join(three) for three in threes], [" AND ".join(three) for three in threes]),
        _Kind("phrase", pairs, pairs),
        _Kind("prefix", [f"{start}*" for start in starts], [f'"{start}" *' for start in starts]),
        _Kind(
            "author",
            [f'author:"{name}"' for name in authors[:_EACH]],
            [f'authors : "{name}"' for name in authors[:_EACH]],
        ),
        _Kind("any of three", [" OR ".join(three) for three in threes], [" OR ".join(three) for three in threes]),
        _Kind("exclusion", [f"{a} {b} -{c}" for a, b, c in threes], [f"({a} AND {b}) NOT {c}" for a, b, c in threes]),
        _Kind("dated", [f"{a} since:30d" for a, _, _ in threes], [a for a, _, _ in threes]),
        _Kind("category, no word", ["cat:cs.CL since:90d"] * 10, []),
        _Kind("mistyped", mistyped, [_any(words) for words in mistyped]),
        _Kind("question", questions, [_any(words) for words in questions]),
    ]


def _any(words: str) -> str:
    return " OR ".join(f'"{word}"' for word in dict.fromkeys(re.findall(r"\w+", words.lower())))


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
