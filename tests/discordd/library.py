"""The unmodified discord.py, at this server: what the server is tested by."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import patch

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.discordd.server import Discordd
from tests.discordd.state import TOKEN


class Bot(discord.AutoShardedClient):
    """A bot with commands of its own. `heard` are the events it was told."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True, guild_messages=True),
            guild_ready_timeout=0.01,
            chunk_guilds_at_startup=False,
            enable_debug_events=True,
        )
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits five seconds here; the tests let the server's window be shorter."""

    async def on_socket_event_type(self, kind: str) -> None:
        self.heard.append(kind)


@asynccontextmanager
async def connected(server: Discordd, bot: Bot) -> AsyncIterator[Bot]:
    """The bot logged in and ready, until the end."""
    gateway = yarl.URL(server.gateway.url)
    with patch.object(Route, "BASE", server.api), patch.object(DiscordWebSocket, "DEFAULT_GATEWAY", gateway):
        async with bot:
            task = asyncio.create_task(bot.start(TOKEN))
            try:
                waiting = asyncio.create_task(bot.wait_until_ready())
                await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
                if task.done():
                    waiting.cancel()
                    task.result()
                yield bot
            finally:
                await bot.close()
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, discord.DiscordException):
                    await task
