"""Delivering over crashes, lost leases, a store that fails and clocks that jump (invariants 1 to 4 and 11)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import pytest
from sqlalchemy import Connection, event

from db import channels, outbox
from db.store import Store
from digests import deliver
from domain.delivery import (
    FIRST_RETRY,
    LEASE,
    Delivery,
    Move,
    Permanent,
    State,
)
from domain.errors import StoreError
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
    crashed,
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


@contextmanager
def failing(store: Store, state: State, times: int = 1) -> Iterator[None]:
    """The store cannot write down moves to a state, so many times."""
    left = times

    def refuse(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        nonlocal left
        if left and statement.startswith("INSERT INTO delivery_moves") and state.value in str(parameters):
            left -= 1
            raise StoreError("The store is busy.")

    event.listen(store.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(store.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize("state", [State.CLAIMED, State.SENDING, State.SENT])
async def test_invariant_1_after_an_error_of_the_store_nothing_is_doubled_or_lost(
    store: Store, place: Place, clock: Clock, state: State
) -> None:
    names = [A, B, C]
    for name in names:
        planned(store, name, parts=2)
    here = courier(store, place, clock)
    with failing(store, state), pytest.raises(StoreError):
        await here.work()
    assert not place.under_way.total(), "what was under way has ended before the error is told"
    await healed(here, clock)
    once_in_order(store, place, names)


async def test_a_state_that_could_not_be_written_while_looking_up_is_found_again(
    store: Store, place: Place, clock: Clock
) -> None:
    planned(store, A)
    place.tell(A, KEPT)
    here = courier(store, place, clock)
    await here.work()
    clock.tick(seconds=SOON)
    with failing(store, State.SENT), pytest.raises(StoreError):
        await here.work()
    assert states(store, A) == [State.UNKNOWN]
    await healed(here, clock, 2)
    once_in_order(store, place, [A])


async def test_what_waits_long_for_its_turn_is_neither_doubled_nor_lost(
    store: Store, place: Place, clock: Clock, patient: None
) -> None:
    """More channels than may be sent to at once, all of them slower than a lease: nothing is taken from itself."""
    names = [f"local:c{n}" for n in range(3 * deliver.SENDS)]
    for name in names:
        planned(store, name)
        place.tell(name, KEPT_HANGS)
    here = courier(store, place, clock)
    first = asyncio.create_task(here.work())
    await place.until(lambda: place.under_way.total() == deliver.SENDS)
    clock.tick(seconds=LEASE.total_seconds() + 1)
    assert await here.recover(own=False) == 0
    second = asyncio.create_task(here.deliver())
    await place.until(lambda: len(place.sends) == 2 * deliver.SENDS)
    assert not [way for way in ways(store).values() if State.UNKNOWN in way]
    place.release.set()
    assert await first + await second == len(names)
    once_in_order(store, place, names)


@pytest.mark.parametrize("act", [KEPT_HANGS, HANGS])
async def test_invariant_4_after_a_crash_the_platform_may_settle_first(
    store: Store, clock: Clock, patient: None, act: Act
) -> None:
    """Killed while sending and started again at once: what is not shown yet is no proof that it is not there."""
    place = Place(clock, SETTLE)
    planned(store, A, parts=2)
    place.tell(A, act)
    await crashed(courier(store, place, clock), place)
    assert states(store, A) == [State.SENDING, State.PLANNED]
    here = courier(store, place, clock)
    assert await here.recover(own=True) == 1
    for _ in range(30):
        await here.work()
        clock.tick(seconds=5)
    once_in_order(store, place, [A])


async def test_invariant_4_starting_again_and_again_never_skips_the_settling(
    store: Store, clock: Clock, patient: None
) -> None:
    place = Place(clock, SETTLE)
    planned(store, A)
    place.tell(A, KEPT_HANGS)
    await crashed(courier(store, place, clock), place)
    for _ in range(10):
        here = courier(store, place, clock)
        await here.recover(own=True)
        await here.work()
        clock.tick(seconds=1)
    assert len(place.sends) == 1
    await healed(here, clock, 3)
    once_in_order(store, place, [A])


@pytest.mark.parametrize("act", [DIES, KEPT_DIES])
async def test_invariant_3_a_worker_that_dies_while_sending_is_cleaned_up_after(
    store: Store, place: Place, clock: Clock, act: Act
) -> None:
    planned(store, A, parts=2)
    planned(store, B, parts=2)
    place.tell(A, act)
    with pytest.raises(Killed):
        await courier(store, place, clock).work()
    assert states(store, A) == [State.SENDING, State.PLANNED]
    here = courier(store, place, clock)
    assert await here.recover(own=True) == 1
    await healed(here, clock, 3)
    once_in_order(store, place, [A, B])


@pytest.mark.parametrize("act", [KEPT, LOST])
async def test_invariant_4_who_comes_by_only_now_and_then_finds_out_too(store: Store, clock: Clock, act: Act) -> None:
    """`run --once` from cron: no process lives to see the platform settle."""
    place = Place(clock, SETTLE)
    planned(store, A)
    place.tell(A, act)
    for _ in range(6):
        here = courier(store, place, clock)
        await here.recover(own=True)
        await here.deliver()
        clock.tick(minutes=10)
    once_in_order(store, place, [A])


async def test_what_another_worker_left_is_taken_back_when_its_lease_is_over(
    store: Store, place: Place, clock: Clock, patient: None
) -> None:
    planned(store, A)
    place.tell(A, KEPT_HANGS)
    await crashed(courier(store, place, clock, "cli-1"), place)
    here = courier(store, place, clock)
    assert await here.recover(own=True) == 0, "it may be at work"
    assert await here.work() == 0
    assert states(store, A) == [State.SENDING]
    clock.tick(seconds=LEASE.total_seconds())
    assert await here.recover(own=False) == 1
    await healed(here, clock, 2)
    once_in_order(store, place, [A])


async def test_a_lost_lease_is_noticed_and_nothing_recorded(
    store: Store, place: Place, clock: Clock, patient: None, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that was too slow: its delivery was taken over, looked up, and found."""
    planned(store, A)
    place.tell(A, KEPT_HANGS)
    slow = asyncio.create_task(courier(store, place, clock, "cli-1").work())
    async with asyncio.timeout(10):
        await place.hanging.wait()
    clock.tick(seconds=LEASE.total_seconds() + 1)
    here = courier(store, place, clock)
    await here.work()
    await healed(here, clock, 2)
    assert states(store, A) == [State.SENT]
    place.release.set()
    assert await slow == 0
    assert "taken over" in caplog.text
    once_in_order(store, place, [A])


async def test_a_claim_that_was_taken_over_is_not_sent(store: Store, place: Place, clock: Clock) -> None:
    (name,) = planned(store, A)
    here = courier(store, place, clock)
    real = outbox.claim

    def claim_and_lose(connection: Connection, *args: object, **more: object) -> list[Delivery]:
        claimed = real(connection, *args, **more)  # type: ignore[arg-type]  # as they came
        for each in claimed:
            outbox.move(connection, each, here.worker, Move(State.PLANNED, clock.now + timedelta(minutes=1)), clock.now)
        return claimed

    with mock.patch.object(outbox, "claim", claim_and_lose):
        assert await here.deliver() == 0
    assert place.sends == []
    clock.tick(minutes=2)
    assert await here.deliver() == 1
    assert ways(store)[name].count(State.SENDING) == 1


async def test_two_at_work_at_once_send_everything_once(store: Store, place: Place, clock: Clock) -> None:
    names = [f"local:c{n}" for n in range(12)]
    for name in names:
        planned(store, name, parts=3)
    here, other = courier(store, place, clock), courier(store, place, clock, "cli-1")
    sent = await asyncio.gather(here.work(), other.work(), here.deliver(), here.deliver(names[0]))
    assert sum(sent) == 36
    once_in_order(store, place, names)


async def test_a_channel_that_rests_is_told_of_only_while_it_does(store: Store, place: Place, clock: Clock) -> None:
    planned(store, A)
    with store.writing() as connection:
        channels.stop(connection, A, "forbidden")
    place.tell(A, KEPT)
    here = courier(store, place, clock)
    await here.work()
    assert stopped(store, A) == "forbidden"
    await healed(here, clock, 2)
    assert stopped(store, A) == "", "found there by a look-up: access is back"


async def test_a_store_that_takes_longer_than_the_lease_sends_nothing(store: Store, place: Place, clock: Clock) -> None:
    """Whoever came by meanwhile may have taken it."""
    planned(store, A)
    here = courier(store, place, clock)

    def slow(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith("INSERT INTO delivery_moves") and "'sending'" in str(parameters):
            clock.tick(seconds=LEASE.total_seconds())

    event.listen(store.engine, "before_cursor_execute", slow)
    await here.work()
    event.remove(store.engine, "before_cursor_execute", slow)
    assert place.sends == []
    assert states(store, A) == [State.RETRY]
    await healed(here, clock, 2)
    once_in_order(store, place, [A])


async def test_what_is_being_looked_up_is_not_looked_up_again(
    store: Store, place: Place, clock: Clock, patient: None
) -> None:
    planned(store, A)
    place.tell(A, KEPT)
    here = courier(store, place, clock)
    await here.work()
    clock.tick(seconds=SOON)
    place.findings.append(HANGS)
    first = asyncio.create_task(here.deliver())
    await place.until(lambda: not place.findings)
    await here.deliver()
    assert place.looks == []
    place.release.set()
    await first
    await healed(here, clock, 2)
    once_in_order(store, place, [A])
