"""What goes on after it was acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress

log = logging.getLogger(__name__)

END_SECONDS = 3.0
# However many people ask at once, only so much begins together: whatever computes holds up what is to be acknowledged.
# What takes long by waiting makes room for others.
AT_ONCE, LONG_SECONDS = 8, 1.0
PATIENCE_SECONDS = 2.0  # that work waits for acknowledgements, when ever more of them are due


class Tasks:
    """Work under way, kept until it ends. What breaks is logged."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(AT_ONCE)
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
        going: asyncio.Task[None] | None = None
        try:
            async with self._slots:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._quiet.wait(), PATIENCE_SECONDS)
                going = asyncio.create_task(_logged(work))
                await asyncio.wait({going}, timeout=LONG_SECONDS)
            await going
        finally:
            if going is None:
                work.close()
            elif not going.done():
                going.cancel()
                await asyncio.gather(going, return_exceptions=True)

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
