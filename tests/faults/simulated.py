"""An event loop whose time passes at once: where all wait, it is at once as late as the first of them waits for.

So servers and clients that talk over real sockets in this one process live through months in minutes, with the waits
and the timeouts that they have. What computes, or works on the store, takes no time at all.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from unittest import mock

import aiohttp.connector
from sqlalchemy import Connection

from db.store import Store

P = ParamSpec("P")
T = TypeVar("T")

GRACE_SECONDS = 0.0002  # real ones: what was written to a socket is there long before


class Leaping(selectors.SelectSelector):
    """Lets time pass instead of waiting, where nothing is there to be done."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0.0  # seconds

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or timeout == 0:
            return found
        found = super().select(GRACE_SECONDS)
        self.passed += 0 if found else timeout or 0
        return found


class Simulated(asyncio.SelectorEventLoop):
    """The loop, and the clock that goes with it."""

    def __init__(self, begin: datetime) -> None:
        self.leaping = Leaping()
        self.begin = begin
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.passed

    def now(self) -> datetime:
        """The wall clock's time."""
        return self.begin + timedelta(seconds=self.leaping.passed)

    async def until(self, instant: datetime) -> None:
        """Let time pass, if it is not that late yet."""
        await asyncio.sleep(max(0.0, (instant - self.now()).total_seconds()))


class OnTheSpot(Store):
    """A store whose work is done in the loop's own thread, so that no time passes by it."""

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        await asyncio.sleep(0)
        with self.reading() as connection:
            return work(connection, *args, **kwargs)

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        await asyncio.sleep(0)
        with self.writing() as connection:
            return work(connection, *args, **kwargs)


def run(begin: datetime, work: Callable[[Simulated], Coroutine[Any, Any, T]]) -> T:
    """Run it from that time on. Whoever asks `time` meanwhile is told the simulated one."""
    loop = Simulated(begin.astimezone(UTC))
    with (
        mock.patch.multiple(time, monotonic=loop.time, time=lambda: loop.now().timestamp()),
        mock.patch.object(aiohttp.connector, "monotonic", loop.time),  # it has its own name for it
        asyncio.Runner(loop_factory=lambda: loop) as runner,
    ):
        return runner.run(work(loop))
