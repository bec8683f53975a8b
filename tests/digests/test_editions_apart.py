"""Editions: empty days, wrong clocks, sources to wait for (invariants 1, 2 and 11)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from db import channels, papers, runs, shelf
from db.store import Store
from digests.editions import record
from digests.round import correct_times, plan_due
from domain.channel import Mute
from domain.message import Note, plain
from domain.parse import parse
from domain.schedule import Schedule
from tests.digests.round import (
    DAY,
    DUE,
    GENERAL,
    HOUR,
    OTHER,
    START,
    bring,
    channel,
    deliveries,
    drafts,
    edition,
    follow,
    new_id,
    plan,
)
from tests.papers import NOW, TODAY, arxiv
from tests.papers import record as said
from tests.rooms import cards


async def test_an_empty_day_is_silent_or_said_as_the_channel_wants(store: Store) -> None:
    await follow(store)
    await follow(store, OTHER, schedule=Schedule(empty="say"))
    assert await plan(store) == 1
    assert (await channel(store)).editions == 0
    [delivery] = await deliveries(store, 1, OTHER)
    notes = [plain(block.text) for block in delivery.message.blocks if isinstance(block, Note)]
    assert notes == ["Nothing new matched this channel's subscriptions."]
    for name in (GENERAL, OTHER):
        assert (await channel(store, name)).last_due == DUE


async def test_a_long_edition_is_several_messages(store: Store) -> None:
    await follow(store)
    await bring(store, *range(1, 6))
    assert await plan_due(store, DUE, {"local": cards(2)}, new_id) == 1
    assert [(d.part, d.parts) for d in await deliveries(store, 1)] == [(1, 3), (2, 3), (3, 3)]


async def test_votes_re_order_later_editions(store: Store) -> None:
    await follow(store)
    liked = [said("Lazy caching", identifiers=(arxiv(1),)), said("Eager caching", identifiers=(arxiv(2),))]
    await store.write(papers.save, liked, START)
    before = [item.paper.number for item in (await drafts(store, DUE))[0].edition.seats]
    await store.write(shelf.vote, GENERAL, before[-1], "local:me", 1, START)
    after = [item.paper.number for item in (await drafts(store, DUE))[0].edition.seats]
    assert after == before[::-1]


async def test_a_wrong_clock_is_corrected(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """Invariant 11: planned under a clock three days ahead, the channel does not skip three days."""
    await follow(store)
    await follow(store, OTHER)
    await store.write(channels.reschedule, OTHER, Schedule(at=time(9), paused=True), DUE)
    await bring(store, 1)
    assert await plan(store, DUE + 3 * DAY) == 1
    assert (await channel(store)).next_due == DUE + 4 * DAY
    assert await correct_times(store, START) == 1
    assert (await channel(store)).next_due == DUE
    assert "wrong clock" in caplog.text
    assert await correct_times(store, START) == 0
    # And the days until then, and the day itself once more, are served as usual.
    for day in range(4):
        await bring(store, 10 + day, now=START + day * DAY)
        assert await plan(store, DUE + day * DAY) == 1
    assert (await channel(store)).editions == 5


async def test_a_clock_set_back_by_hours_serves_nothing_twice(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    assert await plan(store) == 1
    await bring(store, 2)
    assert await correct_times(store, DUE - 5 * HOUR) == 0
    assert await plan(store, DUE - 5 * HOUR) == 0
    assert await plan(store, DUE) == 0
    assert await plan(store, DUE + DAY) == 1


async def ran(store: Store, outcome: str, finished_at: datetime, source: str = "arxiv") -> None:
    await store.write(runs.record, runs.Run(source, finished_at, finished_at, outcome))


WAITING = Schedule(at=time(9), wait="arxiv", until=time(11))


async def test_a_channel_waits_for_its_source_but_not_past_its_time(store: Store) -> None:
    await follow(store, schedule=WAITING)
    await bring(store, 1)
    await ran(store, "fresh", DUE - 10 * HOUR)  # yesterday evening: what that brought is yesterday's
    await ran(store, "waiting", DUE + timedelta(minutes=5))
    await ran(store, "failed", DUE + timedelta(minutes=10))
    await ran(store, "fresh", DUE + timedelta(minutes=15), source="hf")
    for minutes in (0, 30, 119):
        assert await plan(store, DUE + timedelta(minutes=minutes)) == 0
    assert (await channel(store)).next_due == DUE
    assert await plan(store, DUE + timedelta(minutes=120)) == 1
    assert (await channel(store)).next_due == DUE + DAY


@pytest.mark.parametrize(
    ("outcome", "at"),
    [
        ("fresh", DUE - 7 * HOUR),
        ("fresh", DUE + timedelta(minutes=20)),
        # Nothing (more) is announced today: there is nothing to wait for.
        ("quiet", DUE + timedelta(minutes=5)),
    ],
)
async def test_a_channel_goes_on_once_its_source_has_said_it_all(store: Store, outcome: str, at: datetime) -> None:
    await follow(store, schedule=WAITING)
    await bring(store, 1)
    await ran(store, "quiet", DUE - HOUR)
    assert await plan(store, DUE) == 0
    await ran(store, outcome, at)
    assert await plan(store, DUE + timedelta(minutes=30)) == 1


async def test_a_channel_far_west_does_not_wait_for_what_came_last_evening(store: Store) -> None:
    """What arXiv announces at 20:00 in New York is the morning's news there; the first quiet look says so."""
    await follow(store, schedule=replace(WAITING, timezone="America/New_York"))
    due = DUE + 5 * HOUR
    await bring(store, 1)
    await ran(store, "fresh", due - 13 * HOUR)
    assert await plan(store, due) == 0
    await ran(store, "quiet", due + timedelta(minutes=7))
    assert await plan(store, due + timedelta(minutes=8)) == 1


async def test_a_channel_far_east_does_not_wait_for_what_comes_after_its_deadline(store: Store) -> None:
    """The feeds have an announcement at midnight in New York, which is the afternoon in Tokyo: yesterday's is it."""
    await follow(store, schedule=replace(WAITING, timezone="Asia/Tokyo"))
    due = DUE + 15 * HOUR
    last = due - 19 * HOUR
    calendars = {"arxiv": lambda _: last}
    await bring(store, 1)
    await ran(store, "fresh", last - HOUR)
    await ran(store, "waiting", due - HOUR)
    assert await plan(store, due, calendars) == 0, "the last one has not been had"
    await ran(store, "fresh", last + HOUR)
    assert await plan(store, due, calendars) == 1


async def test_what_was_late_yesterday_is_not_what_is_due_today(store: Store) -> None:
    await follow(store, schedule=WAITING)
    calendars = {"arxiv": lambda by: by - 6 * HOUR}
    await bring(store, 1)
    await ran(store, "fresh", DUE - 8 * HOUR)  # this morning, and before today's is out
    assert await plan(store, DUE, calendars) == 0
    await ran(store, "fresh", DUE - 3 * HOUR)
    assert await plan(store, DUE, calendars) == 1


EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("bring"), st.integers(1, 12)),
        st.tuples(st.just("hours"), st.integers(1, 60)),
        st.tuples(st.just("plan"), st.just(0)),
        st.tuples(st.just("mute"), st.integers(1, 4)),
        st.tuples(st.just("by hand"), st.just(0)),
    ),
    max_size=25,
)


@given(events=EVENTS)
def test_invariants_1_and_2_over_any_days(fresh: Any, events: Iterable[tuple[str, int]]) -> None:
    """Whatever happens when, each paper that came in time is in one edition, or muted; at most once."""

    async def live(store: Store) -> None:
        await follow(store, GENERAL, "caching", "part", schedule=Schedule(limit=2))
        now, came = START, dict[int, datetime]()
        for what, number in events:
            if what == "bring":
                await bring(store, number, now=now)
                came.setdefault(number, now)
            elif what == "hours":
                now += number * HOUR
            elif what == "plan":
                await plan(store, now)
            elif what == "mute":
                await store.write(channels.mute, Mute(GENERAL, parse(f"title:{number}"), "local:me", now))
            else:
                [drafted] = await drafts(store, now)
                await store.write(record, drafted, new_id)
        for _ in range(2):
            now = (await channel(store)).next_due
            await plan(store, now)
        made = (await channel(store)).editions
        all_of = [item for n in range(1, made + 1) for item in (await edition(store, n)).items]
        numbers = [item.paper.title for item in all_of]
        assert len(numbers) == len(set(numbers))
        muted = {n.mute.query.text.partition(":")[2] for n in (await store.read(channels.mutes, [GENERAL]))[GENERAL]}
        recent = {n for n, when in came.items() if now - when < 12 * DAY}
        missing = {n for n in recent if f"Caching, part {n}" not in numbers and str(n) not in muted}
        assert not missing

    with fresh() as store:
        asyncio.run(live(store))


def test_the_times_of_these_tests_agree() -> None:
    assert NOW.date() == TODAY == START.date()
