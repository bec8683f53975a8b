"""A platform for tests, which really keeps what it accepts and otherwise does as it is told; and a settable clock."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import TypeAlias

import pytest
from sqlalchemy import select

from db import channels, ledger, outbox, schema
from db.store import Store
from digests.deliver import Courier
from digests.room import ENDLESS
from domain.delivery import MOVES, Absent, Delivery, Finding, Outcome, Sent, State
from domain.edition import Edition
from domain.message import Heading, Message
from domain.schedule import Schedule
from tests.papers import NOW

LOST, KEPT = "lost", "kept"  # raises, without or with having kept the message
HANGS, KEPT_HANGS = "hangs", "kept, hangs"
DIES, KEPT_DIES = "dies", "kept, dies"
Act: TypeAlias = str | Outcome
_numbers = count(1)


class Killed(BaseException):
    """Ends whoever works, where no handler of errors is in the way."""


class Clock:
    """The wall's clock, which may jump, and the seconds that pass whatever it says."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.passed = 0.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.passed

    def tick(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)
        self.passed += timedelta(**time).total_seconds()

    def jump(self, **time: float) -> None:
        """Set the wall's clock, while no time passes."""
        self.now += timedelta(**time)


class Place:
    """Keeps messages in order. `acts` says how the next sends to a channel go; with none left they arrive."""

    room = ENDLESS

    def __init__(self, clock: Clock, settle: timedelta = timedelta(0)) -> None:
        self.clock = clock
        self.settle = settle
        self.acts: defaultdict[str, deque[Act]] = defaultdict(deque)
        self.findings: deque[Finding | str] = deque()
        self.kept: list[tuple[Delivery, float]] = []
        self.sends: list[Delivery] = []
        self.looks: list[tuple[str, Finding | None]] = []
        self.under_way: Counter[str] = Counter()
        self.most_under_way = 0
        self.hanging = asyncio.Event()
        self.changed = asyncio.Event()
        self.release = asyncio.Event()

    def tell(self, channel: str, *acts: Act) -> None:
        self.acts[channel].extend(acts)

    async def send(self, delivery: Delivery) -> Outcome:
        assert delivery.state is State.SENDING
        self.sends.append(delivery)
        self.changed.set()
        self.under_way[delivery.channel] += 1
        self.most_under_way = max(self.most_under_way, self.under_way.total())
        assert self.under_way[delivery.channel] == 1, "two messages of a channel at once lose their order"
        try:
            await asyncio.sleep(0)
            return await self._do(self.acts[delivery.channel], delivery)
        finally:
            self.under_way[delivery.channel] -= 1

    async def _do(self, acts: deque[Act], delivery: Delivery) -> Outcome:
        act = acts.popleft() if acts else Sent(delivery.id)
        if isinstance(act, Sent) or act in {KEPT, KEPT_HANGS, KEPT_DIES}:
            self.kept.append((delivery, self.clock.monotonic()))
            self.changed.set()
        if act in {HANGS, KEPT_HANGS}:
            self.hanging.set()
            await self.release.wait()
            return Sent(delivery.id)
        if act in {DIES, KEPT_DIES}:
            raise Killed
        if isinstance(act, str):
            raise ConnectionError(act)
        return act

    async def find(self, delivery: Delivery) -> Finding:
        said = self.findings.popleft() if self.findings else None
        self.changed.set()
        if said == HANGS:
            await self.release.wait()
        if isinstance(said, str):
            raise ConnectionError(said)
        there = [at for each, at in self.kept if each.id == delivery.id]
        shown = there and self.clock.monotonic() - there[0] >= self.settle.total_seconds()
        finding = said or (Sent(delivery.id) if shown else Absent())
        self.looks.append((delivery.id, finding))
        return finding

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the sends have come so far."""
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def posts(self, channel: str) -> list[tuple[int, int]]:
        """Edition and part of what a channel shows, in the order in which it came."""
        return [(each.edition, each.part) for each, _ in self.kept if each.channel == channel]


def courier(store: Store, place: Place, clock: Clock, worker: str = "run") -> Courier:
    """A courier for local channels."""
    return Courier(store, "local", place, clock, worker, clock.monotonic)


def planned(store: Store, channel: str, parts: int = 1, edition: int = 1) -> list[str]:
    """An edition of so many messages, recorded; returns their ids."""
    ids = [f"delivery{next(_numbers)}" for _ in range(parts)]
    messages = [
        Delivery(name, channel, edition, part, parts, Message((Heading(f"No. {edition}, {part}/{parts}"),)))
        for part, name in enumerate(ids, 1)
    ]
    with store.writing() as connection:
        channels.ensure(connection, channel, Schedule(), NOW)
        due = NOW + timedelta(days=edition)
        ledger.record(connection, Edition(channel, edition, due, NOW, ()), messages)
    return ids


def states(store: Store, channel: str, edition: int = 1) -> list[State]:
    """Where the messages of an edition stand."""
    with store.reading() as connection:
        return [each.state for each in outbox.of_edition(connection, channel, edition)]


def stopped(store: Store, channel: str) -> str:
    """Why deliveries to the channel rest."""
    with store.reading() as connection:
        return channels.existing(connection, channel).stopped


def ways(store: Store) -> dict[str, list[State]]:
    """The states each delivery went through, each move one that `MOVES` allows."""
    found: dict[str, list[State]] = {}
    with store.reading() as connection:
        for row in connection.execute(select(schema.moves).order_by(schema.moves.c.number)):
            found.setdefault(row.delivery, []).append(State(row.state))
    for way in found.values():
        assert way[0] is State.PLANNED, way
        assert all(after in MOVES[before] for before, after in pairwise(way)), way
    return found


def once_in_order(store: Store, place: Place, names: Iterable[str]) -> None:
    """Invariants 1, 2 and 4: everything planned for the channels is there, once, in order, and known to be."""
    for channel in names:
        with store.reading() as connection:
            wanted = connection.execute(
                select(schema.deliveries.c.edition, schema.deliveries.c.part)
                .where(schema.deliveries.c.channel == channel)
                .order_by(schema.deliveries.c.edition, schema.deliveries.c.part)
            ).all()
        assert place.posts(channel) == [tuple(row) for row in wanted], channel
    for way in ways(store).values():
        assert way.count(State.SENT) == 1, way
        assert way[-1] is State.SENT, way


async def healed(courier: Courier, clock: Clock, rounds: int = 12) -> None:
    """Rounds until everything had its chance, an hour apart."""
    for _ in range(rounds):
        clock.tick(hours=1, seconds=1)
        await courier.work()


async def crashed(here: Courier, place: Place) -> None:
    """Let it work until a send hangs, and stop it there for good."""
    place.hanging.clear()
    work = asyncio.create_task(here.work())
    async with asyncio.timeout(10):
        await place.hanging.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
