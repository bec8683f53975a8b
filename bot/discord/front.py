"""Discord as the house meets it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

import discord

from bot.commands.base import Desk
from bot.discord.gateway import Gateway
from bot.discord.guard import Guard
from bot.discord.platform import DiscordPlatform
from bot.discord.rest import REFUSED, Rest
from bot.front import Clock
from bot.settings import Settings
from db.store import Store

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


class DiscordFront:
    """Discord with one bot's token: messages go out over REST, people are heard over the gateway."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.guard = Guard()
        self.rest = Rest(settings.discord_api_url, settings.discord_token, self.guard)
        self.platform = DiscordPlatform(self.rest, store, clock, as_embeds=settings.discord_embeds)

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """Discord comes to us by the gateway alone."""
        return ()

    def connected(self) -> AbstractAsyncContextManager[object]:
        """REST, which logs in at its first use."""
        return self.rest

    async def listen(self, desk: Desk) -> None:
        """Keep the gateway's shards connected, and answer who speaks."""
        self.guard.knock()
        gateway = Gateway(self.platform, desk, self.clock)
        try:
            await gateway.stay(self.settings.discord_token)
        except discord.LoginFailure:
            raise REFUSED from None

    async def check(self) -> str:
        """Log in, and say as whom."""
        me = await self.rest.ask("GET", "/users/@me")
        return f"logged in as {me['username']}."
