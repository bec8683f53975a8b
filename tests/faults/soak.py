"""72 simulated days of a large town: `make soak`.

500 channels in 12 timezones, 40 of which wait for a source that keeps failing; two changes of clocks (Europe's and
America's); 30 kills; on the local platform. Simulated are the clock, which goes from one instant at which something is
due to the next, and the kills: whoever works stops in the middle of a send, at once and for good, and up to nine hours
later another worker starts on the store. Real are the store, the planning, the couriers and the platform.
At the end `audit` must be clean, and each edition at its minute, or explained: by a wait for its source, or by nobody
having been there. When each was due is counted here anew, not by the code under test.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import tempfile
import time as clocks
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.local.platform import LocalPlatform
from db import channels, papers, runs, schema
from db.audit import audit
from db.migrate import open_store
from db.store import Store
from digests.deliver import Courier
from digests.editions import correct_times, plan_due
from domain.delivery import Delivery, Outcome, State
from domain.parse import parse
from domain.schedule import EVERY_DAY, WEEKDAYS, Schedule
from tests.conftest import quick
from tests.digests.place import Clock, Killed
from tests.papers import arxiv, record

BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
CATCH_UP = timedelta(hours=6)
ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Helsinki", "America/New_York", "America/Chicago"),
    *("America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo", "Asia/Shanghai"),
    *("Australia/Sydney", "UTC"),
)
TIMES = (time(2, 30), time(8), time(9), time(17, 30))
TOPICS = ("couriers", "routing", "caching", "pruning", "planning", "drafting", "sorting", "folding")
DAYS = (EVERY_DAY, WEEKDAYS, frozenset({0, 2, 4}))
SOURCE = "broken"  # works every fourth day
WAITS = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it."""

    days: int = 72
    channels: int = 500
    waiting: int = 40
    kills: int = 30


class Doomed(LocalPlatform):
    """The local platform, on which whoever works may be killed: before the message is there, or after."""

    doom = 0  # sends until then; 0 for never
    kept = False

    async def send(self, delivery: Delivery) -> Outcome:
        self.doom -= 1
        if self.doom == 0:
            if self.kept:
                await super().send(delivery)
            raise Killed
        return await super().send(delivery)


@dataclass(slots=True)
class Soak:
    """The town, and who works for it."""

    store: Store
    size: Size
    clock: Clock
    away: list[tuple[datetime, datetime]]
    fresh: list[datetime] = field(default_factory=list)
    kills: int = 0

    def prepare(self) -> dict[str, Schedule]:
        """Channels of every kind, on every day or on weekdays, the waiting ones among them."""
        made = {}
        with self.store.writing() as connection:
            for n in range(self.size.channels):
                name = f"local:c{n:03}"
                days = DAYS[n % len(DAYS)]
                zone, at = ZONES[n % len(ZONES)], TIMES[n // len(ZONES) % len(TIMES)]
                until = (datetime.combine(BEGIN, at) + WAITS).time() if n < self.size.waiting else None
                wait = SOURCE if until else ""
                made[name] = Schedule(days=days, at=at, timezone=zone, limit=4, wait=wait, until=until)
                channels.ensure(connection, name, made[name], BEGIN)
                for topic in {TOPICS[n % len(TOPICS)], TOPICS[n // 3 % len(TOPICS)]}:
                    channels.subscribe(connection, name, parse(topic), "local:me", BEGIN)
        return made

    async def bring(self, day: date, number: int) -> None:
        """The day's papers, at midnight: two on each topic."""
        now = self.clock()
        said = [
            record(f"On {topic}, day {number}, part {n}", identifiers=(arxiv(number * 100 + i * 2 + n),), announced=day)
            for i, topic in enumerate(TOPICS)
            for n in range(2)
        ]
        await self.store.write(papers.save, said, now)
        run = runs.Run(SOURCE, now, now, "failed", why="it does not answer")
        if number % 4 == 0:
            run = runs.Run(SOURCE, now, now, "fresh")
            self.fresh.append(now)
        await self.store.write(runs.record, run)

    async def live(self, schedules: dict[str, Schedule]) -> None:
        """All the days, from one instant to the next."""
        chance, ids = random.Random(72), count(1)
        dues = {each for name in schedules for each in due(schedules[name], self.size.days)}
        instants = sorted(dues | {each + WAITS for each in dues})
        end = BEGIN + timedelta(days=self.size.days)
        fatal = {*chance.sample([each for each in instants if each < end - timedelta(days=1)], self.size.kills)}
        platform = Doomed(self.store, self.clock)
        courier = self.courier(platform)
        day = 0
        doomed = False
        for instant in instants:
            while day <= self.size.days and BEGIN + timedelta(days=day) <= instant:
                self.clock.now = max(self.clock.now, BEGIN + timedelta(days=day))
                await self.bring((BEGIN + timedelta(days=day)).date(), day)
                day += 1
            doomed = doomed or instant in fatal
            if instant < self.clock.now:
                continue  # nobody was there
            self.clock.tick(seconds=(instant - self.clock.now).total_seconds())
            if doomed and not platform.doom > 0:
                platform.doom, platform.kept = chance.randint(1, 6), chance.random() < 0.5
            try:
                for _ in range(2):  # what was unknown is looked up in one round, and sent in the next
                    await plan_due(self.store, self.clock(), {"local": platform.fits}, lambda: f"d{next(ids)}")
                    await courier.work()
            except Killed:
                self.kills, doomed, left = self.kills + 1, False, self.clock()
                self.clock.tick(minutes=chance.choice((1, 5, 20, 60, 180, 540)))
                self.away.append((left, self.clock()))
                platform.doom, courier = 0, self.courier(platform)
                await courier.recover(own=True)
                await correct_times(self.store, self.clock())
                for _ in range(2):
                    await plan_due(self.store, self.clock(), {"local": platform.fits}, lambda: f"d{next(ids)}")
                    await courier.work()

    def courier(self, platform: Doomed) -> Courier:
        return Courier(self.store, "local", platform, self.clock, "run", self.clock.monotonic)


def due(schedule: Schedule, days: int) -> list[datetime]:
    """When a schedule's editions are due, in UTC: a time that is skipped comes at the first instant after."""
    zone, found = ZoneInfo(schedule.timezone), []
    for n in range(-1, days + 1):
        wall = datetime.combine(BEGIN.date() + timedelta(days=n), schedule.at, zone)
        instant = wall.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            # Skipped: the first minute at which the clock there shows as much or more.
            minutes = (instant + timedelta(minutes=m) for m in range(-180, 180))
            instant = next(m for m in minutes if m.astimezone(zone).replace(tzinfo=None) >= wall.replace(tzinfo=None))
        if wall.weekday() in schedule.days and BEGIN < instant < BEGIN + timedelta(days=days):
            found.append(instant)
    return found


def judged(soak: Soak, schedules: dict[str, Schedule]) -> tuple[Counter[str], list[str]]:
    """Each due instant of each channel, by what became of it; and those that nothing explains."""
    editions: defaultdict[str, dict[datetime, datetime]] = defaultdict(dict)
    with soak.store.reading() as connection:
        for row in connection.execute(select(schema.editions)):
            editions[row.channel][row.due_at] = row.planned_at
    kinds: Counter[str] = Counter()
    wrong = []
    end = BEGIN + timedelta(days=soak.size.days)
    for name, schedule in schedules.items():
        there = editions[name]
        wanted = due(schedule, soak.size.days)
        for instant in wanted:
            planned = there.pop(instant, None)
            latest = instant + WAITS if schedule.wait else instant
            gap = any(left <= latest and instant <= back for left, back in soak.away)
            if planned is None:
                kind = "in the next, for nobody was there" if gap else "missing"
            elif planned == instant:
                kind = "at its minute"
            elif schedule.wait and planned == latest:
                kind = "waited for its source to the end"
            elif schedule.wait and any(instant < came <= planned < latest for came in soak.fresh):
                kind = "waited until its source came"
            elif gap and planned <= instant + CATCH_UP + WAITS:
                kind = "late, for nobody was there"
            else:
                kind = f"late by {planned - instant}"
            kinds[kind] += 1
            if kind.startswith(("missing", "late by")):
                wrong.append(f"{name} of {instant}: {kind}")
        wrong += [f"{name} has an edition for {instant}, which it should not" for instant in there if instant < end]
    return kinds, wrong


async def soaked(folder: Path, size: Size) -> tuple[Counter[str], list[str], dict[str, int]]:
    """Run it all; returns what became of the editions, what is wrong, and figures."""
    began = clocks.monotonic()
    store = quick(open_store(f"sqlite:///{folder / 'soak.db'}"))
    try:
        soak = Soak(store, size, Clock(BEGIN), [])
        schedules = soak.prepare()
        await soak.live(schedules)
        kinds, wrong = judged(soak, schedules)
        with store.reading() as connection:
            found = audit(connection)
            posts = connection.execute(select(schema.posts.c.delivery)).scalars().all()
            sent = connection.execute(select(schema.moves.c.delivery).where(schema.moves.c.state == State.SENT)).all()
        wrong += [f"{breach}" for breach in found.breaches]
        wrong += [f"{many} deliveries are {state}" for state, many in found.open.items()]
        if len(posts) != len({*posts}) or len(sent) != len(posts):
            wrong.append(f"{len(posts)} posts of {len({*posts})} deliveries, {len(sent)} sent")
        if soak.kills != size.kills:
            wrong.append(f"{soak.kills} kills, not {size.kills}")
        figures = {**found.checked, "messages": len(posts), "kills": soak.kills}
        return kinds, wrong, {**figures, "seconds": int(clocks.monotonic() - began)}
    finally:
        store.close()


def main(size: Size) -> int:
    """Print what came of it; 1 if anything is wrong."""
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        kinds, wrong, figures = asyncio.run(soaked(Path(folder), size))
        print(f"{size.days} days, {size.channels} channels, {len(ZONES)} timezones, {size.waiting} wait for what fails")
        print(", ".join(f"{many:,} {name}" for name, many in figures.items()))
        print("editions: " + ", ".join(f"{many:,} {kind}" for kind, many in kinds.most_common()))
        print("\n".join(wrong[:40]) or "audit clean; nothing unexplained")
        return bool(wrong)
    return 1


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.exit(main(Size(*map(int, sys.argv[1:]))))
