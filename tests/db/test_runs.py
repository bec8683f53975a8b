"""What every look at a source came to, and where each goes on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from db import runs
from db.runs import OUTCOMES, Run, Trouble
from db.store import Store
from tests.papers import NOW

HOUR = timedelta(hours=1)


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.writing() as connection:
        yield connection


def test_the_latest_run_of_each_source(connection: Connection) -> None:
    first = Run("hf", NOW, NOW + HOUR, "fresh", 3, 2, 1)
    runs.record(connection, Run("hf", NOW - HOUR, NOW, "failed", why="no answer"))
    runs.record(connection, first)
    other = Run("arxiv", NOW, NOW, "waiting", why="not out yet")
    runs.record(connection, other)
    assert runs.latest(connection) == [other, first]


def test_no_source_has_run_yet(connection: Connection) -> None:
    assert runs.latest(connection) == []
    assert not runs.came_to(connection, "hf", "fresh", NOW)


def test_whether_a_source_came_to_something_since(connection: Connection) -> None:
    runs.record(connection, Run("hf", NOW - HOUR, NOW, "fresh"))
    runs.record(connection, Run("hf", NOW - HOUR, NOW, "fresh"))
    assert runs.came_to(connection, "hf", "fresh", NOW)
    assert not runs.came_to(connection, "hf", "fresh", NOW + timedelta(microseconds=1))
    assert not runs.came_to(connection, "arxiv", "fresh", NOW)
    assert not any(runs.came_to(connection, "hf", outcome, NOW) for outcome in OUTCOMES if outcome != "fresh")


def test_cursors_are_kept_as_they_are(connection: Connection) -> None:
    assert runs.cursor(connection, "hf") is None
    for cursor in ("2026-11-16", {"page": 3, "seen": ["a"]}, 7, None):
        runs.move_cursor(connection, "hf", cursor)
        assert runs.cursor(connection, "hf") == cursor
    assert runs.cursor(connection, "arxiv") is None


def bad(outcome: str, after: timedelta) -> Run:
    return Run("hf", NOW + after, NOW + after, outcome, why=f"{outcome} then")


def test_what_goes_wrong_for_a_while_is_trouble_since_it_began(connection: Connection) -> None:
    runs.record(connection, bad("failed", -HOUR))
    runs.record(connection, bad("quiet", timedelta()))
    runs.record(connection, bad("failed", HOUR))
    assert runs.troubles(connection, NOW + HOUR) == []
    runs.record(connection, bad("stalled", 2 * HOUR))
    assert runs.troubles(connection, NOW + 2 * HOUR) == [Trouble("hf", NOW + HOUR, "stalled", "stalled then")]
    assert runs.troubles(connection, NOW + 2 * HOUR)[0].notable == NOW + HOUR + runs.LASTING
    runs.record(connection, bad("waiting", 3 * HOUR))
    assert runs.troubles(connection, NOW + 3 * HOUR) == []


def test_a_source_that_is_no_longer_looked_at_is_no_trouble(connection: Connection) -> None:
    runs.record(connection, bad("failed", timedelta()))
    assert runs.troubles(connection, NOW + HOUR)
    assert runs.troubles(connection, NOW + runs.OVER + HOUR) == []


def test_runs_of_long_ago_are_forgotten_but_the_last(connection: Connection) -> None:
    for after in range(3):
        runs.record(connection, bad("fresh", after * HOUR))
    runs.record(connection, Run("arxiv", NOW, NOW, "quiet"))
    runs.sweep(connection, NOW + runs.KEPT + HOUR)
    assert [run.source for run in runs.latest(connection)] == ["arxiv", "hf"]
    assert not runs.came_to(connection, "hf", "fresh", NOW) or runs.came_to(connection, "hf", "fresh", NOW + HOUR)
    runs.sweep(connection, NOW + 2 * runs.KEPT)
    assert [run.started_at for run in runs.latest(connection)] == [NOW, NOW + 2 * HOUR]
