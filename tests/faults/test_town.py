"""§4.1 to §4.5 and §4.11: whatever befalls store, clock and platform, each message comes once, and the log tells it.

`make faults` does each at length and writes what it measured into docs/reliability.md.
"""

from __future__ import annotations

import logging
import random
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from itertools import cycle

import pytest
from sqlalchemy import event

from db import store as stores
from db.store import Store
from digests import deliver
from domain.delivery import Permanent, RetryAt
from tests.digests.place import DIES, HANGS, KEPT, KEPT_DIES, KEPT_HANGS, LOST, Killed
from tests.faults.table import measured, told
from tests.faults.town import Town, locked

Fault = Callable[[Town, int], Awaitable[None]]
HARD = pytest.mark.faults, pytest.mark.timeout(1800)
LENGTH = [pytest.param(False, id="sample"), pytest.param(True, marks=HARD, id="long")]


async def troubled(town: Town, times: int, *acts: object) -> None:
    """Sends that end so, one or two in every few hours."""
    chance = random.Random(5)
    for _ in range(times):
        town.far.tell(chance.choice(town.names), chance.choice(acts))  # type: ignore[arg-type]  # any of them
        await town.live(hours=3)


async def unseen(town: Town, times: int) -> None:
    await troubled(town, times, KEPT, LOST, HANGS, KEPT_HANGS)


async def busy(town: Town, times: int) -> None:
    await troubled(town, times, RetryAt("busy"))


async def gone(town: Town, times: int) -> None:
    await troubled(town, times, Permanent("gone", channel=True))


async def down(town: Town, times: int) -> None:
    for _ in range(times):
        await town.live(hours=20)
        town.far.down = True
        await town.live(hours=24)
        town.far.down = False


async def workers(town: Town, times: int) -> None:
    town.couriers.append(town.courier("cli-1"))
    chance = random.Random(6)
    for _ in range(times):
        town.far.tell(chance.choice(town.names), chance.choice((KEPT, LOST)))
        await town.live(hours=3)


async def clocks(town: Town, times: int) -> None:
    chance = random.Random(7)
    for n, hours in zip(range(times), cycle((7, -7, 3, -3, 1, -1)), strict=False):
        for name in town.names:
            town.far.tell(name, chance.choice((KEPT, LOST)))
        await town.live(hours=chance.randint(1, 8))
        await town.jump(hours=hours)
        await (town.live(hours=chance.randint(1, 8)) if n % 2 else town.tick(minutes=1))
        await town.jump(hours=-hours)


async def summer(town: Town, times: int) -> None:
    """Over the nights in which New York's and Berlin's clocks leap; channels are due at 02:30 there."""
    await town.live(days=28 if times > 1 else 7)


async def killed(town: Town, times: int) -> None:
    """Whoever works stops where it is, in the middle of a send; another starts in its place."""
    chance = random.Random(8)
    for _ in range(times):
        for name in town.names:
            town.far.tell(name, chance.choice((DIES, KEPT_DIES)))
        with pytest.raises(Killed):
            await town.live(days=3)
        town.far.acts.clear()
        town.restart()
        town.clock.tick(minutes=chance.choice((1, 30, 60)))
        await town.recover()


async def held(town: Town, times: int) -> None:
    """Six tries of ten seconds; scaled, for nobody wants to wait that long."""
    for _ in range(times):
        await town.live(hours=1)
        with locked(town.store):
            for _ in range(6):
                await town.tick(seconds=10)
        await town.live(hours=2)


async def full(town: Town, times: int) -> None:
    for _ in range(times):
        await town.live(hours=4)
        with cramped(town.store):
            await town.live(hours=7)


async def frozen(town: Town, times: int) -> None:
    for _ in range(times):
        await town.live(hours=4)
        with unwritable(town.store):
            await town.live(hours=7)


@contextmanager
def cramped(store: Store) -> Iterator[None]:
    """No page more than there are: what SQLite says then is what it says of a full disk."""
    with closing(sqlite3.connect(store.path)) as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
    with with_pragma(store, f"PRAGMA max_page_count = {pages}", "PRAGMA max_page_count = 1073741823"):
        yield


@contextmanager
def unwritable(store: Store) -> Iterator[None]:
    """Reading only: what SQLite says then is what it says of a file system that is so."""
    with with_pragma(store, "PRAGMA query_only = ON", "PRAGMA query_only = OFF"):
        yield


@contextmanager
def with_pragma(store: Store, begin: str, end: str) -> Iterator[None]:
    def tell(connection: sqlite3.Connection, _record: object, _proxy: object) -> None:
        connection.execute(now)

    now = begin
    event.listen(store.engine, "checkout", tell)
    try:
        yield
    finally:
        now = end


RUNS: dict[str, tuple[Fault, int, int]] = {  # how often in a sample, and at length
    "kill -9 at random": (killed, 2, 60),
    "answer never seen": (unseen, 8, 60),
    "platform busy": (busy, 6, 60),
    "channel gone and back": (gone, 6, 60),
    "platform down for a day": (down, 1, 6),
    "two workers on one store": (workers, 6, 60),
    "clock set back and forth by hours": (clocks, 3, 40),
    "daylight saving begins": (summer, 1, 2),
    "store locked for a minute": (held, 3, 40),
    "disk full": (full, 3, 40),
    "read-only file system": (frozen, 3, 40),
}


@pytest.mark.parametrize("long", LENGTH)
@pytest.mark.parametrize("fault", RUNS)
async def test_each_message_comes_once(
    fault: str, long: bool, store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(deliver, "TIMEOUT_SECONDS", 0.02)
    monkeypatch.setattr(deliver, "AGAIN_SECONDS", 0.01)
    caplog.set_level(logging.INFO)
    if fault == "store locked for a minute":
        monkeypatch.setattr(stores, "BUSY_SECONDS", 0.02)
    town = Town(store, many=12 if long else 4, minutes=20 if long else 30)
    do, few, many = RUNS[fault]
    times = many if long else few
    await do(town, times)
    count = await town.settled()
    assert (count.doubled, count.lost) == (0, 0)
    assert count.sent == count.expected > 0
    told(fault, caplog.messages)
    if long:
        measured(fault, times, count)
