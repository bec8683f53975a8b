"""Channels, what they follow and what they never want to see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from db import channels, shelf
from db.papers import save
from db.store import Store
from domain.channel import EVERYONE, SOFT, Bookmark, Mute
from domain.errors import NotFoundError
from domain.parse import parse
from domain.schedule import Schedule
from tests.papers import NOW, record

GENERAL, OTHER, ME = "local:general", "local:other", "local:me"
DAILY = Schedule()
FULL = Schedule(frozenset({0, 2}), time(18, 30), "Europe/Paris", "arxiv", time(20), 7, "compact", "say", paused=True)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def connection(store: Store) -> Iterator[Connection]:
    with store.writing() as connection:
        channels.ensure(connection, GENERAL, DAILY, NOW)
        yield connection


def test_a_channel_is_made_once(connection: Connection) -> None:
    made = channels.ensure(connection, OTHER, FULL, NOW)
    assert made.schedule == FULL
    assert made.next_due == FULL.next_after(NOW)
    assert (made.created_at, made.last_due, made.stopped, made.editions) == (NOW, None, "", 0)
    assert made.allowed == (EVERYONE,)
    assert channels.ensure(connection, OTHER, DAILY, LATER) == made
    assert [channel.id for channel in channels.every(connection)] == [GENERAL, OTHER]


def test_a_channel_that_nobody_knows(connection: Connection) -> None:
    assert channels.get(connection, OTHER) is None
    with pytest.raises(NotFoundError, match="local:other has no subscriptions yet") as caught:
        channels.existing(connection, OTHER)
    assert "subscribe" in caught.value.hint


def test_due_are_those_whose_time_has_come_the_longest_waiting_first(connection: Connection) -> None:
    channels.ensure(connection, OTHER, Schedule(at=time(8)), NOW)
    channels.ensure(connection, "local:paused", replace(DAILY, paused=True), NOW)
    tomorrow = NOW + timedelta(days=1)
    assert channels.due(connection, NOW) == []
    assert channels.due(connection, tomorrow) == [OTHER, GENERAL]
    assert channels.due(connection, channels.existing(connection, OTHER).next_due) == [OTHER]


def test_another_schedule_and_its_time(connection: Connection) -> None:
    channels.reschedule(connection, GENERAL, FULL, LATER)
    after = channels.existing(connection, GENERAL)
    assert (after.schedule, after.next_due) == (FULL, LATER)


def test_invariant_1_a_time_is_moved_on_by_one(connection: Connection) -> None:
    seen = channels.existing(connection, GENERAL)
    due = seen.next_due
    assert channels.advance(connection, seen, due + timedelta(days=1), due)
    assert not channels.advance(connection, seen, due + timedelta(days=1), due)
    after = channels.existing(connection, GENERAL)
    assert (after.next_due, after.last_due) == (due + timedelta(days=1), due)
    # Moved on without being served, it remembers what it served last.
    assert channels.advance(connection, after, due + timedelta(days=2), None)
    assert channels.existing(connection, GENERAL).last_due == due


def test_why_it_rests_is_news_once(connection: Connection) -> None:
    assert channels.stop(connection, GENERAL, "gone")
    assert not channels.stop(connection, GENERAL, "gone")
    assert channels.existing(connection, GENERAL).stopped == "gone"
    assert channels.stop(connection, GENERAL, "")
    assert not channels.stop(connection, GENERAL, "")


def test_who_may_change_it(connection: Connection) -> None:
    channels.allow(connection, GENERAL, [ME, "local:you"])
    assert channels.existing(connection, GENERAL).allowed == (ME, "local:you")


def follow(connection: Connection, query: str, channel: str = GENERAL) -> int:
    return channels.subscribe(connection, channel, parse(query), ME, NOW).number


def followed(connection: Connection, channel: str = GENERAL) -> list[tuple[int, str]]:
    return [(s.number, s.query.text) for s in channels.subscriptions(connection, [channel])[channel]]


def test_subscriptions_come_back_as_they_were_made(connection: Connection) -> None:
    channels.ensure(connection, OTHER, DAILY, NOW)
    made = channels.subscribe(connection, GENERAL, parse('a "b c" -d'), ME, NOW)
    assert channels.subscriptions(connection, [GENERAL, OTHER]) == {GENERAL: [made], OTHER: []}
    assert channels.subscriptions(connection, []) == {}


def test_numbers_of_subscriptions_are_never_used_again(connection: Connection) -> None:
    channels.ensure(connection, OTHER, DAILY, NOW)
    assert [follow(connection, "a"), follow(connection, "b"), follow(connection, "c", OTHER)] == [1, 2, 1]
    channels.unsubscribe(connection, GENERAL, 2, NOW)
    channels.sweep(connection, NOW + SOFT + timedelta(seconds=1))
    assert follow(connection, "d") == 3
    assert followed(connection) == [(1, "a"), (3, "d")]


def test_invariant_12_unsubscribing_can_be_undone(connection: Connection) -> None:
    follow(connection, "a")
    channels.unsubscribe(connection, GENERAL, 1, NOW)
    assert followed(connection) == []
    assert channels.sweep(connection, NOW + SOFT) == 0
    assert channels.restore(connection, GENERAL, 1)
    assert followed(connection) == [(1, "a")]
    channels.unsubscribe(connection, GENERAL, 1, NOW)
    assert channels.sweep(connection, NOW + SOFT + timedelta(seconds=1)) == 1
    assert not channels.restore(connection, GENERAL, 1)


def test_another_query_starts_anew(connection: Connection) -> None:
    follow(connection, "a")
    channels.change_query(connection, GENERAL, 1, parse("b"), LATER)
    [changed] = channels.subscriptions(connection, [GENERAL])[GENERAL]
    assert (changed.number, changed.query, changed.created_at) == (1, parse("b"), LATER)


def mute(connection: Connection, query: str, owner: str = GENERAL) -> int:
    return channels.mute(connection, Mute(owner, parse(query), ME, NOW))


def muted(connection: Connection, owner: str = GENERAL) -> list[tuple[int, str]]:
    return [(n.number, n.mute.query.text) for n in channels.mutes(connection, [owner])[owner]]


def test_mutes_belong_to_a_channel_or_a_person(connection: Connection) -> None:
    mute(connection, "a")
    mute(connection, "b", ME)
    found = channels.mutes(connection, [GENERAL, ME, OTHER])
    assert {owner: [n.mute for n in each] for owner, each in found.items()} == {
        GENERAL: [Mute(GENERAL, parse("a"), ME, NOW)],
        ME: [Mute(ME, parse("b"), ME, NOW)],
        OTHER: [],
    }


def test_invariant_12_unmuting_can_be_undone(connection: Connection) -> None:
    number = mute(connection, "a")
    assert channels.unmute(connection, number, NOW)
    assert muted(connection) == []
    assert channels.unmute(connection, number, None)
    assert muted(connection) == [(number, "a")]
    assert not channels.unmute(connection, 99, NOW)


def test_an_old_undo_meets_no_other_mute(connection: Connection) -> None:
    gone = mute(connection, "a")
    channels.unmute(connection, gone, NOW)
    assert channels.sweep(connection, NOW + SOFT + timedelta(seconds=1)) == 1
    assert mute(connection, "b") != gone
    assert not channels.unmute(connection, gone, NOW)


def test_what_was_removed_is_let_go_after_7_days(connection: Connection) -> None:
    save(connection, [record()], NOW)
    shelf.bookmark(connection, Bookmark(ME, 1, "", (), NOW))
    follow(connection, "a")
    mute(connection, "a")
    channels.unsubscribe(connection, GENERAL, 1, NOW)
    channels.unmute(connection, 1, NOW)
    shelf.unbookmark(connection, ME, 1, NOW)
    follow(connection, "kept")
    assert channels.sweep(connection, NOW + SOFT) == 0
    assert channels.sweep(connection, NOW + SOFT + timedelta(seconds=1)) == 3
    assert followed(connection) == [(2, "kept")]
