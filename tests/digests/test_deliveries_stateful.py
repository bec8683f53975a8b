"""Any order of planning, sending, failing, dying, restarting and jumping clocks (invariants 1 to 5 and 11)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from itertools import pairwise
from typing import Any, TypeVar
from unittest import mock

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from db import outbox, resend, schema
from db.audit import audit
from db.store import Store
from digests import deliver
from digests.deliver import Courier
from domain.delivery import MOVES, CannotTell, Permanent, RetryAt, State, Unknown
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
    planned,
    ways,
)

CHANNELS = ("far:a", "far:b", "far:c")  # not local ones: the audit would look for these messages in the store
WORKERS = ("run", "cli-1")
SETTLE = timedelta(seconds=25)
ACTS: tuple[Act, ...] = (
    *(LOST, KEPT, HANGS, KEPT_HANGS, DIES, KEPT_DIES),
    *(RetryAt("busy"), Unknown("?"), Permanent("gone", True), Permanent("it is too long")),
)
Troubles = list[tuple[str, Act]]  # how the next sends to a channel end
TROUBLES = st.lists(st.tuples(st.sampled_from(CHANNELS), st.sampled_from(ACTS)), min_size=1, max_size=4)
SECONDS = st.sampled_from((1, 5, 20, 26, 61, 600, 4_000))
T = TypeVar("T")


class Deliveries(RuleBasedStateMachine):
    """Two workers on one store and one platform; at the end, everything that was planned must have come once.

    The model is what the platform keeps. After every step the ledger must agree with it: what it calls sent is
    there once, what it calls unknown or being sent may be there, and nothing else is.
    """

    fresh: Callable[[], AbstractContextManager[Store]]
    met: set[tuple[State, State]]  # the moves that any delivery made

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        self.opened.enter_context(mock.patch.multiple(deliver, TIMEOUT_SECONDS=0.005, AGAIN_SECONDS=0.005))
        self.store = self.opened.enter_context(self.fresh())
        self.loop = asyncio.new_event_loop()
        self.opened.callback(self.loop.close)
        self.clock = Clock()
        self.place = self.run(self.new_place())
        self.couriers = {name: self.courier(name) for name in WORKERS}
        self.editions = dict.fromkeys(CHANNELS, 0)
        self.jumped = -SETTLE.total_seconds()

    def courier(self, worker: str) -> Courier:
        return Courier(self.store, "far", self.place, self.clock, worker, self.clock.monotonic)

    async def new_place(self) -> Place:
        return Place(self.clock, SETTLE)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @rule(channel=st.sampled_from(CHANNELS), parts=st.integers(1, 3))
    def plan(self, channel: str, parts: int) -> None:
        self.editions[channel] += 1
        planned(self.store, channel, parts, self.editions[channel])

    @rule(finding=st.sampled_from((LOST, HANGS, CannotTell("not allowed to look"))))
    def hide(self, finding: Any) -> None:
        self.place.findings.append(finding)

    @initialize(parts=st.integers(1, 3))
    def begin(self, parts: int) -> None:
        for channel in CHANNELS:
            self.plan(channel, parts)

    @rule(worker=st.sampled_from(WORKERS), troubles=TROUBLES, after=SECONDS)
    def work(self, worker: str, troubles: Troubles, after: int) -> None:
        self.clock.tick(seconds=after)
        self.place_tells(troubles)
        try:
            self.run(self.couriers[worker].work())
        except Killed:
            self.restart(worker)

    @rule(troubles=TROUBLES, after=SECONDS)
    def both_work(self, troubles: Troubles, after: int) -> None:
        self.clock.tick(seconds=after)
        self.place_tells(troubles)

        async def both() -> list[int | BaseException]:
            work = [each.work() for each in self.couriers.values()]
            return await asyncio.gather(*work, return_exceptions=True)

        for worker, ended in zip(WORKERS, self.run(both()), strict=True):
            if isinstance(ended, Killed):
                self.restart(worker)
            elif isinstance(ended, BaseException):
                raise ended

    @rule(worker=st.sampled_from(WORKERS), channel=st.sampled_from(CHANNELS), act=st.sampled_from((HANGS, KEPT_HANGS)))
    def killed_while_sending(self, worker: str, channel: str, act: str) -> None:
        """Whatever is under way stops where it is, and nothing is written down."""
        self.place.acts[channel].appendleft(act)

        async def crash() -> None:
            self.place.hanging.clear()
            with mock.patch.object(deliver, "TIMEOUT_SECONDS", 30):
                work = asyncio.create_task(self.couriers[worker].work())
                hanging = asyncio.create_task(self.place.hanging.wait())
                await asyncio.wait({work, hanging}, return_when=asyncio.FIRST_COMPLETED)
                for task in (work, hanging):
                    task.cancel()
                await asyncio.gather(work, hanging, return_exceptions=True)

        self.run(crash())
        self.restart(worker)

    @rule(worker=st.sampled_from(WORKERS))
    def killed_before_sending(self, worker: str) -> None:
        with self.store.writing() as connection:
            outbox.claim(connection, f"{worker}/far", self.clock(), 2, platform="far")
        self.restart(worker)

    def place_tells(self, troubles: Troubles) -> None:
        for channel, act in troubles:
            self.place.tell(channel, act)

    def restart(self, worker: str) -> None:
        # A process that starts while what was sent before a jump settles has only the store's word for the time.
        if self.clock.passed - self.jumped < SETTLE.total_seconds():
            self.clock.tick(seconds=SETTLE.total_seconds())
        self.couriers[worker] = self.courier(worker)
        self.run(self.couriers[worker].recover(own=True))

    @rule(worker=st.sampled_from(WORKERS))
    def stop_and_start(self, worker: str) -> None:
        self.restart(worker)

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.clock.tick(seconds=seconds)

    @precondition(lambda self: abs((self.clock.now - Clock().now).days) < 300)
    @rule(hours=st.sampled_from((-100, -5, -1, 1, 5, 100)))
    def jump(self, hours: int) -> None:
        self.clock.jump(hours=hours)
        self.jumped = self.clock.passed
        for each in self.couriers.values():
            self.run(each.correct_times())

    @rule()
    def a_person_sends_again_what_does_not_go_out(self) -> None:
        with self.store.writing() as connection:
            given_up = select(schema.deliveries.c.channel, schema.deliveries.c.id).where(
                schema.deliveries.c.state.in_((State.DEAD, State.PAUSED))
            )
            for channel, name in connection.execute(given_up).all():
                resend.resend(connection, channel, name, "local:me", self.clock())

    @invariant()
    def the_ledger_agrees_with_the_platform(self) -> None:
        there = Counter(delivery.id for delivery, _ in self.place.kept)
        for name, way in ways(self.store).items():
            match way[-1]:
                case State.SENT:
                    assert there[name] == 1, way
                case State.SENDING | State.UNKNOWN:
                    assert there[name] <= 1, way
                case _:
                    assert there[name] == 0, way
            assert way.count(State.SENT) <= 1, way

    @invariant()
    def nothing_came_out_of_order(self) -> None:
        # What could not be sent makes room for what comes after it.
        dead = {name for name, way in ways(self.store).items() if State.DEAD in way}
        for channel in CHANNELS:
            kept = [each for each, _ in self.place.kept if each.channel == channel and each.id not in dead]
            posts = [(each.edition, each.part) for each in kept]
            assert posts == sorted(posts), posts

    def teardown(self) -> None:
        """Nothing fails any more: all of it comes, and the ledger proves it."""
        try:
            self.place.acts.clear()
            self.place.findings.clear()
            for _ in range(60):
                self.clock.tick(minutes=10)
                self.a_person_sends_again_what_does_not_go_out()
                for each in self.couriers.values():
                    self.run(each.work())
                if all(way[-1] is State.SENT for way in ways(self.store).values()):
                    break
            self.the_ledger_agrees_with_the_platform()
            self.nothing_came_out_of_order()
            with self.store.reading() as connection:
                found = audit(connection)
            assert (found.breaches, found.open) == ((), {})
            self.met.update(move for way in ways(self.store).values() for move in pairwise(way))
        finally:
            self.opened.close()


@pytest.mark.hypothesis
@pytest.mark.parametrize("many", [20, pytest.param(600, marks=[pytest.mark.faults, pytest.mark.timeout(1800)])])
def test_invariants_1_to_5_and_11_in_any_order_of_events(
    fresh: Callable[[], AbstractContextManager[Store]], many: int
) -> None:
    met = set[tuple[State, State]]()
    machine = type("Machine", (Deliveries,), {"fresh": staticmethod(fresh), "met": met})
    run_state_machine_as_test(machine, settings=settings(max_examples=many, stateful_step_count=20))
    assert {to for _, to in met} == {*State}, "in few examples, each state is reached"
    if many > 100:
        assert met == {(state, to) for state, moves in MOVES.items() for to in moves}, "in many, each move is made"
