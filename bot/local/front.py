"""The page's platform as the house meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING

from bot.commands.base import Desk
from bot.front import Clock
from bot.local.platform import LocalPlatform
from bot.settings import Settings
from db.store import Store

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.local.page.live import Live


class LocalFront:
    """The store's own channels: always connected, spoken to over the page."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.platform = LocalPlatform(store, clock)
        self._live: Live | None = None

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """The page."""
        from bot.local.page import served  # noqa: PLC0415  # a web server: every command but `run` and `demo` starts 0.1 s sooner without

        routes, self._live = served(desk, self.settings, self.clock)
        return routes

    def connected(self) -> AbstractAsyncContextManager[object]:
        """Nothing to connect to."""
        return nullcontext()

    async def listen(self, desk: Desk) -> None:
        """People come by the web server; here what is new is told to the pages that are open."""
        await (self._live.watch() if self._live else asyncio.Event().wait())

    async def check(self) -> str:
        """Nothing can be wrong with it that is not the store's."""
        return "local channels need nothing."
