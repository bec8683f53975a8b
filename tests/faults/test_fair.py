"""§4.5: one slow or huge workspace or channel delays nobody else, measured."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import timedelta

import pytest

from db.store import Store
from digests import deliver
from digests.deliver import SENDS, Courier
from digests.room import ENDLESS
from domain.delivery import Absent, Delivery, Finding, Outcome, Sent
from tests.digests.place import Clock, planned

SLOW, QUICK = "far:slow/c{}", "far:quick/c{}"
TAKES = 0.3  # seconds that a send to the slow workspace takes


class Far:
    """A platform with a workspace that takes its time."""

    settle = timedelta(0)
    room = ENDLESS

    def __init__(self) -> None:
        self.came: dict[str, float] = {}
        self.under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def send(self, delivery: Delivery) -> Outcome:
        where = delivery.channel.partition("/")[0]
        self.under_way[where] += 1
        self.most[where] = max(self.most[where], self.under_way[where])
        if where == "far:slow":
            await asyncio.sleep(TAKES)  # this is what is measured
        self.under_way[where] -= 1
        self.came[delivery.id] = time.monotonic()
        return Sent(delivery.id)

    async def find(self, delivery: Delivery) -> Finding:
        return Absent()


async def test_a_slow_and_huge_workspace_delays_no_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "AGAIN_SECONDS", 0.05)
    slow = [name for n in range(24) for name in planned(store, SLOW.format(n))]
    quick = [name for n in range(12) for name in planned(store, QUICK.format(n), parts=2)]
    far, clock = Far(), Clock()
    assert await Courier(store, "far", far, clock, "run").deliver() == len(slow) + len(quick)
    last_quick = max(far.came[name] for name in quick)
    behind = [name for name in slow if far.came[name] > last_quick]
    assert len(behind) >= len(slow) - SENDS, "the slow ones' second turn comes after the last of the quick"
    assert far.most["far:slow"] == SENDS


async def test_a_channel_with_a_huge_edition_has_one_place(store: Store) -> None:
    huge = planned(store, "far:slow/huge", parts=8)
    other = planned(store, "far:slow/small")
    far, clock = Far(), Clock()
    far_send = asyncio.create_task(Courier(store, "far", far, clock, "run").deliver())
    await far_send
    assert sum(far.came[name] < far.came[other[0]] for name in huge) <= 1
    assert far.most["far:slow"] == 2
