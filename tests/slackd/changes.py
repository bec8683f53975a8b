"""Waiting for something to become so, without asking ever again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Changes:
    """Wakes whoever waits whenever something changed."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def tell(self) -> None:
        """Something changed."""
        self._event.set()
        self._event = asyncio.Event()

    async def until(self, found: Callable[[], T | None], seconds: float = 10.0, what: str = "") -> T:
        """What `found` returns as soon as that is something. Fails, saying for what, when it takes too long."""
        try:
            async with asyncio.timeout(seconds):
                while not (value := found()):
                    await self._event.wait()
                return value
        except TimeoutError:
            raise AssertionError(f"waited {seconds:g} s for {what or 'a change'}") from None
