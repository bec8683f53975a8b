"""Telling the pages that are open that something is new, whoever in whichever process did it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TypeVar

from sqlalchemy import Connection, func, select

from db import posts, schema
from db.store import Store

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
T = TypeVar("T")


class Live:
    """Looks at the store while anybody watches, and wakes them up when it changed. `closed` at the end."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.closed = False
        self._watching = 0
        self._wanted = asyncio.Event()
        self._changed = asyncio.Event()

    async def watch(self) -> None:
        """Look until cancelled."""
        self.closed = False
        seen: tuple[object, ...] = ()
        try:
            while True:
                await self._wanted.wait()
                found = await self.store.read(_pulse)
                if found != seen:
                    seen = found
                    self._wake()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self.closed = True
            self._wake()

    def changed(self) -> asyncio.Event:
        """What is set at the next change: to be taken before one looks, so that nothing falls in between."""
        return self._changed

    async def told(self, events: AsyncIterator[T]) -> AsyncIterator[T]:
        """These events, with the store being looked at while somebody listens."""
        self._watching += 1
        self._wanted.set()
        try:
            async for event in events:
                yield event
        finally:
            self._watching -= 1
            if not self._watching:
                self._wanted.clear()

    def _wake(self) -> None:
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()


def _pulse(connection: Connection) -> tuple[object, ...]:
    """What differs when anything that a page shows live has changed; each part is a look at an index's end."""
    channel = schema.channels.c
    return (
        posts.newest(connection),
        connection.execute(select(func.max(schema.moves.c.number))).scalar(),
        connection.execute(select(func.max(schema.runs.c.number))).scalar(),
        connection.execute(select(func.count(), func.min(channel.next_due), func.sum(channel.paused))).one(),
    )
