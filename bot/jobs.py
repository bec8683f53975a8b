"""What runs by itself: a small fixed set of jobs, whatever the number of channels.

What is due stands in the store, so a job that runs late, twice or after a restart loses and doubles nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from msgspec import Struct

from domain.errors import PaperroundError

log = logging.getLogger(__name__)

WATCH_SECONDS = 5.0
JUMP_SECONDS = 2.0  # more than a slow tick or a slewed clock makes
GRACE_SECONDS = 5.0  # for what is under way at the end: half of the 10 that containers get, for closing takes time too


class Job(Struct, frozen=True):
    """Something to do every so many seconds."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


@BaseTrigger.register
class Every(Struct, frozen=True):
    """APScheduler's trigger for an interval counted from the last run.

    Its own one counts from the first, and goes through all that were missed, one by one: a clock that jumps
    ahead by years would keep it busy for minutes.
    """

    seconds: float

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """When to run next."""
        return now + timedelta(seconds=self.seconds)


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
        # By monotonic seconds: when all began, and when each job last ended well; and how often each failed.
        self.began = time.monotonic()
        self.ended: dict[str, float] = {}
        self.failed: Counter[str] = Counter()
        self._under_way: set[asyncio.Task[object]] = set()

    async def run(self, stopped: asyncio.Event) -> None:
        """Run every job at once and then at its interval; returns once `stopped` is set and none is under way.

        A job that takes longer than `GRACE_SECONDS` to end then is cancelled.
        """
        for job in self.jobs:
            self.scheduler.add_job(
                self.guarded,
                Every(job.seconds),
                args=[job],
                id=job.name,
                next_run_time=_wall(),
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,  # its default of one second drops what comes late
            )
        self.scheduler.start()
        try:
            await self._watch(stopped)
        finally:
            await self._end()

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
                    await self.guarded(Job("clock", 0, self.jumped))
                    for job in self.jobs:
                        self.scheduler.modify_job(job.name, next_run_time=_wall())

    async def _end(self) -> None:
        # APScheduler's own shutdown would cancel what is under way, `wait` or not.
        self.scheduler.pause()
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=GRACE_SECONDS)
            for task in late:
                log.warning("a job takes too long to end; it is cancelled")
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=GRACE_SECONDS)
        self.scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # which it does in the event loop's next round

    def _offset(self) -> float:
        return self.clock().timestamp() - time.monotonic()

    async def guarded(self, job: Job) -> None:
        """Do a job once, whatever it raises."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a job runs in a task, which can be cancelled when it takes too long to end")
        self._under_way.add(task)
        try:
            await job.work()
            self.ended[job.name] = time.monotonic()
        except asyncio.CancelledError:
            # At the end only. The scheduler would call it an error.
            log.warning("job=%s was stopped; what it left goes on at the next start", job.name)
        except PaperroundError as error:
            # Said for people: where in the code that was tells them nothing.
            self.failed[job.name] += 1
            again = f"nothing is lost, it runs again in {job.seconds:.0f} s"
            log.error("job=%s failed: %s What it does is not done now, for any channel; %s", job.name, error, again)  # noqa: TRY400  # the line says the cause; a trace at each try would bury it
        except Exception:
            self.failed[job.name] += 1
            # A job that failed is tried at its next time; the others never notice.
            log.exception("job=%s failed; it runs again at its next time", job.name)
        finally:
            self._under_way.discard(task)


def _wall() -> datetime:
    # What APScheduler reads, whatever clock the jobs are given.
    return datetime.now(UTC)
