"""§4.1 to §4.4 in Slack: killed with -9 at any instant, or cut off after acceptance, each paper comes once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.commands import COMMANDS
from bot.slack.manifest import manifest
from db import channels, papers, schema
from db.migrate import open_store
from domain.delivery import MOVES, State
from domain.paper import Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.faults.forks import Forks
from tests.faults.killed import POINTS
from tests.faults.table import MEASURED, measured, told
from tests.faults.town import Count
from tests.slackd.faults import Dropped, Slow
from tests.slackd.fixture import judged
from tests.slackd.people import Workspace
from tests.slackd.refused import Json
from tests.slackd.screen import controls
from tests.slackd.server import Slackd
from tests.slackd.world import Post, Room

# `accepted`: Slack has the message, and its answer never left.
ALL = (*POINTS, "accepted")
FAULT = "kill -9 and lost answers in Slack"
PAPERS = 12  # in two messages
SCALE = 100
STOP_SECONDS = 10.0


@dataclass
class Round:
    """A store with channels that are due, a Slack, and processes that deliver from the one to the other."""

    forks: Forks
    slackd: Slackd
    workspace: Workspace
    rooms: list[Room]
    url: str
    note: Path
    runs: int = 0
    log: list[str] = field(default_factory=list)

    @classmethod
    def prepared(cls, forks: Forks, slackd: Slackd, folder: Path, many: int) -> Round:
        workspace = slackd.workspace()
        made = cls(
            forks,
            slackd,
            workspace,
            [workspace.room(f"c{n:03}") for n in range(many)],
            f"sqlite:///{folder / 'kills.db'}",
            folder / "note",
        )
        now = datetime.now(UTC)
        store = open_store(made.url)
        with store.writing() as connection:
            records = [
                Record(f"Paper {n} about couriers number{n}", "test", abstract="Word " * 60, announced=now.date())
                for n in range(PAPERS)
            ]
            papers.save(connection, records, now - timedelta(hours=3))
            for n, room in enumerate(made.rooms):
                name = workspace.channel(room)
                channels.ensure(connection, name, Schedule(limit=PAPERS), now - timedelta(hours=2))
                channels.subscribe(connection, name, parse("couriers"), "slack:T1/U1", now - timedelta(hours=2))
                due = now - timedelta(minutes=random.Random(n).randrange(1, 200))
                connection.execute(schema.channels.update().where(schema.channels.c.id == name).values(next_due=due))
        store.close()
        return made

    async def run(self, point: str = "-", count: int = 1) -> bool:
        """Deliver until nothing is due, or until the kill; whether it was killed."""
        self.runs += 1
        own = "-" if point == "accepted" else point
        pid = await self.begun(own, count, "run", "--once")
        left = count

        def stored(_: Post) -> None:
            nonlocal left
            left -= 1
            if point == "accepted" and left == 0:
                self.note.write_text(point)
                os.kill(pid, signal.SIGKILL)

        self.slackd.hub.stored = stored
        code = await asyncio.to_thread(self.forks.ended)
        assert code in {0, -9}, self.forks.said()
        self.log += self.forks.said().splitlines()
        return code == -9

    async def begun(self, point: str, count: int, *words: str) -> int:
        """A process that does this, and is killed at the point; its id."""
        told = {
            "PAPERROUND_DATABASE_URL": self.url,
            "PAPERROUND_PAGE": "off",
            "PAPERROUND_SLACK_API_URL": self.slackd.api,
            "SLACK_BOT_TOKEN": self.workspace.team.token,
            "SLACK_APP_TOKEN": self.slackd.hub.app_token,
        }
        own = (SCALE, point, count, self.note)
        return await asyncio.to_thread(lambda: self.forks.begin("killed_slack", *own, *words, **told))

    async def finished(self) -> None:
        """Deliver until everything is sent."""
        for _ in range(20):
            assert not await self.run()
            if set(self.states()) == {State.SENT}:
                return
        raise AssertionError(f"still {self.states()}")

    def states(self) -> Counter[str]:
        store = open_store(self.url)
        with store.reading() as connection:
            found = Counter(connection.execute(select(schema.deliveries.c.state)).scalars().all())
        store.close()
        return found

    def brought(self, room: Room) -> list[str]:
        """The papers of a channel, in order."""
        values = [
            control.element.get("value", "")
            for post in room.posts
            for control in controls(post.blocks)
            if control.option is None
        ]
        return [value.split()[1] for value in values if value.startswith("bookmark ")]

    def check(self, *, complete: bool) -> None:
        """No paper twice in a channel, in order; with `complete`, all of them, and the ledger says so."""
        store = open_store(self.url)
        with store.reading() as connection:
            for room in self.rooms:
                shown = self.brought(room)
                planned = connection.execute(
                    select(schema.items.c.paper)
                    .where(schema.items.c.channel == self.workspace.channel(room), schema.items.c.place == "seat")
                    .order_by(schema.items.c.position)
                ).scalars()
                expected = [f"p{number}" for number in planned]
                assert shown == expected[: len(shown)], f"{room.name} has {shown} of {expected}"
                assert len(set(shown)) == len(shown)
                assert not complete or len(shown) == PAPERS
            moved: dict[str, list[str]] = {}
            for row in connection.execute(select(schema.moves).order_by(schema.moves.c.number)):
                moved.setdefault(row.delivery, []).append(row.state)
            for states in moved.values():
                assert all(State(b) in MOVES[State(a)] for a, b in pairwise(states)), states
                assert not complete or states[-1] == State.SENT
        store.close()


async def _scenario(forks: Forks, folder: Path, many: int, kills: list[str], seed: int, dropped: int) -> Counter[str]:
    chance = random.Random(seed)
    met: Counter[str] = Counter()
    async with judged(manifest(COMMANDS), SCALE) as slackd:
        made = Round.prepared(forks, slackd, folder, many)
        share = max(1, many // (2 * len(kills)))
        for point in sorted(kills, key=ALL.index):  # once everything is planned, nothing is planned again
            made.note.unlink(missing_ok=True)
            if await made.run(point, chance.randint(1, share)):
                met[made.note.read_text()] += 1
                made.check(complete=False)
        plan = slackd.hub.fail("chat.postMessage", Dropped(hidden=0.05), times=dropped, after=1)
        await made.finished()
        made.check(complete=True)
        posts, messages = len(slackd.hub.requests("chat.postMessage")), sum(made.states().values())
        print(
            f"\n{many} channels, seed {seed}, {sum(met.values())} kills: "
            + ", ".join(f"{point} {met[point]}" for point in ALL)
            + f"; {plan.met} connections dropped after acceptance; "
            + f"{posts} posts for {messages} messages, {made.runs} processes"
        )
        assert plan.met == dropped
        told(FAULT, made.log)
        if seed == MEASURED:
            there = [post for room in made.rooms for post in room.posts]
            ids = {str((post.metadata or {})["event_payload"]["id"]) for post in there}
            count = Count(many, messages, len(there), len(there) - len(ids), messages - len(ids))
            measured(FAULT, sum(met.values()) + plan.met, count)
        assert posts == messages, "nothing was sent twice, and nothing once more than it had to be"
    return met


async def test_invariants_1_to_4_survive_kills_and_dropped_connections_in_slack(forks: Forks, tmp_path: Path) -> None:
    """A sample of what `make faults` does at length."""
    kills = ["sending", "posted", "accepted"]
    met = await _scenario(forks, tmp_path, 10, kills, seed=1, dropped=3)
    assert set(met) == set(kills)


@pytest.mark.faults
@pytest.mark.parametrize("seed", [2, 3, 4])
async def test_twenty_kills_and_twenty_dropped_connections_leave_each_paper_once(
    forks: Forks, tmp_path: Path, seed: int
) -> None:
    kills = [ALL[number % len(ALL)] for number in range(20)]
    met = await _scenario(forks, tmp_path, 120, kills, seed, dropped=20)
    assert sum(met.values()) == 20
    assert all(met[point] >= 2 for point in ALL), met


@pytest.mark.faults
async def test_told_to_stop_while_slack_does_not_answer_it_ends_in_time(forks: Forks, tmp_path: Path) -> None:
    async with judged(manifest(COMMANDS), SCALE) as slackd:
        made = Round.prepared(forks, slackd, tmp_path, 3)
        asked = asyncio.Event()

        def when(_: Json) -> bool:
            asked.set()
            return True

        slackd.hub.fail("chat.postMessage", Slow(600.0), times=3, when=when)
        pid = await made.begun("-", 1, "run")
        await asyncio.wait_for(asked.wait(), 60)
        began = time.monotonic()
        os.kill(pid, signal.SIGTERM)
        assert await asyncio.to_thread(forks.ended) == 0, forks.said()
        assert time.monotonic() - began < STOP_SECONDS
        assert "stopped; what was left goes on at the next start" in forks.said()
        await made.finished()
        made.check(complete=True)
