"""The life of a channel: out of reach it rests with everything kept, and goes on when access is back."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta

import discord
from sqlalchemy import Connection

from bot.discord.outcomes import CHANNEL, LACKS, REFUSED_WHY
from bot.discord.permissions import missing
from bot.discord.places import PRIVATE, parted
from bot.discord.platform import DiscordPlatform
from bot.front import Clock
from db import channels, outbox
from db.store import Store
from domain.channel import Channel
from domain.message import Heading, Message, Note, line

log = logging.getLogger(__name__)

REMOVED = "the bot was removed from the server"
DELETED = "the channel was deleted"
OUTAGE = "Discord says that the server is unavailable"
LAST_SECONDS = 5.0
ONCE = timedelta(minutes=10)
EVER = datetime.min.replace(tzinfo=UTC)
FORBIDDEN = "the bot lacks permissions in the channel: {}"


class Life:
    """Follows what happens to the channels we know, by the gateway's word or by a send that failed."""

    def __init__(self, platform: DiscordPlatform, store: Store, clock: Clock) -> None:
        self.platform = platform
        self.store = store
        self.clock = clock
        self._one_by_one = asyncio.Lock()  # what the gateway tells is written down in the order it is told
        self._telling: set[asyncio.Task[None]] = set()
        self._said: dict[tuple[str, str], datetime] = {}

    async def known(self, server: int) -> list[Channel]:
        """The channels of a server that have a digest."""
        return await self.store.read(channels.beginning, f"discord:{server}/")

    async def refused(self, channel: str, why: str) -> None:
        """A send found a channel closed. The courier rests it; we tell somebody, unless it rested already."""
        there = await self.store.read(channels.get, channel)
        if why == REFUSED_WHY or there is None or there.stopped:
            return
        self._later(self._tell([channel], why))  # the courier waits for the outcome, not for that

    def _later(self, telling: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(telling)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def told(self) -> None:
        """Wait a little for what is being told."""
        if self._telling:
            await asyncio.wait(self._telling, timeout=LAST_SECONDS)

    async def left(self, guild: discord.Guild, why: str, *, tell: bool = True) -> None:
        """No channel of a server can be reached, which the gateway told."""
        async with self._one_by_one:
            names = [each.id for each in await self.known(guild.id)]
            await self._lost(names, why, guild.owner_id or 0, guild.name, tell=tell)

    async def deleted(self, channel: discord.abc.GuildChannel) -> None:
        """A channel is no more, which the gateway told."""
        async with self._one_by_one:
            name, where = f"discord:{channel.guild.id}/{channel.id}", f"#{channel.name} of {channel.guild.name}"
            await self._lost([name], DELETED, channel.guild.owner_id or 0, where)

    async def _lost(self, names: Sequence[str], why: str, owner: int, where: str = "", *, tell: bool = True) -> None:
        """`where` is what people call the place, if it cannot be named by its id any more."""
        news = [name for name in names if await self.store.write(_rested, name, why)]
        if news:
            log.warning("platform=discord %d channels rest: %s", len(news), why)
        if news and tell:
            self._later(self._tell(news, why, owner, where))

    async def look(self, guild: discord.Guild) -> None:
        """See which channels of a server can be posted in: what could not and now can goes on, and the other way."""
        async with self._one_by_one:
            me: discord.Member | None = guild.me
            for channel in await self.known(guild.id) if me is not None and not guild.unavailable else ():
                place = guild.get_channel(parted(channel.id)[1])
                if place is None:
                    continue  # hidden or gone: the next send knows which
                lacking = missing(place.permissions_for(guild.me), self.platform.wanted)
                if lacking:
                    await self._lost([channel.id], FORBIDDEN.format(", ".join(lacking)), guild.owner_id or 0)
                elif channel.stopped:
                    await self._back(channel)

    async def _back(self, channel: Channel) -> None:
        back = await self.store.write(_back, channel, self.clock())
        if back:
            log.info("channel=%s can be posted in again", channel.id)

    async def _tell(self, names: Sequence[str], why: str, owner: int = 0, where: str = "") -> None:
        """Tell one of those whom it concerns: in the server's system channel, its owner, or who subscribed last."""
        server, _ = parted(names[0])
        now = self.clock()
        if server == PRIVATE or now - self._said.get((server, why), EVER) < ONCE:
            return  # who closed their messages knows; and one word is enough for a server's channels
        self._said[server, why] = now
        if why == CHANNEL[LACKS]:
            why = await self._named(names[0], why)
        message = Message.of(
            Heading("Digests rest"),
            Note(line(f"I can no longer post in {where or ', '.join(names)}: {why}.")),
            Note(line("All subscriptions are kept. Digests go on by themselves when I may post there again.")),
        )
        nonce = hashlib.sha256(f"{names} {why} {self.clock():%Y-%m-%d}".encode()).hexdigest()[:20]
        body = {**self.platform.shown(message, "", *names).payload, "nonce": nonce, "enforce_nonce": True}
        for number, private in await self._whom(int(server), names, owner):
            try:
                to = await self.platform.places.private(number) if private else number
                await self.platform.rest.ask("POST", "/channels/{channel_id}/messages", json=body, channel_id=to)
            except Exception as error:
                log.info("platform=discord could not tell %d that digests rest: %s", number, type(error).__name__)
            else:
                return
        log.warning("platform=discord nobody could be told that digests of server %s rest: %s", server, why)

    async def _named(self, name: str, why: str) -> str:
        """Why, with the permissions named that are missing."""
        try:
            server, channel = parted(name)
            lacking = await self.platform.lacking(int(server), channel, threads=True)
        except Exception as error:
            log.info("channel=%s its permissions cannot be asked for: %s", name, type(error).__name__)
            return why
        return f"{why} ({', '.join(lacking)})" if lacking else why

    async def _whom(self, server: int, names: Sequence[str], owner: int) -> list[tuple[int, bool]]:
        """Whom to try to tell, in order: a channel's or a person's id, and whether it is a person's."""
        found: list[tuple[int, bool]] = []
        try:
            guild = await self.platform.rest.ask("GET", "/guilds/{guild_id}", guild_id=server)
        except Exception as error:
            log.info("platform=discord server %d cannot be asked: %s", server, type(error).__name__)
        else:
            system, owner = int(guild.get("system_channel_id") or 0), int(guild.get("owner_id") or owner)
            if system and all(parted(name)[1] != system for name in names):
                found.append((system, False))
        if owner:
            found.append((owner, True))
        subscribed = await self.store.read(channels.subscriptions, names)
        people = (each.created_by for name in names for each in reversed(subscribed[name]))
        ours = (person for person in people if person.startswith(f"discord:{PRIVATE}/"))
        found += [(parted(person)[1], True) for person in list(ours)[:1]]
        return list(dict.fromkeys(found))


def _rested(connection: Connection, name: str, why: str) -> bool:
    """Let a channel rest; whether that is news to its people."""
    there = channels.get(connection, name)
    if there is None or there.stopped:
        return False
    return channels.stop(connection, name, why)


def _back(connection: Connection, channel: Channel, now: datetime) -> bool:
    """Let a channel go on that rested for want of access; False where it rests for another reason."""
    wanting = {REMOVED, DELETED, OUTAGE, *CHANNEL.values()}
    if channel.stopped not in wanting and not channel.stopped.startswith(FORBIDDEN.partition("{")[0]):
        return False
    channels.stop(connection, channel.id, "")
    outbox.wake(connection, [channel.id], now)
    return True
