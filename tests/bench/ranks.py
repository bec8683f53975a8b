"""How good a page of ten is among very many papers: known titles first, and next to weighing every match."""

from __future__ import annotations

import random
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from db import papers, schema
from db.compile import compiled
from db.frequency import frequencies, sizes
from db.gather import Asked, listed, texts
from db.places import number
from db.rank import Matches
from db.weigh import Texts, bm25, leaf_count, ordered
from domain.identity import title_key
from domain.query import Query
from domain.words import forms
from tests.bench.frame import Bench
from tests.bench.quality import asked, found, mean

_TITLES, _QUESTIONS = 2_000, 120
_SEED = 2026
_CHUNK = 20_000  # papers weighed at a time
_MOST = 400_000  # matches of a query of which each is weighed


def measure(bench: Bench) -> None:
    """Say both of a store of so many papers."""
    store = bench.store()
    with store.reading() as connection:
        _known(bench, connection)
        _overlap(bench, connection)
    store.close()


def _known(bench: Bench, connection: Connection) -> None:
    dice, first, asked_for = random.Random(_SEED), [], 0
    highest = connection.execute(select(func.max(schema.papers.c.number))).scalar_one()
    by_decade: dict[int, list[bool]] = {}
    with bench.report.progress("Known titles", _TITLES) as advance:
        while asked_for < _TITLES:
            for paper in papers.load(connection, [dice.randrange(1, highest + 1)]):
                best = found(connection, paper.title, 1, bench.today)
                # Papers of one title are all what was asked for.
                same = bool(best) and title_key(papers.load(connection, best)[0].title) == title_key(paper.title)
                first.append(same)
                by_decade.setdefault(paper.day.year // 10 * 10, []).append(same)
                asked_for += 1
                advance(1)
    rows = [(f"{decade}s", f"{len(hits):,}", f"{mean(hits):.3f}") for decade, hits in sorted(by_decade.items())]
    rows.append(("all", f"{len(first):,}", f"{mean(first):.3f}"))
    bench.report.table("A title as the query: the paper is first", ("of the", "titles", "first"), rows, "titles")


def _overlap(bench: Bench, connection: Connection) -> None:
    alike: list[float] = []
    plain: list[float] = []
    with bench.report.progress("Next to weighing all", _QUESTIONS) as advance:
        for query in _questions(connection):
            every = listed(connection, Asked(compiled(query.root, bench.today).match or "", _MOST))[0]
            if not every:
                continue
            ours = Matches(connection, query, bench.today).best(10)
            as_we_do, by_bm25 = _exactly(connection, query, every)
            many = min(10, len(every))
            alike.append(len({*ours} & {*as_we_do}) / many)
            plain.append(len({*ours} & {*by_bm25}) / many)
            advance(1)
            if len(alike) == _QUESTIONS:
                break
    bench.report.table(
        "Three to five words of a title: how many of the best ten are those of weighing every match",
        ("", "queries", "of ten"),
        [
            ("in our order, bm25 and then how titles fit", f"{len(alike)}", f"{mean(alike):.3f}"),
            ("by bm25 alone", f"{len(plain)}", f"{mean(plain):.3f}"),
        ],
        "overlap",
    )


def _exactly(connection: Connection, query: Query, every: list[int]) -> tuple[list[int], list[int]]:
    words = query.wanted()
    often, held = frequencies(connection, words, None), sizes(connection)
    telling = [(leaf_count(leaf), held.telling(many.papers)) for leaf, many in often.items()]
    titles, scores = list[Texts](), list[float]()
    for at in range(0, len(every), _CHUNK):
        read = texts(connection, every[at : at + _CHUNK])
        scores += bm25(telling, read, held.usual)
        titles += [Texts(each.place, each.title, "", "") for each in read]
    plain = sorted(zip(scores, titles, strict=True), key=lambda each: (-each[0], each[1].place))
    best = ordered(words, titles, scores, ())
    return [number(at) for at in best[:10]], [number(each.place) for _, each in plain[:10]]


def _questions(connection: Connection) -> Iterator[Query]:
    dice = random.Random(_SEED)
    highest = connection.execute(select(func.max(schema.papers.c.number))).scalar_one()
    while True:
        for paper in papers.load(connection, [dice.randrange(1, highest + 1)]):
            words = forms(paper.title)
            many = dice.randint(3, 5)
            if len(words) >= many:
                yield asked(" ".join(f'"{word}"' for word in dice.sample(words, many)))
