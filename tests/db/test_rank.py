"""Ranking where there is too much to weigh: what holds in millions of papers, tried on few with smaller bounds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from db import frequency, papers, rank, schema, titles
from db.frequency import beginnings, newest, sizes, some_days
from db.gather import Asked, listed
from db.places import before
from db.rank import Matches, everything
from db.store import Store
from domain.parse import parse
from tests.conftest import quick
from tests.papers import NOW, TODAY, record, records

QUERIES = (
    "graphs",
    "sparse",
    "sparse graphs",
    "lazy routing kernels",
    '"lazy routing"',
    '"models lazy" OR "graphs sparse"',
    "sparse OR lazy OR graphs",
    "sparse -graphs",
    "graph*",
    "cac* models",
    "author:ada",
    "author:ada graphs",
    "sparse OR cac*",
    "title:lazy",
    "title:sparse agents",
    "abstract:settings models",
    "cat:cs sparse",
    "source:arxiv",
    "sparse since:40d",
    "sparse upvotes:>5",
    '"decoders replaces"',
    "graphs OR since:9d",
    "lazy upvotes:<5",
)


@pytest.fixture(scope="module")
def built(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("crowded") / "store.db"
    shutil.copyfile(template, path)
    store = quick(Store(f"sqlite:///{path}"))
    held = [each for day in range(40) for each in records(5, day, announced=TODAY - timedelta(days=3 * day))]
    with store.writing() as connection:
        papers.save(connection, held, NOW)
        papers.save(connection, [record("Sparse graphs", announced=TODAY - timedelta(days=900))], NOW)
    yield store
    store.close()


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds for which some hundred papers are very many."""
    bounds = {"_COUNTED": 10, "_LISTED": 30, "_WEIGHED": 10, "_FEW": 12, "_WALKED": 12, "_ENOUGH": 5}
    bounds |= {"_ROWS": 12, "_WHOLE": 20, "_MORE": 2}
    for name, value in bounds.items():
        monkeypatch.setattr(rank, name, value)
    monkeypatch.setattr(frequency, "_FEW", 10)
    monkeypatch.setattr(titles, "_EVERYWHERE", 0.9)
    monkeypatch.setattr(schema, "FREQUENT", text("papers >= 2"))


@pytest.fixture
def crowded(built: Store, bounded: None) -> Store:
    """A store of 201 papers that is large for the bounds that are set."""
    return built


@pytest.mark.parametrize("said", QUERIES)
def test_all_pages_together_are_the_strict_results_each_once(crowded: Store, said: str) -> None:
    query = parse(said)
    with crowded.reading() as connection:
        every = everything(connection, query, TODAY)
        pages = [Matches(connection, query, TODAY).best(29, at) for at in range(0, len(every) + 29, 29)]
        listed = [number for page in pages for number in page]
        assert len(set(listed)) == len(listed)
        assert set(listed) == set(every)
        assert listed == Matches(connection, query, TODAY).best(len(every) + 29)


@pytest.mark.parametrize("said", QUERIES)
def test_the_total_is_exact_or_says_that_there_are_more(crowded: Store, said: str) -> None:
    query = parse(said)
    with crowded.reading() as connection:
        every, found = everything(connection, query, TODAY), Matches(connection, query, TODAY)
        assert found.total <= len(every)
        assert found.more or found.total == len(every)


def test_an_old_paper_is_first_for_its_title_among_very_many(crowded: Store) -> None:
    with crowded.reading() as connection:
        (first,) = papers.load(connection, Matches(connection, parse("sparse graphs"), TODAY).best(1))
        assert first.title == "Sparse graphs"
        (first,) = papers.load(connection, Matches(connection, parse("sparse OR graphs"), TODAY).best(1))
        assert first.title == "Sparse graphs"


def test_an_old_paper_with_a_short_title_is_weighed_among_very_many(bounded: None, store: Store) -> None:
    longer = [record(f"On sparse graphs that paper {at} is about", f"hf {at}", announced=TODAY) for at in range(60)]
    with store.writing() as connection:
        papers.save(connection, longer, NOW)
        papers.save(connection, [record("Deep sparse graphs", announced=TODAY - timedelta(days=900))], NOW)
    with store.reading() as connection:
        best = papers.load(connection, Matches(connection, parse("sparse graphs"), TODAY).best(1))
        assert [each.title for each in best] == ["Deep sparse graphs"]


def test_an_old_title_is_found_where_none_may_be_among_the_newest(
    bounded: None, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setattr(titles, "_ROWS", 2)
    monkeypatch.setattr(titles, "_FEWER_ROWS", 2)
    said = "We look at graphs that are sparse."
    newer = [record(f"What part {at} is about", f"hf {at}", abstract=said, announced=TODAY) for at in range(60)]
    others = [record(f"Rivers, part {at}", f"hf other {at}", announced=TODAY) for at in range(60)]
    older = record("Sparse and very large graphs of rivers", abstract=said, announced=TODAY - timedelta(days=900))
    with store.writing() as connection:
        papers.save(connection, [*newer, *others, older], NOW)
    with store.reading() as connection:
        best = papers.load(connection, Matches(connection, parse("sparse graphs"), TODAY).best(1))
        assert [each.title for each in best] == [older.title]


def test_of_more_than_are_all_weighed_the_best_by_their_marks_are(bounded: None, store: Store) -> None:
    said = "We look at graphs that are sparse."
    newer = [record(f"What part {at} is about", f"hf {at}", abstract=said, announced=TODAY) for at in range(20)]
    older = record("A sparse method for rivers and lakes", abstract=said, announced=TODAY - timedelta(days=900))
    with store.writing() as connection:
        papers.save(connection, [*newer, older], NOW)
    with store.reading() as connection:
        found = Matches(connection, parse("sparse"), TODAY)
        assert (found.total, found.more) == (21, False)
        assert [each.title for each in papers.load(connection, found.best(1))] == [older.title]


@pytest.mark.parametrize("said", ["sparse", "sparse OR lazy", "graph*"])
def test_of_what_surely_has_very_many_results_few_are_listed(
    crowded: Store, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    limits = list[int]()

    def noted(connection: Connection, *asked: Asked) -> list[list[int]]:
        limits.extend(each.limit for each in asked)
        return listed(connection, *asked)

    monkeypatch.setattr(rank, "listed", noted)
    with crowded.reading() as connection:
        found = Matches(connection, parse(said), TODAY)
        assert len(found.best(10)) == 10
        assert (found.total, found.more) == (30, True)
    assert limits == [11]


def test_the_best_have_the_words_in_the_title_however_old(crowded: Store) -> None:
    with crowded.reading() as connection:
        found = Matches(connection, parse("lazy models"), TODAY)
        assert found.more
        best = papers.load(connection, found.best(5))
    assert all("lazy" in paper.title.lower() for paper in best[:1])


@pytest.mark.parametrize("all_words", [100, 1])
def test_a_beginning_of_few_papers_is_each_of_its_words(
    all_words: int, bounded: None, monkeypatch: pytest.MonkeyPatch, store: Store
) -> None:
    monkeypatch.setattr(frequency, "_ALL", all_words)
    titles = ["Quaternions rotate", "Quaternary alloys", "Quarks and gluons"]
    others = [record(f"Sparse graphs, part {at}", f"hf {at}") for at in range(20)]
    with store.writing() as connection:
        papers.save(connection, [record(title, announced=TODAY) for title in titles] + others, NOW)
    query = parse("quatern*")
    with store.reading() as connection:
        known, more = beginnings(connection, query.wanted())
        assert (known is None) == (all_words == 1)
        assert not more
        found = Matches(connection, query, TODAY)
        assert (found.total, found.more) == (2, False)
        assert {each.title for each in papers.load(connection, found.best(10))} == set(titles[:2])


def test_sizes_are_those_of_the_papers(crowded: Store) -> None:
    with crowded.reading() as connection:
        held = sizes(connection)
        assert held.papers == papers.count(connection) == 201
        assert held.words[0] == 200 * 6 + 2  # "Sparse routing for models, part 1"
        assert held.telling(1) > held.telling(50) > held.telling(201) > 0


def test_how_papers_stand_in_time_is_known_from_some(crowded: Store) -> None:
    with crowded.reading() as connection:
        days = some_days(connection)
        half = newest(days, 0.5)
        assert half is not None
        assert before(TODAY - timedelta(days=45)) <= half <= before(TODAY - timedelta(days=75))
        assert newest(days, 1.0) is None
        assert newest([], 0.5) is None


def test_a_small_share_of_the_papers_is_more_than_those_of_the_newest_day() -> None:
    days = [TODAY - timedelta(days=30 * month) for month in range(40)]
    assert newest(days, 0.02) == before(TODAY - timedelta(days=24))
    assert newest(days, 0.5) == before(TODAY - timedelta(days=600))
    assert newest(days[:1], 0.5) == before(TODAY)
