"""The gateway's shards: connected, resumed and counted by discord.py."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import discord

from bot.commands.base import Desk
from bot.discord.hear import Ear
from bot.discord.life import OUTAGE, REMOVED, Life
from bot.discord.platform import DiscordPlatform
from bot.discord.reply import Replies
from bot.discord.rest import Http
from bot.discord.tree import PEOPLE, SERVERS, sync
from bot.front import Clock

log = logging.getLogger(__name__)

# Neither of what people write nor of who they are: servers, their channels and roles are all we need to be told.
INTENTS = discord.Intents(guilds=True)
REPLY_SECONDS = 10.0
LAST_SECONDS = 3.0  # for answers under way at the end


class Gateway(discord.AutoShardedClient):
    """One connection to Discord, of as many shards as it wishes, until it is closed or cannot be kept."""

    def __init__(self, platform: DiscordPlatform, life: Life, desk: Desk, clock: Clock) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # we do not speak
        super().__init__(
            intents=INTENTS,
            chunk_guilds_at_startup=False,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )
        self.platform = platform
        self.life = life
        self.desk = desk
        self.clock = clock
        self.http = self._connection.http = Http(platform.rest.base, platform.rest.guard)
        self._ear: Ear | None = None
        self._answering: set[asyncio.Task[object]] = set()

    async def stay(self, token: str) -> None:
        """Connect and listen. Raises LoginFailure where the token is not taken, other things where all breaks."""
        timeout = aiohttp.ClientTimeout(total=REPLY_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            self._ear = Ear(self.desk, self.platform, self.clock, Replies(self.platform.rest.base, session))
            self.platform.places.cached = self._kind
            try:
                async with self:
                    await self.login(token)
                    self.platform.rest.guard.trusted()
                    await self.connect()
            finally:
                self.platform.places.cached = None
                if self._answering:
                    await asyncio.wait(self._answering, timeout=LAST_SECONDS)

    def _kind(self, server: int, channel: int) -> int | None:
        guild = self.get_guild(server)
        place = guild.get_channel(channel) if guild else None
        return place.type.value if place else None

    async def setup_hook(self) -> None:
        """Logged in, not connected yet: tell Discord our commands where they changed."""
        about = self.application
        ticked = (about.guild_integration_config, about.user_integration_config) if about else (None, None)
        by = [kind for kind, config in zip((SERVERS, PEOPLE), ticked, strict=True) if config is not None]
        await sync(self.http, self.desk, self.application_id or 0, by or [SERVERS, PEOPLE])

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Somebody asks something."""
        task = asyncio.current_task()
        if self._ear is None or task is None:
            return
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
        await self._ear.hear(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """We are in a server, perhaps again."""
        await self.life.look(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server is there: after its outage, or after our start."""
        await self.life.look(guild)

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        """A server is down, which nobody needs to be told."""
        await self.life.left(guild, OUTAGE, tell=False)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """We were removed from a server, or it is no more."""
        await self.life.left(guild, REMOVED)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is no more."""
        await self.life.deleted(channel)

    async def on_guild_channel_update(self, before: object, after: discord.abc.GuildChannel) -> None:
        """Perhaps its permissions changed."""
        await self.life.look(after.guild)

    async def on_guild_role_update(self, before: object, after: discord.Role) -> None:
        """Perhaps one of ours."""
        await self.life.look(after.guild)

    async def on_member_update(self, before: object, after: discord.Member) -> None:
        """Perhaps our own roles changed: of others we are not told."""
        await self.life.look(after.guild)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """What broke in answering one event is no reason to stop hearing."""
        log.exception("platform=discord event=%s broke", event_method)
