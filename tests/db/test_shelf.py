"""Bookmarks and votes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from db import papers, shelf
from db.store import Store
from domain.channel import Bookmark
from tests.papers import NOW, TODAY, record

ME, YOU, GENERAL = "local:me", "local:you", "local:general"
MARK = Bookmark(ME, 1, "for Friday", ("fusion", "journal-club"), NOW)
LATER = NOW + timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.writing() as connection:
        votes = [None, 3, 10, 3, None]
        said = [record(f"Paper {n}", announced=TODAY - n * DAY, upvotes=up) for n, up in enumerate(votes, 1)]
        papers.save(connection, said, NOW)
        yield connection


def test_a_bookmark_is_kept_and_changed(connection: Connection) -> None:
    shelf.bookmark(connection, MARK)
    assert shelf.bookmarked(connection, ME, 1) == MARK
    changed = replace(MARK, note="done", tags=(), created_at=LATER)
    shelf.bookmark(connection, changed)
    assert shelf.bookmarked(connection, ME, 1) == replace(changed, created_at=NOW)
    assert shelf.bookmarked(connection, YOU, 1) is None
    assert shelf.bookmarked(connection, ME, 2) is None


def test_bookmarks_are_ones_own_the_latest_first(connection: Connection) -> None:
    shelf.bookmark(connection, MARK)
    shelf.bookmark(connection, Bookmark(ME, 3, "", (), LATER))
    shelf.bookmark(connection, Bookmark(ME, 2, "", (), LATER))
    shelf.bookmark(connection, Bookmark(YOU, 4, "", (), NOW))
    assert [(mark.paper, paper.number) for mark, paper in shelf.bookmarks(connection, ME)] == [(3, 3), (2, 2), (1, 1)]
    assert shelf.bookmarks(connection, "local:nobody") == []


def test_invariant_12_removing_can_be_undone(connection: Connection) -> None:
    shelf.bookmark(connection, MARK)
    assert shelf.unbookmark(connection, ME, 1, NOW)
    assert shelf.bookmarked(connection, ME, 1) is None
    assert shelf.bookmarks(connection, ME) == []
    assert not shelf.unbookmark(connection, ME, 1, LATER)
    assert shelf.unbookmark(connection, ME, 1, None)
    assert shelf.bookmarked(connection, ME, 1) == MARK
    assert not shelf.unbookmark(connection, ME, 2, None)


def test_keeping_what_was_removed_keeps_it_anew(connection: Connection) -> None:
    shelf.bookmark(connection, MARK)
    shelf.bookmark(connection, Bookmark(ME, 2, "", (), NOW))
    shelf.unbookmark(connection, ME, 1, NOW)
    shelf.bookmark(connection, replace(MARK, created_at=LATER))
    assert [mark.paper for mark, _ in shelf.bookmarks(connection, ME)] == [1, 2]


def test_votes_add_up_over_people_and_can_be_taken_back(connection: Connection) -> None:
    assert shelf.vote(connection, GENERAL, 1, ME, 1, NOW) == 0
    assert shelf.vote(connection, GENERAL, 1, YOU, 1, NOW) == 0
    assert shelf.vote(connection, GENERAL, 2, ME, -1, NOW) == 0
    shelf.vote(connection, "local:other", 3, ME, 1, NOW)

    def votes() -> dict[int, int]:
        return {paper.number: value for paper, value in shelf.votes(connection, [GENERAL])[GENERAL]}

    assert votes() == {1: 2, 2: -1}
    assert shelf.vote(connection, GENERAL, 1, ME, -1, LATER) == 1
    assert votes() == {1: 0, 2: -1}
    assert shelf.vote(connection, GENERAL, 2, ME, 0, LATER) == -1
    assert votes() == {1: 0}
    assert shelf.votes(connection, ["local:nobody"]) == {"local:nobody": []}


def test_trending_counts_upvotes_bookmarks_and_votes(connection: Connection) -> None:
    shelf.bookmark(connection, MARK)
    shelf.bookmark(connection, replace(MARK, owner=YOU))
    shelf.bookmark(connection, Bookmark(ME, 5, "", (), NOW))
    shelf.unbookmark(connection, ME, 5, NOW)
    shelf.vote(connection, GENERAL, 4, ME, 1, NOW)
    shelf.vote(connection, GENERAL, 2, ME, -1, NOW)
    week = TODAY - 7 * DAY
    ranked = [(paper.number, points) for paper, points in shelf.trending(connection, week, 10)]
    assert ranked == [(3, 10), (1, 4), (4, 4), (2, 2)]
    assert [p.number for p, _ in shelf.trending(connection, week, 2, 1)] == [1, 4]
    assert [p.number for p, _ in shelf.trending(connection, TODAY - 2 * DAY, 10)] == [1, 2]
    assert shelf.trending(connection, TODAY, 10) == []
