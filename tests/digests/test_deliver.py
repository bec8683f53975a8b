"""Delivering: once, in order, whatever fails (invariants 1 to 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import outbox
from db.store import Store
from digests import deliver
from domain.delivery import (
    FIRST_RETRY,
    JITTER,
    LONGEST_RETRY,
    Absent,
    CannotTell,
    Delivery,
    Finding,
    Permanent,
    RetryAt,
    Sent,
    State,
    Unknown,
)
from tests.digests.place import (
    DIES,
    HANGS,
    KEPT,
    KEPT_DIES,
    KEPT_HANGS,
    LOST,
    Act,
    Clock,
    Killed,
    Place,
    courier,
    healed,
    once_in_order,
    planned,
    states,
    stopped,
    ways,
)

A, B, C = "local:a", "local:b", "local:c"
SETTLE = timedelta(seconds=25)
GONE = Permanent("the channel is gone", channel=True)
SOON = FIRST_RETRY.total_seconds() + 1

pytestmark = pytest.mark.usefixtures("impatient")


ACTS: st.SearchStrategy[Act] = st.sampled_from(
    (LOST, KEPT, HANGS, KEPT_HANGS, DIES, KEPT_DIES, RetryAt("busy"), Unknown("no answer"), GONE, Sent("x"))
)
FINDINGS: st.SearchStrategy[Finding | str] = st.sampled_from((LOST, HANGS, CannotTell("not allowed to look")))


@settings(max_examples=settings().max_examples // 2)
@given(
    st.lists(st.lists(ACTS, max_size=5), min_size=1, max_size=3),
    st.lists(FINDINGS, max_size=3),
    st.sampled_from((timedelta(0), SETTLE)),
)
def test_invariants_1_2_4_once_and_in_order_whatever_fails(
    fresh: Callable[[], AbstractContextManager[Store]],
    acts: list[list[Act]],
    findings: list[Finding | str],
    settle: timedelta,
) -> None:
    async def scenario(store: Store) -> None:
        clock = Clock()
        place = Place(clock, settle)
        names = [f"local:c{n}" for n in range(len(acts))]
        for name, told in zip(names, acts, strict=True):
            planned(store, name, parts=2)
            planned(store, name, edition=2)
            place.tell(name, *told)
        place.findings.extend(findings)
        here = courier(store, place, clock)
        for _ in range(40):
            try:
                await here.work()
            except Killed:
                here = courier(store, place, clock)
                await here.recover(own=True)
            if all(way[-1] is State.SENT for way in ways(store).values()):
                break
            clock.tick(minutes=20)
        once_in_order(store, place, names)

    with fresh() as store:
        asyncio.run(scenario(store))


async def test_parts_and_editions_go_out_in_order_and_are_counted(store: Store, place: Place, clock: Clock) -> None:
    planned(store, A, parts=3)
    planned(store, A, parts=2, edition=2)
    planned(store, B)
    assert await courier(store, place, clock).deliver() == 6
    assert place.posts(A) == [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2)]
    assert await courier(store, place, clock).deliver() == 0
    once_in_order(store, place, [A, B])


async def test_one_channel_may_be_delivered_alone(store: Store, place: Place, clock: Clock) -> None:
    planned(store, A)
    planned(store, B)
    assert await courier(store, place, clock).deliver(B) == 1
    assert states(store, A) == [State.PLANNED]
    assert states(store, B) == [State.SENT]


async def test_only_its_own_platform_is_a_couriers(store: Store, place: Place, clock: Clock) -> None:
    planned(store, "discord:1/2")
    assert await courier(store, place, clock).deliver() == 0
    assert states(store, "discord:1/2") == [State.PLANNED]


async def test_invariant_5_what_failed_is_tried_again_within_30_seconds_then_less_often(
    store: Store, place: Place, clock: Clock
) -> None:
    planned(store, A, parts=2)
    place.tell(A, *[RetryAt("busy")] * 8)
    here, waits, at = courier(store, place, clock), [], clock.now
    while len(place.sends) < 8:
        before = len(place.sends)
        await here.work()
        if len(place.sends) > before:
            waits.append((clock.now - at).total_seconds())
            at = clock.now
        clock.tick(seconds=5)
    assert waits[1] <= 30
    assert all(after >= before * (1 - JITTER) for before, after in pairwise(waits)), waits
    assert max(waits) <= LONGEST_RETRY.total_seconds() + 5
    assert {each.part for each in place.sends} == {1}, "the second part waits for the first"


async def test_invariant_5_a_platforms_own_time_to_try_again_is_kept(store: Store, place: Place, clock: Clock) -> None:
    planned(store, A)
    place.tell(A, RetryAt("slow down", clock.now + timedelta(minutes=3)))
    here = courier(store, place, clock)
    await here.work()
    clock.tick(minutes=2, seconds=59)
    assert await here.work() == 0
    clock.tick(seconds=1)
    assert await here.work() == 1


async def test_invariant_5_a_paused_channel_delays_no_other_and_resumes_by_itself(
    store: Store, place: Place, clock: Clock
) -> None:
    planned(store, A, parts=2)
    planned(store, B, parts=2)
    place.tell(A, GONE, GONE)
    here = courier(store, place, clock)
    assert await here.work() == 2
    assert states(store, A) == [State.PAUSED, State.PLANNED]
    assert stopped(store, A) == "the channel is gone"
    assert stopped(store, B) == ""
    planned(store, A, edition=2)
    tries = 0
    for _ in range(20):
        clock.tick(minutes=1)
        tries += await here.work()
        if tries:
            break
    else:
        pytest.fail("not tried again within 20 minutes")
    assert stopped(store, A) == ""
    once_in_order(store, place, [A, B])


async def test_what_can_never_be_sent_is_dead_and_the_next_goes_on(store: Store, place: Place, clock: Clock) -> None:
    first, _ = planned(store, A, parts=2)
    place.tell(A, Permanent("too long"))
    assert await courier(store, place, clock).work() == 1
    assert states(store, A) == [State.DEAD, State.SENT]
    assert stopped(store, A) == ""
    assert ways(store)[first] == [State.PLANNED, State.CLAIMED, State.SENDING, State.DEAD]
    assert "too long" in {each.id: why for each, why in troubled(store)}[first]


def troubled(store: Store) -> list[tuple[Delivery, str]]:
    with store.reading() as connection:
        return list(outbox.troubled(connection))


@pytest.mark.parametrize("act", [KEPT, KEPT_HANGS, LOST, HANGS, Unknown("no answer")])
async def test_invariant_4_unknown_is_looked_up_before_another_send(store: Store, clock: Clock, act: Act) -> None:
    """… and not before the platform has settled, however often we come by."""
    (name,) = planned(store, A)
    place = Place(clock, SETTLE)
    place.tell(A, act)
    here = courier(store, place, clock)
    assert await here.work() == 0
    assert states(store, A) == [State.UNKNOWN]
    while clock.passed < SETTLE.total_seconds() - 5:
        clock.tick(seconds=5)
        await here.work()
        assert place.looks == []
    clock.tick(seconds=10)
    await here.work()
    arrived = act in {KEPT, KEPT_HANGS}
    assert place.looks == [(name, Sent(name) if arrived else Absent())]
    assert len(place.sends) == (1 if arrived else 2)
    once_in_order(store, place, [A])


async def test_invariant_4_what_cannot_be_looked_up_stays_unknown_and_is_asked_less_often(
    store: Store, place: Place, clock: Clock
) -> None:
    planned(store, A, parts=2)
    place.tell(A, KEPT)
    place.findings.extend([CannotTell("not allowed to look")] * 6 + [LOST, HANGS])
    here, asked = courier(store, place, clock), []
    await here.work()
    for _ in range(1200):
        clock.tick(seconds=5)
        left = len(place.findings)
        await here.work()
        if len(place.findings) < left:
            asked.append(clock.passed)
        if not place.findings:
            break
        assert states(store, A) == [State.UNKNOWN, State.PLANNED]
        assert len(place.sends) == 1
    waits = [after - before for before, after in pairwise(asked)]
    assert asked[0] <= 30
    assert all(after >= before * (1 - JITTER) for before, after in pairwise(waits)), waits
    assert waits[-1] <= LONGEST_RETRY.total_seconds() + 5
    await healed(here, clock, 2)
    once_in_order(store, place, [A])


async def test_invariant_5_look_ups_that_hang_delay_no_other_channel(
    store: Store, place: Place, clock: Clock, patient: None
) -> None:
    planned(store, A)
    place.tell(A, Unknown("no answer"))
    here = courier(store, place, clock)
    await here.work()
    planned(store, B, parts=3)
    clock.tick(seconds=SOON)
    place.findings.append(HANGS)
    work = asyncio.create_task(here.work())
    await place.until(lambda: len(place.posts(B)) == 3)
    assert not work.done()
    place.release.set()
    await work
    await healed(here, clock, 2)
    once_in_order(store, place, [A, B])


async def test_invariant_5_a_send_that_hangs_delays_no_other_channel(
    store: Store, place: Place, clock: Clock, patient: None
) -> None:
    names = [f"local:c{n}" for n in range(20)]
    for name in names:
        planned(store, name, parts=2)
    place.tell(names[0], KEPT_HANGS)
    work = asyncio.create_task(courier(store, place, clock).work())
    await place.until(lambda: len(place.kept) == 39)
    assert place.most_under_way <= deliver.SENDS
    place.release.set()
    assert await work == 40
    once_in_order(store, place, names)
