"""What runs by itself: a small fixed set of jobs, whatever the number of channels.

What is due stands in the store, so a job that runs late, twice or after a restart loses and doubles nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0
JUMP_SECONDS = 2.0  # more than a slow tick or a slewed clock makes


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so many seconds."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


class Jobs:
    """Runs jobs until it is stopped, whatever they raise and whatever the wall clock does.

    APScheduler 3 keeps a job's next time by the wall clock and sleeps until then, so after the clock was set
    back it stands still for as long. The watch compares the wall clock with the monotonic one, and after a
    jump wakes every job and calls `jumped`.
    """

    def __init__(self, jobs: list[Job], clock: Callable[[], datetime], jumped: Callable[[], Awaitable[object]]) -> None:
        self.jobs = jobs
        self.clock = clock
        self.jumped = jumped
        self.scheduler = AsyncIOScheduler(timezone="UTC")

    async def run(self, stopped: asyncio.Event) -> None:
        """Run every job at once and then at its interval; returns once `stopped` is set and none is under way."""
        for job in self.jobs:
            self.scheduler.add_job(
                _guarded,
                "interval",
                args=[job],
                id=job.name,
                seconds=job.seconds,
                next_run_time=self.clock(),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,  # its default of one second drops what comes late
            )
        self.scheduler.start()
        try:
            await self._watch(stopped)
        finally:
            self.scheduler.shutdown(wait=True)

    async def _watch(self, stopped: asyncio.Event) -> None:
        offset = self._offset()
        while not stopped.is_set():
            try:
                await asyncio.wait_for(stopped.wait(), WATCH_SECONDS)
            except TimeoutError:
                jump = self._offset() - offset
                if abs(jump) > JUMP_SECONDS:
                    log.warning("the clock jumped by %+.0f seconds; looking at everything anew", jump)
                    offset += jump
                    await _guarded(Job("clock", 0, self.jumped))
                    for job in self.jobs:
                        self.scheduler.modify_job(job.name, next_run_time=self.clock())

    def _offset(self) -> float:
        return self.clock().timestamp() - time.monotonic()


async def _guarded(job: Job) -> None:
    try:
        await job.work()
    except Exception:
        # A job that failed is tried at its next time; the others never notice.
        log.exception("job=%s failed; it runs again at its next time", job.name)
