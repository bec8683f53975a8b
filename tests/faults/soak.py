"""72 simulated days of a large town: `make soak`.

500 channels in 12 timezones, half of them in Slack and half in Discord; 40 wait for a source that keeps failing; two
changes of clocks (Europe's and America's); 30 kills. Simulated is the time, which passes at once where everybody waits
for it, and the kills: whoever works stops in the middle of a send, at once and for good, with everything that was under
way, and up to nine hours later another begins on the store. Real are the store, the planning, the couriers, both
platforms' clients with their pace, and what they talk to: servers that speak Slack's and Discord's protocols, check
every message, have the real rates and refuse what is too much.

What came of it is judged in `judged.py`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import tempfile
import time as clocks
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, text

from bot.discord.front import DiscordFront
from bot.slack.front import SlackFront
from bot.wiring import connected, fronts
from db import channels, outbox, papers, runs
from db.migrate import open_store
from db.store import Store
from digests.deliver import Courier, Platform
from digests.round import correct_times, plan_due
from domain.delivery import Delivery, Finding, Outcome
from domain.parse import parse
from domain.schedule import EVERY_DAY, WEEKDAYS, Schedule
from tests.conftest import quick
from tests.digests.place import Killed
from tests.faults import simulated
from tests.faults.chats import Chats, chatting
from tests.faults.judged import WAITS, Verdict, due, judged
from tests.faults.simulated import OnTheSpot, Simulated
from tests.papers import arxiv, record

BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
ZONES = (
    *("Europe/Berlin", "Europe/London", "Europe/Helsinki", "America/New_York", "America/Chicago"),
    *("America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Tokyo", "Asia/Shanghai"),
    *("Australia/Sydney", "UTC"),
)
TIMES = (time(2, 30), time(9), time(17, 30))
TOPICS = ("couriers", "routing", "caching", "pruning", "planning", "drafting", "sorting", "folding")
DAYS = (EVERY_DAY, WEEKDAYS, frozenset({0, 2, 4}))
THREADS = 7  # every so many-th channel shows its editions in threads
SOURCE = "broken"  # works every fourth day
ROUND_SECONDS, ROUNDS = 5, 200  # how often the jobs look, and how often at most for what is due at one instant


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it."""

    days: int = 72
    channels: int = 500
    waiting: int = 40
    kills: int = 30


@dataclass
class Doom:
    """When whoever works is killed: at the so many-th send, before the message is there or after. 0 for never."""

    sends: int = 0
    kept: bool = False
    dead: bool = False


class Doomed:
    """A platform on which whoever works may be killed, and then gets to know of nothing any more."""

    def __init__(self, platform: Platform, doom: Doom) -> None:
        self.platform, self.doom = platform, doom
        self.settle, self.room = platform.settle, platform.room

    async def send(self, delivery: Delivery) -> Outcome:
        self.doom.sends -= 1
        if self.doom.sends == 0 and not self.doom.kept:
            self.doom.dead = True
        if self.doom.dead:
            raise Killed
        last = self.doom.sends == 0
        outcome = await self.platform.send(delivery)
        self.doom.dead |= last
        if self.doom.dead:
            raise Killed
        return outcome

    async def find(self, delivery: Delivery) -> Finding:
        finding = await self.platform.find(delivery)
        if self.doom.dead:
            raise Killed
        return finding


class Life:
    """One process: its connections, and what its jobs do."""

    def __init__(self, store: Store, loop: Simulated, couriers: list[Courier], ids: count[int]) -> None:
        self.store, self.loop, self.couriers, self.ids = store, loop, couriers, ids

    @classmethod
    @asynccontextmanager
    async def begun(
        cls, store: Store, loop: Simulated, chats: Chats, doom: Doom, ids: count[int]
    ) -> AsyncIterator[Life]:
        """It is there, and has done what `run` does before its jobs."""
        there = fronts(chats.settings, store, loop.now, only={"slack", "discord"})
        slack, discord = there["slack"], there["discord"]
        assert isinstance(slack, SlackFront)
        assert isinstance(discord, DiscordFront)
        slack.pace.monotonic = discord.guard.monotonic = loop.time
        async with connected(there):
            made = [
                Courier(store, name, Doomed(front.platform, doom), loop.now, "run", loop.time)
                for name, front in there.items()
            ]
            for courier in made:
                await courier.recover(own=True)
            await correct_times(store, loop.now())
            yield cls(store, loop, made, ids)

    async def work(self) -> None:
        """Everything that is due, until nothing is on its way. Raises Killed."""
        rooms = {courier.name: courier.platform.room for courier in self.couriers}
        for _ in range(ROUNDS):
            await plan_due(self.store, self.loop.now(), rooms, lambda: f"d{next(self.ids)}")
            ended = await asyncio.gather(*(each.work() for each in self.couriers), return_exceptions=True)
            for end in sorted(ended, key=lambda end: not isinstance(end, Killed)):
                if isinstance(end, BaseException):
                    raise end
            if not await self.store.read(_open):
                return
            await asyncio.sleep(ROUND_SECONDS)
        raise AssertionError(f"not everything comes: {await self.store.read(outbox.counts)}")


def _open(connection: Connection) -> int:
    """How many deliveries are on their way, by the index of those."""
    on_the_way = text("SELECT count(*) FROM deliveries WHERE state NOT IN ('sent', 'dead')")
    return int(connection.execute(on_the_way).scalar_one())


@dataclass
class Soak:
    """The town, and who works for it."""

    store: Store
    size: Size
    loop: Simulated
    chats: Chats
    away: list[tuple[datetime, datetime]] = field(default_factory=list)
    fresh: list[datetime] = field(default_factory=list)
    days: int = 0

    def prepare(self) -> dict[str, Schedule]:
        """Channels of every kind, on every day or on weekdays, the waiting ones among them."""
        made = {}
        with self.store.writing() as connection:
            for n in range(self.size.channels):
                name = self.chats.channel(n)
                days = DAYS[n % len(DAYS)]
                zone, at = ZONES[n % len(ZONES)], TIMES[n // len(ZONES) % len(TIMES)]
                until = (datetime.combine(BEGIN, at) + WAITS).time() if n < self.size.waiting else None
                wait = SOURCE if until else ""
                layout = "thread" if n % THREADS == 0 else "rich"
                made[name] = Schedule(days=days, at=at, timezone=zone, limit=3, wait=wait, until=until, layout=layout)
                channels.ensure(connection, name, made[name], BEGIN)
                for topic in {TOPICS[n % len(TOPICS)], TOPICS[n // 3 % len(TOPICS)]}:
                    channels.subscribe(connection, name, parse(topic), "local:me", BEGIN)
        return made

    async def bring(self, day: date, number: int) -> None:
        """The day's papers, at midnight: one on each topic."""
        now = self.loop.now()
        said = [
            record(f"On {topic}, day {number}", identifiers=(arxiv(number * 100 + n),), announced=day)
            for n, topic in enumerate(TOPICS)
        ]
        await self.store.write(papers.save, said, now)
        run = runs.Run(SOURCE, now, now, "failed", why="it does not answer")
        if number % 4 == 0:
            run = runs.Run(SOURCE, now, now, "fresh")
            self.fresh.append(now)
        await self.store.write(runs.record, run)
        self.chats.forget()

    async def reached(self, instant: datetime) -> None:
        """Let it be so late, with what came until then."""
        while self.days <= self.size.days and BEGIN + timedelta(days=self.days) <= instant:
            midnight = BEGIN + timedelta(days=self.days)
            await self.loop.until(midnight)
            await self.bring(midnight.date(), self.days)
            self.days += 1
        await self.loop.until(instant)

    async def live(self, schedules: dict[str, Schedule]) -> None:
        """All the days, from one instant at which something is due to the next."""
        chance, ids = random.Random(72), count(1)
        dues = {each for schedule in schedules.values() for each in due(schedule, BEGIN, self.size.days)}
        instants = sorted(dues | {each + WAITS for each in dues})
        end = BEGIN + timedelta(days=self.size.days)
        fatal = {*chance.sample([each for each in instants if each < end - timedelta(days=1)], self.size.kills)}
        doom, waiting = Doom(), 0
        while instants:
            with_doom = Life.begun(self.store, self.loop, self.chats, doom, ids)
            try:
                async with with_doom as life:
                    await life.work()
                    while instants:
                        waiting += instants[0] in fatal
                        await self.reached(instants.pop(0))
                        if waiting and doom.sends <= 0:
                            doom.sends, doom.kept = chance.randint(1, 6), chance.random() < 0.5
                        await life.work()
            except Killed:
                waiting, left = waiting - 1, self.loop.now()
                doom.sends, doom.dead = 0, False
                await self.reached(left + timedelta(minutes=chance.choice((1, 5, 20, 60, 180, 540))))
                self.away.append((left, self.loop.now()))
                while instants and instants[0] <= self.loop.now():
                    waiting += instants.pop(0) in fatal


async def soaked(folder: Path, size: Size, loop: Simulated) -> Verdict:
    """Run it all, and judge it."""
    url = f"sqlite:///{folder / 'soak.db'}"
    open_store(url).close()
    store = quick(OnTheSpot(url))
    try:
        async with chatting() as chats:
            soak = Soak(store, size, loop, chats)
            schedules = soak.prepare()
            await soak.live(schedules)
            found = judged(store, schedules, BEGIN, size.days, soak.away, soak.fresh, chats.came())
            found.wrong.extend(f"refused {many} times: {what}" for what, many in chats.complaints().items())
    finally:
        store.close()
    if len(soak.away) != size.kills:
        found.wrong.append(f"{len(soak.away)} kills, not {size.kills}")
    found.figures["kills"] = len(soak.away)
    return found


def main(size: Size) -> int:
    """Print what came of it; 1 if anything is wrong."""
    began = clocks.monotonic(), clocks.process_time()
    with tempfile.TemporaryDirectory() as folder:
        found = simulated.run(BEGIN, lambda loop: soaked(Path(folder), size, loop))
    took, worked = clocks.monotonic() - began[0], clocks.process_time() - began[1]
    print(f"{size.days} days, {size.channels} channels, {len(ZONES)} timezones, {size.waiting} wait for what fails")
    print(", ".join(f"{many:,} {name}" for name, many in found.figures.items()))
    print("editions: " + ", ".join(f"{many:,} {kind}" for kind, many in found.kinds.most_common()))
    print("\n".join(found.wrong[:40]) or "audit clean; nothing unexplained")
    print(f"{took:.0f} s, {worked:.0f} s of one processor")
    return bool(found.wrong)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    sys.exit(main(Size(*map(int, sys.argv[1:]))))
