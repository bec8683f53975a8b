"""Discord's REST through discord.py's own client, wherever the settings point: buckets, waits and retries are its."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route

from bot.discord.guard import Guard, Trip
from domain.errors import PlatformRefusedError

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=15)
LONGEST_WAIT_SECONDS = 30.0  # for a bucket to fill again; what takes longer is tried again later


def refused() -> PlatformRefusedError:
    """The token is not taken, or no longer."""
    return PlatformRefusedError(
        "Discord does not take the token.",
        "Copy it anew from the developer portal (Bot, Reset Token) to DISCORD_TOKEN.",
    )


def moved(route: Route, base: str) -> Route:
    """The route at another address than Discord's own; nothing that all clients share is changed for that."""
    if route.url.startswith(Route.BASE):  # once, however often it is asked
        route.url = base + route.url.removeprefix(Route.BASE)
    return route


class Http(HTTPClient):
    """discord.py's HTTP client at `base`, which also names the gateway."""

    def __init__(self, base: str, guard: Guard) -> None:
        super().__init__(
            asyncio.get_running_loop(), http_trace=guard.trace(), max_ratelimit_timeout=LONGEST_WAIT_SECONDS
        )
        self.base = base
        self._gateway = DiscordWebSocket.DEFAULT_GATEWAY

    async def request(self, route: Route, **more: Any) -> Any:
        """As the library asks, at `base`, and not for ever."""
        return await super().request(moved(route, self.base), **{"timeout": TIMEOUT, **more})

    async def get_bot_gateway(self) -> Any:
        """How many shards, and where; remembered for those that the library would begin at its own address."""
        found = await super().get_bot_gateway()
        self._gateway = yarl.URL(found[1])
        return found

    async def ws_connect(self, url: str, *, compress: int = 0) -> aiohttp.ClientWebSocketResponse:
        """A connection to the gateway that `base` named, whatever the library's default."""
        wanted = yarl.URL(url)
        if wanted.origin() == DiscordWebSocket.DEFAULT_GATEWAY.origin():
            wanted = self._gateway.with_query(wanted.query)
        return await super().ws_connect(str(wanted), compress=compress)


class Rest:
    """What is asked with the bot's token. It logs in when first something is asked, so that nobody waits for it."""

    def __init__(self, base: str, token: str, guard: Guard) -> None:
        self.base = base
        self.guard = guard
        self._token = token
        self._http: Http | None = None
        self._login = asyncio.Lock()
        self._me = 0

    async def __aenter__(self) -> Rest:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def me(self) -> int:
        """The bot's user id."""
        await self._there()
        return self._me

    async def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str | int] | None = None,
        trip: Trip | None = None,
        **parameters: int,
    ) -> Any:
        """Ask for a path such as `/channels/{channel_id}`. Raises what discord.py raises, and RestError."""
        http = await self._there()
        more: dict[str, Any] = {} if json is None else {"json": json}
        if params:
            more["params"] = dict(params)
        route = Route(method, path, **dict[str, Any](parameters))
        log.debug("platform=discord %s %s", method, path)
        return await http.request(route, trace_request_ctx=trip or Trip(), **more)

    async def _there(self) -> Http:
        async with self._login:
            if self._http is None:
                http = Http(self.base, self.guard)
                try:
                    user = await http.static_login(self._token)
                except discord.LoginFailure:
                    await http.close()
                    raise refused() from None
                except BaseException:
                    await http.close()
                    raise
                self.guard.trusted()
                self._me = int(user["id"])
                self._http = http
            return self._http
