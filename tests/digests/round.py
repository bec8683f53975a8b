"""A channel, its papers and its plans, in few words."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection

from db import channels, ledger, outbox, papers
from db.store import Store
from digests import editions
from digests.editions import draft, new_papers
from digests.room import ENDLESS
from digests.round import plan_due
from digests.waiting import NO_CALENDARS, Calendars
from domain.channel import Channel
from domain.delivery import Delivery
from domain.edition import Edition
from domain.parse import parse
from domain.schedule import Schedule
from tests.papers import abstract, arxiv
from tests.papers import record as said

GENERAL, OTHER = "local:general", "local:other"
DAILY = Schedule(at=time(9))
START = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, an hour before the digest
DUE = START + timedelta(hours=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_ids = count(1)
ROOMS = {"local": ENDLESS}


def new_id() -> str:
    return f"edition{next(_ids)}"


async def follow(store: Store, channel: str = GENERAL, *queries: str, schedule: Schedule = DAILY) -> None:
    def add(connection: Connection) -> None:
        channels.ensure(connection, channel, schedule, START)
        for query in queries or ("caching",):
            channels.subscribe(connection, channel, parse(query), "local:me", START)

    await store.write(add)


async def bring(store: Store, *numbers: int, now: datetime = START, **more: Any) -> None:
    records = [
        said(f"Caching, part {n}", abstract=abstract(n), identifiers=(arxiv(n),), **{"announced": now.date(), **more})
        for n in numbers
    ]
    await store.write(papers.save, records, now)


async def plan(store: Store, now: datetime = DUE, calendars: Calendars = NO_CALENDARS) -> int:
    return await plan_due(store, now, ROOMS, new_id, calendars)


async def channel(store: Store, name: str = GENERAL) -> Channel:
    return await store.read(channels.existing, name)


async def edition(store: Store, number: int, name: str = GENERAL) -> Edition:
    found = await store.read(ledger.edition, name, number)
    assert found is not None, f"edition {number}"
    return found


def seats(planned: Edition) -> set[int]:
    return {item.paper.number for item in planned.seats}


async def deliveries(store: Store, number: int, name: str = GENERAL) -> list[Delivery]:
    return await store.read(outbox.of_edition, name, number)


async def drafts(store: Store, now: datetime, *names: str) -> list[editions.Draft]:
    def decide(connection: Connection) -> list[editions.Draft]:
        dues = {channels.existing(connection, name): now for name in names or (GENERAL,)}
        return draft(connection, dues, new_papers(connection, now), now, ROOMS)

    return await store.read(decide)
