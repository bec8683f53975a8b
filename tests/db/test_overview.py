"""What a keeper sees: true numbers, every delivery with its moves, a page at a time, however long the ledger is."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from db import channels, ledger, outbox, overview, runs
from db.runs import Run
from db.store import Store
from domain.delivery import LOOKED_FOR, Move, State
from domain.edition import Edition
from domain.parse import parse
from domain.schedule import Schedule
from tests.digests.place import planned
from tests.papers import NOW
from tests.years import CHANNELS, HELD, PARTS, SEATS, lived

HERE, THERE = "local:here", "local:there"


def moved(store: Store, channel: str, *ways: Move) -> None:
    """Let the channel's next message go this way once it is being sent."""
    with store.writing() as connection:
        (delivery,) = outbox.claim(connection, "run", NOW, 1, platform="local", channel=channel)
        for to in (Move(State.SENDING), *ways):
            after = outbox.move(connection, delivery, "run", to, NOW)
            assert after
            delivery = after


def test_the_numbers_of_an_empty_store(store: Store) -> None:
    with store.reading() as connection:
        found = overview.numbers(connection)
    assert (found.papers, found.channels, found.subscriptions, found.editions, found.deliveries) == (0, 0, 0, 0, {})
    assert found.size > 0


def test_the_numbers_count_what_is_there(store: Store) -> None:
    planned(store, HERE, 2)
    moved(store, HERE, Move(State.SENT))
    with store.writing() as connection:
        for query in ("one", "two"):
            channels.subscribe(connection, HERE, parse(query), "local:me", NOW)
        channels.unsubscribe(connection, HERE, 1, NOW)
    with store.reading() as connection:
        found = overview.numbers(connection)
        name = connection.execute(text("PRAGMA database_list")).one()[2]
    assert (found.channels, found.subscriptions, found.editions) == (1, 1, 1)
    assert found.deliveries == {"sent": 1, "planned": 1}
    assert found.size == pytest.approx(Path(name).stat().st_size, abs=200_000)


def test_a_delivery_is_shown_with_all_its_moves(store: Store) -> None:
    planned(store, HERE)
    moved(store, HERE, Move(State.DEAD, None, "it is too long"))
    with store.reading() as connection:
        (found,) = overview.standing(connection, [State.DEAD], NOW)
    assert (found.channel, found.edition, found.part, found.parts, found.attempts) == (HERE, 1, 1, 1, 1)
    assert (found.state, found.why, found.again) == (State.DEAD, "it is too long", True)
    assert [move.state for move in found.moves] == [State.PLANNED, State.CLAIMED, State.SENDING, State.DEAD]
    assert (found.moves[-1].why, found.moves[-1].at) == ("it is too long", NOW)


def test_only_what_waits_for_a_person_may_be_sent_again(store: Store) -> None:
    ends = (State.SENT, State.RETRY, State.UNKNOWN, State.PAUSED, State.DEAD)
    for state in ends:
        planned(store, f"local:{state}")
        moved(store, f"local:{state}", Move(state, NOW))
    planned(store, "local:planned")

    def again(seconds: float) -> set[State]:
        with store.reading() as connection:
            found = overview.standing(connection, list(State), NOW + timedelta(seconds=seconds))
        assert len(found) == len(ends) + 1
        return {each.state for each in found if each.again}

    assert again(0) == {State.DEAD, State.PAUSED}
    assert again(LOOKED_FOR.total_seconds()) == {State.DEAD, State.PAUSED, State.UNKNOWN}


def test_deliveries_are_paged_the_latest_first_and_none_twice(store: Store) -> None:
    for edition in range(1, 8):
        planned(store, HERE, 3, edition)
    with store.reading() as connection:
        pages = [overview.standing(connection, [State.PLANNED], NOW, limit=5, offset=at) for at in range(0, 25, 5)]
        fourth = overview.of_edition(connection, HERE, 4, NOW)
    assert [len(page) for page in pages] == [5, 5, 5, 5, 1]
    shown = [(each.edition, each.part) for page in pages for each in page]
    assert shown == sorted(shown, reverse=True)
    assert len(set(shown)) == 21
    assert [(each.edition, each.part) for each in fourth] == [(4, 1), (4, 2), (4, 3)]


def test_editions_are_paged_of_one_channel_or_all(store: Store) -> None:
    with store.writing() as connection:
        for name in (HERE, THERE):
            channels.ensure(connection, name, Schedule(), NOW)
            for number in range(1, 4):
                when = NOW + timedelta(hours=number)
                ledger.record(connection, Edition(name, number, when, when, ()), [])
    with store.reading() as connection:
        every = [ledger.recent(connection, limit=4, offset=at) for at in (0, 4, 8)]
        here = ledger.recent(connection, HERE, limit=2, offset=1)
    assert [[(e.channel, e.number) for e in page] for page in every] == [
        [(HERE, 3), (THERE, 3), (HERE, 2), (THERE, 2)],
        [(HERE, 1), (THERE, 1)],
        [],
    ]
    assert [(e.channel, e.number) for e in here] == [(HERE, 2), (HERE, 1)]


def test_a_source_s_runs_are_paged_the_latest_first(store: Store) -> None:
    with store.writing() as connection:
        for n in range(5):
            for source in ("folder", "arxiv"):
                runs.record(connection, Run(source, NOW, NOW + timedelta(minutes=n), "quiet", known=n))
    with store.reading() as connection:
        assert [run.known for run in runs.last(connection, "folder", 2)] == [4, 3]
        assert [run.known for run in runs.last(connection, "folder", 10, offset=3)] == [1, 0]
        assert runs.last(connection, "nothing", 5) == []


TROUBLED = (State.DEAD, State.UNKNOWN, State.PAUSED, State.RETRY)
READS: dict[str, Callable[[Connection], object]] = {
    "numbers": overview.numbers,
    "counts": outbox.counts,
    "editions": lambda c: ledger.recent(c, limit=20),
    "the last editions": lambda c: ledger.recent(c, limit=20, offset=1980),
    "a channel's editions": lambda c: ledger.recent(c, "local:channel1", limit=20, offset=60),
    "troubled": lambda c: overview.standing(c, TROUBLED, NOW),
    "sent": lambda c: overview.standing(c, [State.SENT], NOW, offset=5900),
    "all": lambda c: overview.standing(c, list(State), NOW, offset=5900),
    "an edition's": lambda c: overview.of_edition(c, "local:channel1", 50, NOW),
    "runs": lambda c: runs.last(c, "arxiv", 20, 900),
}


def test_after_years_every_page_is_read_at_once(store: Store) -> None:
    lived(store, many=1_000, editions=2_000)
    with store.reading() as connection:
        found = overview.numbers(connection)
        assert (found.editions, sum(found.deliveries.values()), found.channels) == (2_000, 2_000 * PARTS, CHANNELS)
        (latest,) = ledger.recent(connection, "local:channel3", limit=1, offset=99)
        assert (latest.number, latest.seats, latest.held, latest.states) == (1, SEATS, HELD, {"sent": PARTS})
        for name, read in READS.items():
            took = []
            for _ in range(5):
                began = time.thread_time()  # what it takes, whatever else the machine does
                assert read(connection)
                took.append(time.thread_time() - began)
            assert min(took) < 0.02, f"{name}: {min(took) * 1000:.0f} ms"
