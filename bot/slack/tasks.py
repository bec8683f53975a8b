"""What goes on after it was acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress

log = logging.getLogger(__name__)

END_SECONDS = 3.0
PATIENCE_SECONDS = 2.0  # that work waits for acknowledgements, when ever more of them are due


class Tasks:
    """Work under way, kept until it ends. What breaks is logged."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._hearing = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """Meanwhile Slack waits for an acknowledgement, which goes before all work that has not begun."""
        self._hearing += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._hearing -= 1
            if not self._hearing:
                self._quiet.set()

    def begin(self, work: Coroutine[object, object, None]) -> None:
        """Let it go on by itself."""
        task = asyncio.create_task(self._later(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _later(self, work: Coroutine[object, object, None]) -> None:
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), PATIENCE_SECONDS)
            await _logged(work)
        finally:
            work.close()  # which it may not even have begun

    async def end(self) -> None:
        """Wait for what is under way, and no longer than people would."""
        if self._running:
            await asyncio.wait(self._running, timeout=END_SECONDS)
        for task in self._running:
            task.cancel()


async def _logged(work: Coroutine[object, object, None]) -> None:
    try:
        await work
    except Exception:
        log.exception("something that Slack asked for broke")
