"""How long a search takes: by kind of query, the first after opening, and while papers are being loaded."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from resource import RUSAGE_THREAD, getrusage

from sqlalchemy import Connection, func, select

from db import papers, schema
from db.migrate import open_store
from db.places import before
from db.search import search
from db.store import Store
from domain.query import Query
from domain.words import forms, stem
from tests.bench.corpora import NOW
from tests.bench.exact import Exact
from tests.bench.frame import Bench
from tests.bench.generator import papers as generated
from tests.bench.quality import asked

_EACH = 60  # queries of a kind
_ROUNDS = 3  # in which all are asked
_TRIES = 5  # of a query that has to wait for the disk
_SEED = 2026
_BATCH = 500  # papers loaded in one transaction meanwhile, as sources bring them
_FIRST = 20  # such transactions before anything is timed
_ENOUGH = 100_000  # papers to load at least: more than the searches leave time for


@dataclass(frozen=True, slots=True)
class Kind:
    """Queries of one kind, and the same in tantivy's language where it can say them."""

    name: str
    ours: Sequence[str]
    theirs: Sequence[str]


def measure(bench: Bench) -> None:
    """Time search on a store of so many papers, next to tantivy on the same words."""
    store = bench.store()
    with store.reading() as connection:
        kinds = _kinds(connection, bench.today)
        with bench.report.progress("Indexing for tantivy", papers.count(connection)) as advance:
            rival = Exact(connection, bench.stores / f"{bench.size}.tantivy", advance)
    cold = _cold(store, kinds, bench.today)
    queries = sum((3 + _ROUNDS) * len(kind.ours) + (1 + _ROUNDS) * len(kind.theirs) for kind in kinds)
    with bench.report.progress("Searching", queries) as advance:
        # By turns, so that a busy minute is one for both. In the first both read what they need from the disk.
        rounds = [
            (
                asyncio.run(_theirs(rival, kinds, advance)),
                asyncio.run(_ours(store, kinds, bench.today, advance)),
            )
            for _ in range(1 + _ROUNDS)
        ]
        theirs, ours = map(_together, zip(*rounds[1:], strict=True))
        loading = asyncio.run(_while_loading(bench, store, kinds, advance))
    _report(bench, kinds, ours, theirs, loading)
    bench.report.table(
        "The first query after opening, of each kind, nothing of the store in memory: ms",
        ("", "median", "slowest"),
        [("search", f"{cold[len(cold) // 2]:.0f}", f"{cold[-1]:.0f}")],
        "cold",
    )
    store.close()


def _report(
    bench: Bench,
    kinds: Sequence[Kind],
    ours: list[list[float]],
    theirs: list[list[float]],
    loading: list[list[float]],
) -> None:
    rows = []
    for kind, here, there, meanwhile in zip(kinds, ours, theirs, loading, strict=True):
        rows.append((kind.name, *_row(here, there, meanwhile)))
    both = [at for at, there in enumerate(theirs) if there]
    every = [[took for at in both for took in each[at]] for each in (ours, theirs, loading)]
    rows.append(("all of these that tantivy answers", *_row(*every)))
    head = ("kind", "p50 ms", "p95 ms", "tantivy p50", "tantivy p95", "ratio of p95", "p95 while loading")
    bench.report.table("A page of ten, by kind of query", head, rows, "times")
    bench.report.point("search", "search", bench.many, part(every[0], 0.95))
    bench.report.point("search", "tantivy", bench.many, part(every[1], 0.95))


def _row(ours: list[float], theirs: list[float], loading: list[float]) -> list[str]:
    shown = [f"{part(ours, 0.5):.1f}", f"{part(ours, 0.95):.1f}"]
    if theirs:
        shown += [f"{part(theirs, 0.5):.1f}", f"{part(theirs, 0.95):.1f}"]
        shown += [f"{part(ours, 0.95) / part(theirs, 0.95):.2f}"]
    else:
        shown += ["", "", ""]
    return [*shown, f"{part(loading, 0.95):.1f}"]


def part(took: Sequence[float], share: float) -> float:
    """Of some times the one that this share of them is below."""
    return sorted(took)[int(len(took) * share)]


def _together(rounds: Sequence[list[list[float]]]) -> list[list[float]]:
    return [[took for each in rounds for took in each[at]] for at in range(len(rounds[0]))]


async def _round(
    asking: Sequence[Sequence[str]], ask: Callable[[str], Awaitable[bool]], advance: Callable[[int], object]
) -> list[list[float]]:
    # How long each takes, in ms. `ask` says whether it waited for the disk, and is then asked again.
    found: list[list[float]] = []
    for kind in asking:
        found.append([])
        for words in kind:
            for _ in range(_TRIES):
                started = time.perf_counter()
                waited = await ask(words)
                took = (time.perf_counter() - started) * 1_000
                if not waited:
                    break
            found[-1].append(took)
            advance(1)
    return found


async def _theirs(rival: Exact, kinds: Sequence[Kind], advance: Callable[[int], object]) -> list[list[float]]:
    async def ask(words: str) -> bool:
        return _waited(lambda: rival.best(words))

    return await _round([kind.theirs for kind in kinds], ask, advance)


async def _ours(
    store: Store, kinds: Sequence[Kind], today: date, advance: Callable[[int], object]
) -> list[list[float]]:
    async def ask(words: str) -> bool:
        return await store.read(_searched, asked(words), today)  # as commands do

    await ask(kinds[0].ours[0])
    return await _round([kind.ours for kind in kinds], ask, advance)


def _searched(connection: Connection, query: Query, today: date) -> bool:
    return _waited(lambda: search(connection, query, today))


def _waited(call: Callable[[], object]) -> bool:
    """Whether a call read from the disk, where it is asked again: what that takes is measured apart.

    What was read before may be there again. Some virtual machines give up within seconds what nobody reads.
    """
    before = getrusage(RUSAGE_THREAD).ru_inblock
    call()
    return getrusage(RUSAGE_THREAD).ru_inblock > before


async def _while_loading(
    bench: Bench, store: Store, kinds: Sequence[Kind], advance: Callable[[int], object]
) -> list[list[float]]:
    # Into another store: a kept one is for the next run, as large as it says.
    store.close()
    copied = shutil.copyfile(store.path, bench.folder / "grows.db")
    os.sync()  # what is copied is not written to the disk while something is timed
    grows = open_store(f"sqlite:///{copied}")
    more = generated(bench.model, bench.many + max(bench.many, _ENOUGH), bench.many)
    ended = False

    async def load() -> None:
        while not ended and (batch := await asyncio.to_thread(list, islice(more, _BATCH))):
            await grows.write(papers.save, batch, NOW, archive=True)

    # The copy is new to memory, to searches as to what saving looks up.
    for _ in range(_FIRST):
        await grows.write(papers.save, list(islice(more, _BATCH)), NOW, archive=True)
    await _ours(grows, kinds, bench.today, advance)
    loading = asyncio.create_task(load())
    found = await _ours(grows, kinds, bench.today, advance)
    if loading.done():
        raise RuntimeError("Loading ended before the searches did: give it more papers.")
    ended = True
    await loading
    grows.close()
    return found


def _cold(store: Store, kinds: Sequence[Kind], today: date) -> list[float]:
    took = []
    for kind in kinds:
        for path in store.path.parent.glob(f"{store.path.name}*"):
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        started = time.perf_counter()
        opened = open_store(f"sqlite:///{store.path}")
        with opened.reading() as connection:
            search(connection, asked(kind.ours[-1]), today)
        took.append((time.perf_counter() - started) * 1_000)
        opened.close()
    return sorted(took)


def _kinds(connection: Connection, today: date) -> list[Kind]:
    dice = random.Random(_SEED)
    words, numbers = schema.words.c, schema.papers.c.number
    frequent = select(words.form).where(words.kind == "text", schema.FREQUENT).order_by(words.papers.desc())
    common = list(connection.execute(frequent.limit(_EACH)).scalars())
    highest = connection.execute(select(func.max(numbers))).scalar_one()
    some = papers.load(connection, [dice.randrange(1, highest + 1) for _ in range(20 * _EACH)])
    titles = [found for paper in some if len(found := list(dict.fromkeys(forms(paper.title)))) > 3]
    threes = [dice.sample(title, 3) for title in titles[:_EACH]]
    pairs = [dice.sample(title, 2) for title in titles[_EACH : 2 * _EACH]]
    phrases = [" ".join(title[1:3]) for title in titles[2 * _EACH : 3 * _EACH]]
    starts = [word[:4] for title in titles[3 * _EACH :] for word in title if len(word) > 6 and word.isalpha()][:_EACH]
    names = [found[-1] for paper in some if paper.authors and (found := forms(paper.authors[0]))][:_EACH]
    last = before(today - timedelta(days=30)) - 1
    return [
        Kind("common word", common, [_said(word) for word in common]),
        Kind("two words", *_both(pairs, " ")),
        Kind("three words", *_both(threes, " ")),
        Kind("phrase", [f'"{words}"' for words in phrases], [_said(words) for words in phrases]),
        Kind("prefix", [f"{start}*" for start in starts], [f"{start}*" for start in starts]),
        Kind("author", [f"author:{name}" for name in names], [f"authors:{name}" for name in names]),
        Kind("any of three", *_both(threes, " OR ")),
        Kind(
            "exclusion",
            [f'"{a}" "{b}" -"{c}"' for a, b, c in threes],
            [f"{_said(a)} {_said(b)} -{_said(c)}" for a, b, c in threes],
        ),
        Kind(
            "dated",
            [f'"{a}" since:30d' for a, _, _ in threes],
            [f"{_said(a)} place:[0 TO {last}]" for a, _, _ in threes],
        ),
        Kind("category, no word", ["cat:cs.CL", "cat:cs.LG since:90d", "cat:hep OR cat:math"] * 5, []),
    ]


def _both(groups: Sequence[Sequence[str]], sign: str) -> tuple[list[str], list[str]]:
    return [sign.join(f'"{word}"' for word in words) for words in groups], [
        sign.join(map(_said, words)) for words in groups
    ]


def _said(words: str) -> str:
    # As the index has them, in quotes: nothing in them is a sign.
    return f'"{" ".join(stem(word) for word in words.split())}"'
