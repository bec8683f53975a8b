"""Delivering while clocks jump: a jump settles, doubles and loses nothing (invariants 4 and 11)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from db.store import Store
from domain.delivery import (
    FIRST_RETRY,
    Permanent,
    RetryAt,
    State,
)
from tests.digests.place import (
    HANGS,
    KEPT,
    KEPT_HANGS,
    LOST,
    Clock,
    Place,
    courier,
    crashed,
    once_in_order,
    planned,
    states,
)

A, B, C = "local:a", "local:b", "local:c"
SETTLE = timedelta(seconds=25)
GONE = Permanent("the channel is gone", channel=True)
SOON = FIRST_RETRY.total_seconds() + 1

pytestmark = pytest.mark.usefixtures("impatient")


@pytest.mark.parametrize("hours", [-5, 5])
async def test_invariant_11_a_clock_that_jumps_takes_nothing_from_who_is_sending_it(
    store: Store, clock: Clock, patient: None, hours: int
) -> None:
    place = Place(clock, SETTLE)
    planned(store, A, parts=2)
    place.tell(A, HANGS)
    here = courier(store, place, clock)
    first = asyncio.create_task(here.work())
    async with asyncio.timeout(10):
        await place.hanging.wait()
    clock.jump(hours=hours)
    await here.correct_times()
    assert await here.work() == 0
    assert states(store, A) == [State.SENDING, State.PLANNED]
    assert place.looks == []
    place.acts.clear()
    place.kept.append((place.sends[0], clock.monotonic()))
    place.release.set()
    assert await first == 2
    once_in_order(store, place, [A])


async def test_invariant_11_times_that_a_wrong_clock_set_are_drawn_back(
    store: Store, place: Place, clock: Clock
) -> None:
    planned(store, A)
    planned(store, B)
    clock.jump(days=300)
    place.tell(A, RetryAt("busy"))
    place.tell(B, GONE)
    here = courier(store, place, clock)
    await here.work()
    clock.jump(days=-300)
    clock.tick(seconds=1)
    assert await here.work() == 0
    await here.correct_times()
    clock.tick(seconds=SOON)
    await here.work()
    once_in_order(store, place, [A, B])


@pytest.mark.parametrize("noticed", [True, False])
async def test_invariant_4_a_clock_that_jumps_settles_nothing(store: Store, clock: Clock, noticed: bool) -> None:
    place = Place(clock, SETTLE)
    planned(store, A)
    place.tell(A, KEPT)
    here = courier(store, place, clock)
    await here.work()
    clock.jump(hours=2)
    if noticed:
        await here.correct_times()
    for _ in range(4):
        await here.work()
        clock.tick(seconds=5)
    assert place.looks == []
    clock.tick(seconds=6)
    await here.work()
    assert len(place.looks) == 1
    once_in_order(store, place, [A])


async def test_invariant_4_nor_does_it_settle_what_another_left(store: Store, clock: Clock) -> None:
    place = Place(clock, SETTLE)
    planned(store, A)
    place.tell(A, KEPT)
    here = courier(store, place, clock)
    await courier(store, place, clock, "cli-1").work()
    clock.jump(hours=2)
    await here.correct_times()
    await here.work()
    assert place.looks == []
    clock.tick(seconds=26)
    await here.work()
    once_in_order(store, place, [A])


async def test_invariant_4_what_another_sent_again_meanwhile_settles_anew(store: Store, clock: Clock) -> None:
    place = Place(clock, SETTLE)
    planned(store, A)
    place.tell(A, LOST, KEPT)
    here, other = courier(store, place, clock), courier(store, place, clock, "cli-1")
    await here.work()
    clock.tick(seconds=26)
    await other.work()
    assert len(place.sends) == 2
    assert states(store, A) == [State.UNKNOWN]
    clock.jump(hours=1)
    await here.work()
    assert len(place.looks) == 1, "only the look-up before it was sent again"
    clock.tick(seconds=26)
    await here.work()
    once_in_order(store, place, [A])


async def test_invariant_4_a_jump_right_after_a_restart_settles_nothing(
    store: Store, clock: Clock, patient: None
) -> None:
    place = Place(clock, SETTLE)
    planned(store, A)
    place.tell(A, KEPT_HANGS)
    await crashed(courier(store, place, clock), place)
    here = courier(store, place, clock)
    assert await here.recover(own=True) == 1
    clock.jump(hours=2)
    await here.work()
    assert place.looks == []
    clock.tick(seconds=26)
    await here.work()
    once_in_order(store, place, [A])
