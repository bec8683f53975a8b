"""An edition can be followed through the log, from its plan to the platform's answer, whoever writes the line."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import select

from bot.local.platform import LocalPlatform
from db import schema
from db.store import Store
from digests.deliver import Courier
from domain.delivery import Delivery, Outcome
from tests.bot.reading_logs import logged
from tests.digests.place import Clock
from tests.digests.round import DUE, GENERAL, OTHER, bring, follow, plan

library = logging.getLogger("somebody.s.library")


class Talkative(LocalPlatform):
    """A platform whose library logs what it likes, here and in tasks of its own."""

    async def send(self, delivery: Delivery) -> Outcome:
        library.info("connecting, %s", "attempt 1")
        await asyncio.create_task(self.elsewhere())
        library.warning("channel=%s is slow", delivery.channel)
        return await super().send(delivery)

    async def elsewhere(self) -> None:
        library.info("pool=a reusing a connection")


async def sent(store: Store) -> str:
    """Plan and deliver an edition of two channels; returns the id of the first one's delivery."""
    clock = Clock(DUE)
    for name in (GENERAL, OTHER):
        await follow(store, name)
    await bring(store, 1)
    await plan(store)
    await Courier(store, "local", Talkative(store, clock), clock, "run", clock.monotonic).work()
    wanted = select(schema.deliveries.c.id).where(schema.deliveries.c.channel == GENERAL)
    return str(await store.read(lambda connection: connection.execute(wanted).scalar_one()))


async def test_an_edition_is_followed_through_the_lines_of_text(store: Store) -> None:
    with logged(as_json=False) as log:
        delivery = await sent(store)
    here = f"channel={GENERAL} edition=1 "
    assert [line.partition(" ")[0] for line in log.lines(here)] == [
        "digests.round",
        *["somebody.s.library"] * 3,
        "bot.local.platform",
        "digests.deliver",
    ]
    [plan_line] = log.lines("planned")[:1]
    assert plan_line == f"digests.round {here}planned: 1 papers, 0 held back, 1 messages; due at 2026-11-16 09:00 UTC"
    named = f"{here}part=1/1 delivery={delivery} "
    assert f"somebody.s.library {named}connecting, attempt 1" in log.lines(named)
    assert f"somebody.s.library {named}is slow" in log.lines(named), "what it said already is not said twice"
    assert log.lines(named)[-1] == f"digests.deliver {named}sent as 1"


async def test_an_edition_is_followed_through_the_lines_of_json(store: Store) -> None:
    with logged(as_json=True) as log:
        delivery = await sent(store)
    assert len(log.told(channel=GENERAL, edition="1")) == 6
    assert len(log.told(delivery=delivery, part="1/1")) == 5
    assert len(log.told(channel=OTHER, edition="1")) == 6
    [pooled] = [each for each in log.told(delivery=delivery) if "pool" in each]
    assert pooled["pool"] == "a"


async def test_what_is_done_after_it_is_nobody_s(store: Store) -> None:
    with logged(as_json=False) as log:
        await sent(store)
        library.info("idle")
    assert log.lines("idle") == ["somebody.s.library idle"]
