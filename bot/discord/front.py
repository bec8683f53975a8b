"""Discord as the house meets it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
import discord

from bot.commands.base import Desk
from bot.discord.gateway import Gateway
from bot.discord.guard import Guard
from bot.discord.life import Life
from bot.discord.permissions import invitation
from bot.discord.platform import DiscordPlatform
from bot.discord.rest import Rest, refused
from bot.front import Clock
from bot.settings import Settings
from db.store import Store
from domain.errors import PaperroundError

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

AUTHENTICATION_FAILED = 4004  # https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway


class DiscordFront:
    """Discord with one bot's token: messages go out over REST, people are heard over the gateway."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        _keep_logs_clean()
        self.settings = settings
        self.store = store
        self.clock = clock
        self.guard = Guard()
        self.rest = Rest(settings.discord_api_url, settings.discord_token, self.guard)
        self.platform = DiscordPlatform(self.rest, store, clock, as_embeds=settings.discord_embeds)
        self.life = Life(self.platform, store, clock)
        self.platform.stopped = self.life.refused

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """Discord comes to us by the gateway alone."""
        return ()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """REST, which logs in at its first use."""
        async with self.rest:
            try:
                yield
            finally:
                await self.life.told()

    async def listen(self, desk: Desk) -> None:
        """Keep the gateway's shards connected, and answer who speaks."""
        self.guard.knock()
        try:
            await Gateway(self.platform, self.life, desk, self.clock).stay(self.settings.discord_token)
        except discord.LoginFailure:
            raise refused() from None
        except discord.ConnectionClosed as error:
            if error.code == AUTHENTICATION_FAILED:
                raise refused() from None
            raise

    async def check(self) -> str:
        """Log in, and say as whom, with the link that adds the bot to a server."""
        self.guard.knock()
        try:
            application = await self.rest.ask("GET", "/oauth2/applications/@me")
            me = await self.rest.ask("GET", "/users/@me")
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            if isinstance(error, discord.HTTPException) and error.status == HTTPStatus.UNAUTHORIZED:
                raise refused() from None
            raise PaperroundError(
                f"Discord cannot be reached at {urlsplit(self.settings.discord_api_url).hostname}: "
                f"{type(error).__name__}.",
                "Try again; if it stays so, look at PAPERROUND_DISCORD_API_URL and https://discordstatus.com.",
            ) from error
        return f"logged in as {me['username']}. To add it to a server: {invitation(int(application['id']))}"


def _keep_logs_clean() -> None:
    """At its lowest level the library logs what comes in, which holds the tokens by which one answers."""
    logging.getLogger("discord").setLevel(max(logging.INFO, logging.getLogger().level))
    logging.getLogger("discord.shard").addFilter(_told_shortly)


def _told_shortly(record: logging.LogRecord) -> bool:
    """A connection that broke is begun anew: that it did is news, where in the library is none."""
    if record.exc_info and record.exc_info[0]:
        record.msg = f"{record.getMessage()} ({record.exc_info[0].__name__})"
        record.args = record.exc_info = record.exc_text = None
    return True
