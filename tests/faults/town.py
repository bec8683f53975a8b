"""A town for faults: channels in several timezones, papers every day, one far platform, and the jobs that `run` has.

Time is simulated: `live` lets it pass in steps, and does in each what the jobs do, through what guards them. The
platform is not in the store, and its count of what came is nobody else's.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count

from sqlalchemy import select

from bot.jobs import Job, Jobs
from db import channels, papers, schema
from db.audit import audit
from db.store import Store
from digests.deliver import Courier
from digests.round import correct_times, plan_due
from domain.delivery import CannotTell, Delivery, Finding, Outcome, State
from domain.parse import parse
from domain.schedule import Schedule
from tests.digests.place import Clock, Place
from tests.papers import arxiv, record
from tests.rooms import cards

BEGIN = datetime(2026, 3, 2, 0, tzinfo=UTC)  # a Monday; both continents change their clocks within four weeks
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
PAPERS = 9  # a day
LIMIT = 7
SHOWN = 4  # papers in a message: an edition has two
SETTLE = timedelta(seconds=25)


class Far(Place):
    """A platform that can be down altogether."""

    down = False
    room = cards(SHOWN)

    async def send(self, delivery: Delivery) -> Outcome:
        if self.down:
            raise ConnectionError("no route")
        return await super().send(delivery)

    async def find(self, delivery: Delivery) -> Finding:
        return CannotTell("no route") if self.down else await super().find(delivery)


@dataclass(frozen=True, slots=True)
class Count:
    """What came of it: messages expected by the ledger, and sent by the platform's count."""

    editions: int
    expected: int
    sent: int
    doubled: int
    lost: int


class Town:
    """The channels and whoever works for them."""

    def __init__(self, store: Store, many: int = 8, minutes: float = 10) -> None:
        self.store, self.clock = store, Clock(BEGIN)
        self.far = Far(self.clock, SETTLE)
        self.names = [f"far:c{n:03}" for n in range(many)]
        self.days = 0
        self.step = timedelta(minutes=minutes)
        self.ids = count(1)
        self.couriers = [self.courier("run")]
        self.jobs = Jobs([], self.clock, self.jumped)
        with store.writing() as connection:
            for n, name in enumerate(self.names):
                schedule = Schedule(at=time(2 + n // len(ZONES) % 3, 30), timezone=ZONES[n % len(ZONES)], limit=LIMIT)
                channels.ensure(connection, name, schedule, BEGIN)
                channels.subscribe(connection, name, parse("couriers"), "local:me", BEGIN)

    def courier(self, worker: str) -> Courier:
        return Courier(self.store, "far", self.far, self.clock, worker, self.clock.monotonic)

    async def jumped(self) -> None:
        await correct_times(self.store, self.clock())
        for courier in self.couriers:
            await courier.correct_times()

    async def jump(self, **time: float) -> None:
        """Set the clock, which the watch sees."""
        self.clock.jump(**time)
        await self.jobs.guarded(Job("clock", 0, self.jumped))

    async def plan(self) -> None:
        await plan_due(self.store, self.clock(), {"far": self.far.room}, lambda: f"d{next(self.ids)}")

    async def tick(self, **time: float) -> None:
        """A round of the jobs, after so long."""
        self.clock.tick(**time)
        await self.bring()
        await self.jobs.guarded(Job("plan", 5, self.plan))
        works = (self.jobs.guarded(Job(f"deliver {each.worker}", 5, each.work)) for each in self.couriers)
        await asyncio.gather(*works)

    async def live(self, **time: float) -> None:
        """Let so much time pass, in steps."""
        end = self.clock.passed + timedelta(**time).total_seconds()
        while self.clock.passed < end:
            await self.tick(seconds=self.step.total_seconds())

    async def bring(self) -> None:
        """The papers of the days that have passed: dated by time passed, not by the clock."""
        while self.days <= self.clock.passed // 86_400:
            first, day = self.days * PAPERS, BEGIN.date() + timedelta(days=self.days)
            said = [
                record(f"Couriers, part {n}", identifiers=(arxiv(n),), announced=day)
                for n in range(first, first + PAPERS)
            ]
            try:
                await self.store.write(papers.save, said, self.clock())
            except Exception:  # the store is at fault, and the source goes on from where it was
                return
            self.days += 1

    def restart(self) -> None:
        """New couriers, as a new process has; those of the old one know nothing of it."""
        self.couriers = [self.courier(each.worker.removesuffix("/far")) for each in self.couriers]

    async def recover(self) -> None:
        """What `run` does before its jobs."""
        for courier in self.couriers:
            await courier.recover(own=True)
        await correct_times(self.store, self.clock())

    async def settled(self) -> Count:
        """Let everything come to rest, and count."""
        self.far.acts.clear()
        await self.live(hours=30)
        with self.store.reading() as connection:
            found = audit(connection)
            rows = connection.execute(select(schema.deliveries.c.id, schema.deliveries.c.state)).all()
            items = connection.execute(select(schema.items.c.channel, schema.items.c.paper)).all()
            many = connection.execute(select(schema.papers.c.number)).all()
        assert found.breaches == ()
        assert {row.state for row in rows} == {State.SENT}
        # Every paper is accounted for in every channel: the town's people follow them all.
        missing = {(name, row.number) for name in self.names for row in many} - {tuple(row) for row in items}
        late = (self.days - 2) * PAPERS  # the last days' are for editions to come
        assert all(number > late for _, number in missing), sorted(missing)[:5]
        came = Counter(delivery.id for delivery, _ in self.far.kept)
        cards = Counter((d.channel, card.paper) for d, _ in self.far.kept for card in d.message.cards())
        return Count(
            editions=found.checked["editions"],
            expected=len(rows),
            sent=came.total(),
            doubled=sum(n - 1 for n in came.values()) + sum(n - 1 for n in cards.values()),
            lost=len({row.id for row in rows} - {*came}),
        )


def locked(store: Store) -> closing[sqlite3.Connection]:
    """Another process's hand on the store, until this is closed."""
    connection = sqlite3.connect(store.path, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return closing(connection)
