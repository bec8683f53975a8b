"""Of matching papers, how many came on each day, and the newest."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from msgspec.structs import replace

from db import papers
from db.past import past
from db.store import Store
from tests.papers import NOW, TODAY, record, records


def test_papers_are_counted_by_day(store: Store) -> None:
    days = [0, 0, 1, 5, 5, 5, -1]
    dated = [replace(r, announced=TODAY - timedelta(days=d)) for r, d in zip(records(7), days, strict=True)]
    with store.writing() as connection:
        papers.save(connection, dated, NOW)
    with store.reading() as connection:
        counts, newest = past(connection, [7, 2, 1, 3, 6, 5, 4], TODAY, 4)
    assert counts == {TODAY: 2, TODAY - timedelta(days=1): 1, TODAY - timedelta(days=5): 3}
    assert [paper.number for paper in newest] == [2, 1, 3, 6]


def test_what_came_with_an_archive_counts_only_with_a_date(store: Store) -> None:
    with store.writing() as connection:
        papers.save(connection, [record("Undated"), record("Dated", published=TODAY)], NOW, archive=True)
        papers.save(connection, [record("Undated and new")], NOW)
    with store.reading() as connection:
        counts, newest = past(connection, [3, 2, 1], TODAY, 5)
    assert counts == {TODAY: 2}
    assert [paper.title for paper in newest] == ["Undated and new", "Dated"]


def test_any_number_of_papers(store: Store) -> None:
    with store.writing() as connection:
        papers.save(connection, records(1_000), NOW)
    with store.reading() as connection:
        counts, newest = past(connection, list(range(1_000, 0, -1)), TODAY, 3)
        assert past(connection, [], TODAY, 3) == (Counter(), [])
    assert counts == {TODAY: 1_000}
    assert [paper.number for paper in newest] == [1_000, 999, 998]
