"""Editions: planned when due, once, with all there is, whoever else works (invariants 1, 2, 3, 5 and 11)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text, update

from db import channels, ledger, outbox, papers, runs, schema, shelf
from db.store import Store
from digests import editions
from digests.editions import correct_times, draft, new_papers, plan_due, record
from domain.channel import Channel, Mute
from domain.delivery import Delivery, State
from domain.edition import Edition, Place
from domain.errors import StoreError
from domain.message import Message, Note, plain
from domain.parse import parse
from domain.schedule import Schedule, due_now
from tests.conftest import quick
from tests.papers import NOW, TODAY, abstract, arxiv, doi
from tests.papers import record as said

GENERAL, OTHER = "local:general", "local:other"
DAILY = Schedule(at=time(9))
START = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, an hour before the digest
DUE = START + timedelta(hours=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_ids = count(1)


def always(message: Message) -> bool:
    return True


FITS = {"local": always}


def new_id() -> str:
    return f"edition{next(_ids)}"


async def follow(store: Store, channel: str = GENERAL, *queries: str, schedule: Schedule = DAILY) -> None:
    def add(connection: Connection) -> None:
        channels.ensure(connection, channel, schedule, START)
        for query in queries or ("caching",):
            channels.subscribe(connection, channel, parse(query), "local:me", START)

    await store.write(add)


async def bring(store: Store, *numbers: int, now: datetime = START, **more: Any) -> None:
    records = [
        said(f"Caching, part {n}", abstract=abstract(n), identifiers=(arxiv(n),), **{"announced": now.date(), **more})
        for n in numbers
    ]
    await store.write(papers.save, records, now)


async def plan(store: Store, now: datetime = DUE) -> int:
    return await plan_due(store, now, FITS, new_id)


async def channel(store: Store, name: str = GENERAL) -> Channel:
    return await store.read(channels.existing, name)


async def edition(store: Store, number: int, name: str = GENERAL) -> Edition:
    found = await store.read(ledger.edition, name, number)
    assert found is not None, f"edition {number}"
    return found


def seats(planned: Edition) -> set[int]:
    return {item.paper.number for item in planned.seats}


async def deliveries(store: Store, number: int, name: str = GENERAL) -> list[Delivery]:
    return await store.read(outbox.of_edition, name, number)


async def test_what_is_due_is_planned_and_the_time_moves_on(store: Store) -> None:
    await follow(store)
    await bring(store, 1, 2)
    assert await plan(store, DUE - HOUR) == 0
    assert await plan(store, DUE) == 1
    planned = await edition(store, 1)
    assert (planned.due_at, planned.planned_at, seats(planned)) == (DUE, DUE, {1, 2})
    assert [(d.part, d.parts, d.state) for d in await deliveries(store, 1)] == [(1, 1, State.PLANNED)]
    after = await channel(store)
    assert (after.next_due, after.last_due, after.editions) == (DUE + DAY, DUE, 1)
    assert await plan(store, DUE) == 0


async def test_invariant_1_what_was_sent_or_held_back_does_not_come_again(store: Store) -> None:
    await follow(store, schedule=Schedule(limit=1))
    await bring(store, 1, 2)
    await plan(store)
    first = await edition(store, 1)
    assert (len(first.seats), len(first.held)) == (1, 1)
    await bring(store, 1, 2, 3, upvotes=99)
    await plan(store, DUE + DAY)
    assert seats(await edition(store, 2)) == {3}
    assert await plan(store, DUE + 2 * DAY) == 0


async def test_invariant_1_a_version_of_another_name_does_not_come_again(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    await plan(store)
    again = said("Caching, the second part", "hf", abstract=abstract(1), announced=TODAY, identifiers=(doi(1),))
    await store.write(papers.save, [again], DUE + HOUR)
    both = said("Caching anew", "arxiv", identifiers=(doi(1), arxiv(1)))
    await store.write(papers.save, [both], DUE + 2 * HOUR)
    assert await plan(store, DUE + DAY) == 0


async def test_invariant_1_a_draft_falls_when_its_paper_turns_out_to_be_one_that_was_sent(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    await plan(store)
    other = said("Caching by others", "press", identifiers=(doi(1),), announced=TODAY)
    await store.write(papers.save, [other], DUE + HOUR)
    drafted = await drafts(store, DUE + 2 * HOUR)
    assert [seats(each.edition) for each in drafted] == [{2}]
    await store.write(papers.save, [said("Caching", identifiers=(doi(1), arxiv(1)))], DUE + 2 * HOUR)
    assert not await store.write(record, drafted[0], new_id)
    assert (await channel(store)).editions == 1
    assert await plan(store, DUE + DAY) == 0


async def drafts(store: Store, now: datetime, *names: str) -> list[editions.Draft]:
    def decide(connection: Connection) -> list[editions.Draft]:
        dues = {channels.existing(connection, name): now for name in names or (GENERAL,)}
        return draft(connection, dues, new_papers(connection, now), now, FITS)

    return await store.read(decide)


async def test_invariant_1_of_two_planners_only_one_records(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    [first], [second] = await drafts(store, DUE), await drafts(store, DUE)
    assert await store.write(record, first, new_id)
    assert not await store.write(record, second, new_id)
    assert (await channel(store)).editions == 1


async def test_invariant_1_two_processes_that_plan_at_once_plan_once(store: Store) -> None:
    names = [f"local:c{n}" for n in range(20)]
    for name in names:
        await follow(store, name)
    await bring(store, 1, 2)
    other = quick(Store(f"sqlite:///{store.path}"))
    planned = await asyncio.gather(plan(store), plan(other), plan(store))
    other.close()
    assert sum(planned) == 20
    for name in names:
        assert (await channel(store, name)).editions == 1
        assert len(await deliveries(store, 1, name)) == 1


async def test_another_edition_in_between_leaves_the_time_as_it_is(store: Store) -> None:
    """What `digest now` sent meanwhile is not sent again, and what it did not have comes at the time itself."""
    await follow(store)
    await bring(store, 1)
    planned = await drafts(store, DUE)
    [by_hand] = await drafts(store, DUE)
    assert await store.write(record, by_hand, new_id)
    due = due_now(planned[0].channel.schedule, DUE, None, DUE)
    assert await store.write(editions.record_due, planned, {planned[0].channel: due}, new_id) == []
    assert (await channel(store)).next_due == DUE
    await bring(store, 2)
    assert await plan(store) == 1
    assert seats(await edition(store, 2)) == {2}


async def test_a_schedule_that_changed_meanwhile_is_respected(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    planned = await drafts(store, DUE)
    due = due_now(planned[0].channel.schedule, DUE, None, DUE)
    await store.write(channels.reschedule, GENERAL, replace(DAILY, paused=True), DUE)
    assert await store.write(editions.record_due, planned, {planned[0].channel: due}, new_id) == []
    assert await plan(store, DUE + HOUR) == 0


async def test_invariant_3_missed_times_become_one_edition_at_once(store: Store) -> None:
    await follow(store)
    for day in range(4):
        await bring(store, day, now=START + day * DAY)
    back = DUE + 3 * DAY + timedelta(hours=5, minutes=59)
    assert await plan(store, back) == 1
    planned = await edition(store, 1)
    assert (planned.due_at, seats(planned)) == (DUE + 3 * DAY, {1, 2, 3, 4})
    assert (await channel(store)).next_due == DUE + 4 * DAY
    assert await plan(store, back) == 0


async def test_invariant_3_after_6_hours_they_come_with_the_next_one(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    back = DUE + 3 * DAY + 6 * HOUR
    await bring(store, 2, now=back)
    assert await plan(store, back) == 0
    after = await channel(store)
    assert (after.next_due, after.last_due, after.editions) == (DUE + 4 * DAY, None, 0)
    assert await plan(store, DUE + 4 * DAY) == 1
    assert seats(await edition(store, 1)) == {1, 2}


async def test_invariant_2_a_late_paper_is_in_the_next_edition_and_marked(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    await plan(store)
    yesterday = START.date() - DAY
    await bring(store, 2, now=DUE + HOUR, announced=yesterday)
    await bring(store, 3, now=DUE + HOUR)
    await plan(store, DUE + DAY)
    assert {item.paper.number: item.late for item in (await edition(store, 2)).seats} == {2: True, 3: False}
    [delivery] = await deliveries(store, 2)
    assert {card.paper for card in delivery.message.cards() if "late" in card.facts} == {"p2"}


async def test_invariant_2_late_counts_from_a_time_that_had_nothing_to_say_too(store: Store) -> None:
    await follow(store)
    assert await plan(store) == 0
    await bring(store, 1, now=DUE + HOUR, announced=START.date() - DAY)
    await plan(store, DUE + DAY)
    assert [item.late for item in (await edition(store, 1)).seats] == [True]


async def test_invariant_2_what_is_muted_is_recorded_and_comes_when_unmuted(store: Store) -> None:
    await follow(store)
    muting = await store.write(channels.mute, Mute(GENERAL, parse("title:1"), "local:me", START))
    await bring(store, 1, 2)
    await plan(store)
    assert seats(await edition(store, 1)) == {2}
    paper = (await store.read(papers.load, [1]))[0]
    made = await store.read(ledger.decision, GENERAL, paper)
    assert made is not None
    assert (made.edition, made.item.place, made.item.why) == (None, Place.MUTED, "muted by title:1")
    # Still muted, still recorded once; then not any more.
    assert await plan(store, DUE + DAY) == 0
    await store.write(channels.unmute, muting, DUE + DAY)
    assert await plan(store, DUE + 2 * DAY) == 1
    assert seats(await edition(store, 2)) == {1}
    made = await store.read(ledger.decision, GENERAL, paper)
    assert made is not None
    assert (made.edition, made.item.place) == (2, Place.SEAT)


async def test_what_is_only_muted_is_recorded_though_nothing_is_said(store: Store) -> None:
    await follow(store)
    await store.write(channels.mute, Mute(GENERAL, parse("caching"), "local:me", START))
    await bring(store, 1)
    assert await plan(store) == 0
    assert (await channel(store)).editions == 0
    made = await store.read(ledger.decision, GENERAL, (await store.read(papers.load, [1]))[0])
    assert made is not None


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
    fits = {"local": lambda message: len(list(message.cards())) <= 2}
    assert await plan_due(store, DUE, fits, new_id) == 1
    assert [(d.part, d.parts) for d in await deliveries(store, 1)] == [(1, 3), (2, 3), (3, 3)]


async def test_votes_re_order_later_editions(store: Store) -> None:
    await follow(store)
    liked = [said("Lazy caching", identifiers=(arxiv(1),)), said("Eager caching", identifiers=(arxiv(2),))]
    await store.write(papers.save, liked, START)
    before = [item.paper.number for item in (await drafts(store, DUE))[0].edition.seats]
    await store.write(shelf.vote, GENERAL, before[-1], "local:me", 1, START)
    after = [item.paper.number for item in (await drafts(store, DUE))[0].edition.seats]
    assert after == before[::-1]


async def test_a_channel_of_a_platform_that_is_not_connected_waits(store: Store) -> None:
    await follow(store, "slack:T1/C1")
    await follow(store)
    await bring(store, 1)
    assert await plan(store) == 1
    assert (await channel(store, "slack:T1/C1")).next_due == DUE
    assert await plan_due(store, DUE + HOUR, {"slack": always}, new_id) == 1


async def test_many_channels_are_planned_in_several_goes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editions, "CHUNK", 2)
    for n in range(5):
        await follow(store, f"local:c{n}")
    await bring(store, 1)
    assert await plan(store) == 5


def broken_query(connection: Connection, name: str) -> None:
    here = schema.subscriptions.c.channel == name
    connection.execute(update(schema.subscriptions).where(here).values(query="(caching"))


def unknown_zone(connection: Connection, name: str) -> None:
    connection.execute(update(schema.channels).where(schema.channels.c.id == name).values(timezone="Mars/Olympus"))


def unknown_layout(connection: Connection, name: str) -> None:
    connection.execute(update(schema.channels).where(schema.channels.c.id == name).values(layout="baroque"))


def stolen_number(connection: Connection, name: str) -> None:
    connection.execute(
        text("INSERT INTO editions (channel, number, due_at, planned_at) VALUES (:channel, 1, :at, :at)"),
        {"channel": name, "at": "2026-01-01 00:00:00.000000"},
    )


BREAKS = {
    "a query that is no query any more": (broken_query, "never closed"),
    "a timezone that is not known here": (unknown_zone, "ZoneInfoNotFoundError"),
    "a layout that is gone": (unknown_layout, "KeyError"),
    "an edition that is there already": (stolen_number, "IntegrityError"),
}


@pytest.mark.parametrize("case", BREAKS)
async def test_invariant_5_a_channel_that_cannot_be_planned_delays_no_other(
    store: Store, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    breaks, why = BREAKS[case]
    names = ["local:a", "local:b", "local:c"]
    for name in names:
        await follow(store, name)
    await bring(store, 1)
    await store.write(breaks, "local:b")
    before = await channel(store, "local:b")
    assert await plan(store) == 2
    after = await channel(store, "local:b")
    assert replace(after, stopped="") == before
    assert why in after.stopped
    assert [(await channel(store, name)).editions for name in names] == [1, 0, 1]
    # It is said once, however often it is tried.
    assert await plan(store, DUE + timedelta(seconds=5)) == 0
    assert [r.levelno for r in caplog.records if "local:b cannot be planned" in r.message] == [logging.ERROR]
    await correct_times(store, DUE)


async def test_invariant_5_it_goes_on_by_itself_once_it_can(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    await store.write(unknown_layout, GENERAL)
    assert await plan(store) == 0
    assert (await channel(store)).stopped.startswith(editions.UNPLANNED)
    await store.write(channels.reschedule, GENERAL, DAILY, DUE)
    assert await plan(store, DUE + HOUR) == 1
    assert (await channel(store)).stopped == ""


async def test_a_store_that_fails_is_no_channels_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await follow(store)
    await bring(store, 1)

    def busy(*_: object) -> None:
        raise StoreError("busy")

    for name in ("draft", "due_now"):
        with monkeypatch.context() as patch:
            patch.setattr(editions, name, busy)
            with pytest.raises(StoreError):
                await plan(store)
    assert (await channel(store)).stopped == ""
    assert await plan(store) == 1


async def test_what_waits_for_access_is_tried_when_its_time_has_come(store: Store) -> None:
    """Invariant 5: at the next due time, if that is earlier than the next try."""
    await follow(store)
    await bring(store, 1)
    await plan(store)

    def pause(connection: Connection) -> None:
        waiting = {"state": "paused", "try_at": DUE + DAY + HOUR}
        connection.execute(update(schema.deliveries).values(**waiting))

    await store.write(pause)
    await plan(store, DUE + DAY)
    assert [d.try_at for d in await deliveries(store, 1)] == [DUE + DAY]


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
