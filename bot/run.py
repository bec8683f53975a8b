"""`paperround run`: everything that is configured, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot import health
from bot.alone import alone
from bot.commands.base import Desk
from bot.front import Clock, Fronts
from bot.jobs import Job, Jobs
from bot.night import LOOK_SECONDS, night
from bot.settings import Settings
from bot.upkeep import kept_up
from bot.web import serving
from bot.wiring import RUN, connected, desk, fronts, new_id, now, opened, sources
from db import channels, runs, sound
from db.store import Store
from digests.round import correct_times, plan_due
from sources.base import Source
from sources.ingest import fetch
from sources.registry import CALENDARS

log = logging.getLogger(__name__)

PLAN_SECONDS = 5.0
DELIVER_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 3600.0
ONCE_SECONDS = 120.0  # at most, that `--once` waits for sources before it plans
READ_SECONDS = 0.3  # at most, that the start looks for damage: a large store is read through at night
FIRST_LOOK_SECONDS = 30.0  # at most, that what is due at the start waits for what the sources have by then


async def once(settings: Settings, clock: Clock = now) -> None:
    """Fetch, plan and deliver what is due, and end: for cron."""
    with opened(settings) as store, alone(store.path):
        _read(store)
        there = fronts(settings, store, clock)
        async with connected(there):
            here = desk(store, settings, clock, there, RUN)
            await _recover(here)
            looks = [asyncio.create_task(fetch(store, source, clock)) for source in sources(settings, store)]
            # A source that takes long delays only itself: what it brings is in the next digest.
            if looks:
                await asyncio.wait(looks, timeout=ONCE_SECONDS)
            await correct_times(store, clock())
            await plan_due(store, clock(), here.rooms, new_id, CALENDARS)
            for courier in here.couriers.values():
                await courier.deliver()
            await store.write(_sweep, clock())
            await asyncio.gather(*looks)
            await night(store, settings, clock)


async def forever(settings: Settings, clock: Clock = now) -> None:
    """Run everything until SIGTERM or SIGINT."""
    with opened(settings) as store, alone(store.path):
        _read(store)
        await work(store, settings, clock, lambda page: log.info("ready: page %s, store %s", page or "off", store.path))
    log.info("stopped; what was left goes on at the next start")


async def work(store: Store, settings: Settings, clock: Clock, ready: Callable[[str], None]) -> None:
    """Run the jobs, the platforms and the page on this store until SIGTERM or SIGINT.

    `ready` is called once with the page's address, empty if there is none.
    """
    there = fronts(settings, store, clock)
    here = desk(store, settings, clock, there, RUN)
    async with _told_to_stop() as stopped, connected(there):
        await _recover(here)
        await correct_times(store, clock())
        jobs = Jobs(_jobs(here, store, settings, clock), clock, partial(_jumped, here, clock))
        async with _served(here, settings, there, jobs) as page, _heard(here, there):
            ready(page)
            await jobs.run(stopped)


def _read(store: Store) -> None:
    """Raise StoreError where the store is damaged, as far as that can be seen in a moment."""
    if not sound.check(store, READ_SECONDS):
        log.info("the store is too large to be read through at each start; that is done at night")


@asynccontextmanager
async def _told_to_stop() -> AsyncIterator[asyncio.Event]:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    try:
        yield stopped
    finally:
        with contextlib.suppress(ValueError):
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(name)


@asynccontextmanager
async def _served(here: Desk, settings: Settings, there: Fronts, jobs: Jobs) -> AsyncIterator[str]:
    if settings.page is None:
        yield ""
        return
    # The page answers whatever nobody else does.
    fronts_ = sorted(there, key=lambda name: name == "local")
    routes = [route for name in fronts_ for route in there[name].routes(here)]
    async with serving(settings.page, [*health.routes(here, settings, jobs), *routes]) as address:
        yield settings.page_url or f"http://{address}"


@asynccontextmanager
async def _heard(here: Desk, there: Fronts) -> AsyncIterator[None]:
    listening = [asyncio.create_task(kept_up(name, front, here)) for name, front in there.items()]
    try:
        yield
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)


def _jobs(here: Desk, store: Store, settings: Settings, clock: Clock) -> list[Job]:
    every = sources(settings, store)
    looked = {source.name: asyncio.Event() for source in every}
    patience = asyncio.get_running_loop().time() + FIRST_LOOK_SECONDS

    async def look(source: Source) -> None:
        try:
            await fetch(store, source, clock)
        finally:
            looked[source.name].set()

    async def plan() -> None:
        # A digest that was due while nobody was here shall hold what came in the meantime.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(patience):
                await asyncio.gather(*(event.wait() for event in looked.values()))
        await plan_due(store, clock(), here.rooms, new_id, CALENDARS)

    async def sweep() -> None:
        await store.write(_sweep, clock())

    return [
        *(Job(f"fetch {source.name}", source.every, partial(look, source)) for source in every),
        Job("plan", PLAN_SECONDS, plan),
        *(Job(f"deliver {name}", DELIVER_SECONDS, courier.work) for name, courier in here.couriers.items()),
        Job("housekeeping", HOUSEKEEPING_SECONDS, sweep),
        Job("night", LOOK_SECONDS, partial(night, store, settings, clock)),
    ]


def _sweep(connection: Connection, at: datetime) -> None:
    channels.sweep(connection, at)
    runs.sweep(connection, at)


async def _recover(here: Desk) -> None:
    for courier in here.couriers.values():
        await courier.recover(own=True)


async def _jumped(here: Desk, clock: Clock) -> None:
    await correct_times(here.store, clock())
    for courier in here.couriers.values():
        await courier.correct_times()
