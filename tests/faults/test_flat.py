"""Nothing grows: memory and open files over thousands of commands and of deliveries."""

from __future__ import annotations

import gc
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from db.store import Store
from digests.deliver import Courier
from tests.bot.talk import DRAFTS, Talk
from tests.digests.place import Clock, planned
from tests.faults.table import kept
from tests.faults.town import SETTLE, Far

PAGE_SIZE = os.sysconf("SC_PAGE_SIZE")
GROWTH = 8.0  # megabytes, at most, from the middle to the end
SAID = ("search drafts", "subscriptions", "bookmarks", "why p1", "help", "status", "digest", "serch", "similar p2")


def figures() -> tuple[float, int]:
    """This process's memory in megabytes, and its open files."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * PAGE_SIZE / 1e6, len(list(Path("/proc/self/fd").iterdir()))


async def measured(do: Callable[[int], Awaitable[object]], many: int) -> list[tuple[float, int]]:
    """At the start (once all is warm), in the middle and at the end."""
    for n in range(max(60, many // 10)):
        await do(n)
    found = [figures()]
    for half in (1, 2):
        for n in range(many // 2):
            await do(100_000 * half + n)
        found.append(figures())
    return found


LENGTH = [60, pytest.param(10_000, marks=[pytest.mark.faults, pytest.mark.timeout(3600)])]


@pytest.mark.parametrize("many", LENGTH)
async def test_commands_leave_nothing_behind(store: Store, many: int) -> None:
    talk = Talk(store)
    talk.take(DRAFTS)
    await talk.ok("subscribe drafts")
    told(await measured(lambda n: talk.say(SAID[n % len(SAID)]), many), f"{many:,} commands", many)


@pytest.mark.parametrize("many", LENGTH)
async def test_deliveries_leave_nothing_behind(store: Store, many: int) -> None:
    clock = Clock()
    far = Far(clock, SETTLE)
    courier = Courier(store, "far", far, clock, "run", clock.monotonic)
    editions = {"far:a/1": 0, "far:b/2": 0}

    async def deliver(n: int) -> None:
        name = list(editions)[n % 2]
        editions[name] += 1
        planned(store, name, 1, editions[name])
        assert await courier.work() == 1
        for those in (far.kept, far.sends, far.looks):
            those.clear()  # the platform's memory is none of ours

    told(await measured(deliver, many), f"{many:,} deliveries", many)


def told(found: list[tuple[float, int]], what: str, many: int) -> None:
    (_, files), (middle, _), (end, left) = found
    assert left <= files + 1, found
    assert end - middle < GROWTH, found
    if many > 1000:
        kept(what, [f"{memory:.0f} MB, {files} files" for memory, files in found])
