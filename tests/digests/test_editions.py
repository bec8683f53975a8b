"""Editions: planned when due, once, with all there is, whoever else works (invariants 1, 2, 3, 5 and 11)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from msgspec.structs import replace

from db import channels, ledger, papers
from db.store import Store
from digests.editions import ready, record, record_due
from domain.channel import Mute
from domain.delivery import State
from domain.edition import Place
from domain.parse import parse
from domain.schedule import Schedule, due_now
from tests.conftest import quick
from tests.digests.round import (
    DAILY,
    DAY,
    DUE,
    GENERAL,
    HOUR,
    START,
    bring,
    channel,
    deliveries,
    drafts,
    edition,
    follow,
    new_id,
    plan,
    seats,
)
from tests.papers import TODAY, abstract, arxiv, doi
from tests.papers import record as said


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
    assert await store.write(record_due, [ready(planned[0], new_id)], {planned[0].channel: due}) == []
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
    assert await store.write(record_due, [ready(planned[0], new_id)], {planned[0].channel: due}) == []
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
