"""Delivering: once, in order, whatever fails (invariants 1 to 5)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import pairwise
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from db import channels, outbox
from db.store import Store
from digests import deliver
from domain.delivery import (
    FIRST_RETRY,
    LEASE,
    LONGEST_RETRY,
    Absent,
    CannotTell,
    Delivery,
    Finding,
    Move,
    Permanent,
    RetryAt,
    Sent,
    State,
    Unknown,
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


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever waits for what hangs on purpose gives up soon.
    monkeypatch.setattr(deliver, "TIMEOUT_SECONDS", 0.02)
    monkeypatch.setattr(deliver, "AGAIN_SECONDS", 0.01)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch, _impatient: None) -> None:
    """Sends that hang do so until the test lets go of them."""
    monkeypatch.setattr(deliver, "TIMEOUT_SECONDS", 30.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(clock: Clock) -> Place:
    return Place(clock)


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
    assert waits == sorted(waits)
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
    assert waits == sorted(waits)
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


async def crashed(here: deliver.Courier, place: Place) -> None:
    """Let it work until a send hangs, and stop it there for good."""
    place.hanging.clear()
    work = asyncio.create_task(here.work())
    async with asyncio.timeout(10):
        await place.hanging.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


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
