"""The few jobs that run by themselves: whatever raises, hangs or turns the clock stops none (invariants 3, 5, 11)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

import bot.jobs
from bot.jobs import Every, Job, Jobs

SOON = 10.0  # seconds within which everything here happens, however busy the machine is


@pytest.fixture(autouse=True)
def _watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.jobs, "WATCH_SECONDS", 0.02)
    monkeypatch.setattr(bot.jobs, "GRACE_SECONDS", 0.3)


def wall() -> datetime:
    return datetime.now(UTC)


class Counter:
    """Work that counts how often it was done, and can be waited for."""

    def __init__(self) -> None:
        self.done = 0
        self._changed = asyncio.Condition()

    async def __call__(self) -> None:
        async with self._changed:
            self.done += 1
            self._changed.notify_all()

    async def reach(self, count: int) -> None:
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: self.done >= count), SOON)

    async def more(self, count: int = 1) -> None:
        await self.reach(self.done + count)


async def nothing() -> None:
    """A clock that jumped is no matter to anyone."""


@asynccontextmanager
async def running(
    *jobs: Job, clock: Callable[[], datetime] = wall, jumped: Callable[[], Awaitable[object]] = nothing
) -> AsyncIterator[asyncio.Task[None]]:
    stopped = asyncio.Event()
    task = asyncio.create_task(Jobs(list(jobs), clock, jumped).run(stopped))
    yield task
    stopped.set()
    await asyncio.wait_for(task, SOON)


async def test_every_job_runs_at_once_and_again() -> None:
    often, seldom = Counter(), Counter()
    async with running(Job("often", 0.01, often), Job("seldom", 3600, seldom)):
        await often.reach(5)
        await seldom.reach(1)
    assert seldom.done == 1


async def test_nothing_runs_once_it_has_ended() -> None:
    often = Counter()
    async with running(Job("often", 0.005, often)):
        await often.reach(2)
    done = often.done
    await asyncio.sleep(0.05)
    assert often.done == done


async def test_invariant_5_a_job_that_raises_goes_on_and_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    tried, other = Counter(), Counter()

    async def broken() -> None:
        await tried()
        raise LookupError("nowhere")

    async with running(Job("broken", 0.01, broken), Job("other", 0.01, other)):
        await tried.reach(3)
        await other.reach(3)
    assert "job=broken failed" in caplog.text
    assert "nowhere" in caplog.text


async def test_invariant_5_a_job_that_hangs_holds_up_no_other_and_is_not_started_twice() -> None:
    begun, other = Counter(), Counter()

    async def hanging() -> None:
        await begun()
        await asyncio.Event().wait()

    async with running(Job("hanging", 0.01, hanging), Job("other", 0.01, other)):
        await begun.reach(1)
        await other.more(10)
    assert begun.done == 1


@pytest.mark.parametrize("hours", [-5, -48, 5, 24 * 365 * 30])
async def test_invariant_11_a_clock_that_jumps_stops_nothing(hours: int, caplog: pytest.LogCaptureFixture) -> None:
    often, jumped = Counter(), Counter()
    start = wall()
    with time_machine.travel(start, tick=True) as clock:
        async with running(Job("often", 0.05, often), Job("hourly", 3600, hourly := Counter()), jumped=jumped):
            await often.reach(2)
            await hourly.reach(1)
            before = time.monotonic()
            clock.move_to(start + timedelta(hours=hours))
            await jumped.reach(1)
            await often.more(3)
            # Whatever hourly waits for may have come or not: it looks.
            await hourly.reach(2)
            assert time.monotonic() - before < SOON
    assert jumped.done == 1
    assert f"the clock jumped by {hours * 3600:+}"[:24] in caplog.text


async def test_apscheduler_alone_would_stand_still() -> None:
    """If this fails, APScheduler has learnt it, and the watch can go."""
    often = Counter()
    start = wall()
    with time_machine.travel(start, tick=True) as clock:
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(often.__call__, "interval", seconds=0.02)
        scheduler.start()
        await often.reach(2)
        clock.move_to(start - timedelta(hours=5))
        await asyncio.sleep(0.1)
        done = often.done
        await asyncio.sleep(0.2)
        assert often.done == done
        scheduler.shutdown(wait=False)
        await asyncio.sleep(0)


async def test_a_clock_that_creeps_has_not_jumped() -> None:
    jumped, often = Counter(), Counter()
    creeping = iter(range(10**9))

    def clock() -> datetime:
        return wall() + timedelta(seconds=1.5 * (next(creeping) % 2))

    async with running(Job("often", 0.02, often), clock=clock, jumped=jumped):
        await often.reach(10)
    assert jumped.done == 0


async def test_another_clock_than_the_wall_s_will_do() -> None:
    """The demonstration's clock stands at the day of its papers."""
    often = Counter()
    async with running(Job("often", 0.01, often), clock=lambda: wall() - timedelta(days=300)):
        await often.reach(5)


async def test_what_to_do_after_a_jump_may_fail_too(caplog: pytest.LogCaptureFixture) -> None:
    often = Counter()
    start = wall()

    async def broken() -> None:
        raise LookupError("nowhere")

    with time_machine.travel(start, tick=True) as clock:
        async with running(Job("often", 0.05, often), jumped=broken):
            await often.reach(1)
            clock.move_to(start - timedelta(hours=5))
            await often.more(3)
    assert "job=clock failed" in caplog.text


async def test_invariant_3_what_is_under_way_at_the_end_is_waited_for() -> None:
    begun, ended, go_on = Counter(), [], asyncio.Event()

    async def slow() -> None:
        await begun()
        await go_on.wait()
        await asyncio.sleep(0.05)
        ended.append(True)

    stopped = asyncio.Event()
    task = asyncio.create_task(Jobs([Job("slow", 3600, slow)], wall, nothing).run(stopped))
    await begun.reach(1)
    stopped.set()
    await asyncio.sleep(0.02)
    assert not task.done()
    go_on.set()
    await asyncio.wait_for(task, SOON)
    assert ended == [True]


async def test_what_never_ends_is_cancelled_after_its_grace(caplog: pytest.LogCaptureFixture) -> None:
    begun, cancelled = Counter(), []

    async def hanging() -> None:
        await begun()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            cancelled.append(True)

    async with running(Job("hanging", 3600, hanging)):
        await begun.reach(1)
    assert cancelled == [True]
    assert "takes too long" in caplog.text


async def test_whoever_cancels_it_still_gets_an_orderly_end() -> None:
    begun, ended = Counter(), []

    async def slow() -> None:
        await begun()
        await asyncio.sleep(0.05)
        ended.append(True)

    task = asyncio.create_task(Jobs([Job("slow", 3600, slow)], wall, nothing).run(asyncio.Event()))
    await begun.reach(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == [True]


def test_an_interval_counts_from_the_last_run() -> None:
    now = wall()
    assert isinstance(Every(5), BaseTrigger)
    assert Every(5).get_next_fire_time(now - timedelta(days=365), now) == now + timedelta(seconds=5)
