"""The gateway's shards: connected, resumed and counted by discord.py."""

from __future__ import annotations

import logging

import aiohttp
import discord

from bot.commands.base import Desk
from bot.discord.hear import Ear
from bot.discord.platform import DiscordPlatform
from bot.discord.reply import Replies
from bot.discord.rest import Http
from bot.discord.tree import sync
from bot.front import Clock

log = logging.getLogger(__name__)

# Neither of what people write nor of who they are: servers, their channels and roles are all we need to be told.
INTENTS = discord.Intents(guilds=True)
REPLY_SECONDS = 10.0


class Gateway(discord.AutoShardedClient):
    """One connection to Discord, of as many shards as it wishes, until it is closed or cannot be kept."""

    def __init__(self, platform: DiscordPlatform, desk: Desk, clock: Clock) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # we do not speak
        super().__init__(
            intents=INTENTS,
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.platform = platform
        self.rest = platform.rest
        self.http = self._connection.http = Http(self.rest.base, self.rest.guard)
        self.desk = desk
        self.clock = clock
        self.ear: Ear | None = None

    async def stay(self, token: str) -> None:
        """Connect and listen. Raises LoginFailure where the token is not taken, other things where all breaks."""
        timeout = aiohttp.ClientTimeout(total=REPLY_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session, self:
            self.ear = Ear(self.desk, self.platform, self.clock, Replies(self.rest.base, session))
            await self.login(token)
            self.rest.guard.trusted()
            await self.connect()

    async def setup_hook(self) -> None:
        """Logged in, not connected yet: tell Discord our commands where they changed."""
        await sync(self.http, self.desk, self.application_id or 0)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Somebody asks something."""
        if self.ear is not None:
            await self.ear.hear(interaction)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """What broke in answering one event is no reason to stop hearing."""
        log.exception("platform=discord event=%s broke", event_method)
