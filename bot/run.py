"""`paperround run`: everything that is configured, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.commands.base import Desk
from bot.jobs import Job, Jobs
from bot.settings import Settings
from bot.wiring import RUN, desk, new_id, now, opened
from db import channels
from db.store import Store
from digests.editions import correct_times, plan_due
from domain.errors import StoreError
from sources.ingest import fetch
from sources.registry import configured

log = logging.getLogger(__name__)

PLAN_SECONDS = 5.0
DELIVER_SECONDS = 5.0
HOUSEKEEPING_SECONDS = 3600.0


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the store's lock: one `run` at a time. The system lets go of it when the process ends, however it ends.

    Raises StoreError naming the process that holds it.
    """
    lock = path.with_name(path.name + ".lock")
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{lock} cannot be written: {error.strerror}.", "Check who owns the folder.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(handle, 20, 0).decode().strip() or "another process"
            raise StoreError(
                f"Another `paperround run` (process {holder}) works on {path}.", "Stop that one first, or let it work."
            ) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


async def once(settings: Settings, clock: Callable[[], datetime] = now) -> None:
    """Fetch, plan and deliver what is due, and end: for cron."""
    with opened(settings) as store, alone(store.path):
        here = desk(store, settings, clock, RUN)
        await _recover(here)
        for source in configured(settings.sources):
            await fetch(store, source, clock)
        await correct_times(store, clock())
        await plan_due(store, clock(), here.fits, new_id)
        for courier in here.couriers.values():
            await courier.deliver()
        await store.write(channels.sweep, clock())


async def forever(settings: Settings, clock: Callable[[], datetime] = now) -> None:
    """Run the jobs until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    with opened(settings) as store, alone(store.path):
        here = desk(store, settings, clock, RUN)
        await _recover(here)
        await correct_times(store, clock())
        jobs = Jobs(_jobs(here, store, settings, clock), clock, partial(_jumped, here, clock))
        log.info("ready: store %s, platforms %s", store.path, ", ".join(here.couriers))
        await jobs.run(stopped)
        log.info("stopped; what was left goes on at the next start")
    with contextlib.suppress(ValueError):
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(name)


def _jobs(here: Desk, store: Store, settings: Settings, clock: Callable[[], datetime]) -> list[Job]:
    async def plan() -> None:
        await plan_due(store, clock(), here.fits, new_id)

    async def sweep() -> None:
        await store.write(channels.sweep, clock())

    return [
        Job("plan", PLAN_SECONDS, plan),
        *(Job(f"deliver {name}", DELIVER_SECONDS, courier.work) for name, courier in here.couriers.items()),
        *(
            Job(f"fetch {source.name}", source.every, partial(fetch, store, source, clock))
            for source in configured(settings.sources)
        ),
        Job("housekeeping", HOUSEKEEPING_SECONDS, sweep),
    ]


async def _recover(here: Desk) -> None:
    for courier in here.couriers.values():
        await courier.recover(own=True)


async def _jumped(here: Desk, clock: Callable[[], datetime]) -> None:
    await correct_times(here.store, clock())
    for courier in here.couriers.values():
        await courier.correct_times()
