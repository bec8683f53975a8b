"""§4.1 to §4.4 through Discord: killed with -9 at any instant, each channel has each paper once."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from db.store import Store
from tests.bot.discord.house import House
from tests.discordd.faults import POST_THREAD, SEND, Fault
from tests.discordd.server import Discordd
from tests.discordd.state import TOKEN
from tests.faults.discord import check, counted, finished, prepared
from tests.faults.forks import Forks
from tests.faults.killed import POINTS
from tests.faults.table import MEASURED, measured, told

FAULT = "kill -9 in Discord"


async def _run(forks: Forks, house: House, point: str, count: int, note: Path) -> bool:
    """`run --once` in a process that is killed at the count-th time the point is reached; whether it was.

    `posted`, the message is in the channel and nobody knows, is where the server kills it: before its answer.
    """
    inside = "-" if point == "posted" else point
    pid = await asyncio.to_thread(
        forks.begin,
        *("killed", inside, count, note, "run", "--once"),
        PAPERROUND_DATABASE_URL=f"sqlite:///{house.store.path}",
        PAPERROUND_DISCORD_API_URL=house.server.api,
        DISCORD_TOKEN=TOKEN,
    )
    server = house.server
    if point == "posted":
        route = POST_THREAD if count % 2 else SEND
        server.faults.add(Fault(route, after=count // 2, then=lambda: os.kill(pid, signal.SIGKILL)))
    code = await asyncio.to_thread(forks.ended)
    server.faults.coming.clear()
    assert code in {0, -signal.SIGKILL}, forks.said()
    return code != 0


async def _scenario(forks: Forks, house: House, kills: Sequence[tuple[str, int]], note: Path) -> Counter[str]:
    met: Counter[str] = Counter()
    for point, count in kills:
        met[point] += await _run(forks, house, point, count, note)
    await finished(house)
    return met


# Early points first: once everything is planned, nothing is planned again, and that is done in few transactions.
TWENTY = ("planning", "planned") * 2 + ("claimed", "sending", "posted", "sent") * 4


def _seeded(seed: int) -> list[tuple[str, int]]:
    chance = random.Random(seed)
    return [(point, chance.randint(1, 3)) for point in sorted(TWENTY, key=POINTS.index)]


async def test_invariants_1_to_4_hold_through_kills(
    forks: Forks, discordd: Discordd, store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A sample of what `make faults` does at length: the points at which Discord has a word."""
    # A kill leaves whatever was under way to be looked up: each needs channels that nothing was sent to yet.
    house, places = prepared(discordd, store, 40)
    met = await _scenario(forks, house, [("sending", 2), ("posted", 2), ("posted", 3)], tmp_path / "note")
    check(house, places)
    told(FAULT, caplog.messages)
    assert met == {"sending": 1, "posted": 2}


@pytest.mark.faults
@pytest.mark.parametrize("seed", [2, 3])
async def test_twenty_kills_leave_each_paper_once(
    forks: Forks, discordd: Discordd, store: Store, tmp_path: Path, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    house, places = prepared(discordd, store, 100)
    met = await _scenario(forks, house, _seeded(seed), tmp_path / "note")
    check(house, places)
    told(FAULT, caplog.messages)
    if seed == MEASURED:
        measured(FAULT, sum(met.values()), await counted(house, places))
    print("\n100 channels, 20 kills: " + ", ".join(f"{point} {met[point]}" for point in POINTS))
    assert all(met[point] >= 2 for point in POINTS), met
