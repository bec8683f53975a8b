"""Politeness: one request at a time, and a pause after each, over all processes that work on a store."""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sources.base import FetchError

LONGEST_HOLD = 3600.0  # seconds; a time further ahead was written under a wrong clock, or asks too much
_LOOK_SECONDS = 0.1


class Pace:
    """Turns at one service. `seconds` pass between the end of a request and the next one.

    When the next may go out stands in a file, whose lock is held while one is under way: so processes share it.
    Without a file only this process keeps to it.
    """

    def __init__(self, name: str, seconds: float, path: Path | None = None) -> None:
        self.name = name
        self.seconds = seconds
        self.path = path
        self._mine = asyncio.Lock()
        self._free_at = 0.0  # by the wall clock, which processes share

    @asynccontextmanager
    async def turn(self, longest: float) -> AsyncIterator[None]:
        """One's turn for one request. Raises FetchError if it does not come within `longest` seconds."""
        until = time.monotonic() + longest
        async with self._mine:
            handle = await self._locked(until)
            try:
                wait = self._read(handle) - time.time()
                if 0 < wait <= LONGEST_HOLD:
                    if time.monotonic() + wait > until:
                        raise FetchError(
                            f"{self.name} asked to be left alone for another {wait:.0f} s.",
                            outcome="stalled",
                            wait=wait,
                        )
                    await asyncio.sleep(wait)
                self._free_at = time.time() + self.seconds
                self._write(handle)
                try:
                    yield
                finally:
                    self._free_at = max(self._free_at, time.time() + self.seconds)
                    self._write(handle)
            finally:
                if handle is not None:
                    os.close(handle)

    def hold(self, seconds: float) -> None:
        """Within one's turn: let nobody ask again before so many seconds have passed, an hour at most."""
        self._free_at = time.time() + min(seconds, LONGEST_HOLD)

    async def _locked(self, until: float) -> int | None:
        if self.path is None:
            return None
        try:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise FetchError(f"{self.path} cannot be written: {error.strerror}.", "Check who owns it.") from error
        while not _lock(handle):
            if time.monotonic() > until:
                os.close(handle)
                raise FetchError(f"Another process is busy with {self.name}.", outcome="stalled", passing=True)
            try:
                await asyncio.sleep(_LOOK_SECONDS)
            except asyncio.CancelledError:
                os.close(handle)
                raise
        return handle

    def _read(self, handle: int | None) -> float:
        if handle is None:
            return self._free_at
        try:
            return float(os.pread(handle, 30, 0))
        except ValueError:  # new, or written by something else
            return 0.0

    def _write(self, handle: int | None) -> None:
        if handle is not None:
            os.pwrite(handle, f"{self._free_at:<29.3f}\n".encode(), 0)


def _lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
