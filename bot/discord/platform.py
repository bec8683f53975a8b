"""Posting into Discord's channels: one message a delivery, which carries its id and is found again by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.discord import embeds, lookup, posts, render
from bot.discord.guard import Trip
from bot.discord.outcomes import NO_CHANNEL, outcome
from bot.discord.permissions import EMBED, POST, THREAD, missing, resolved
from bot.discord.places import PRIVATE, Place, Places, parted
from bot.discord.render import Body
from bot.discord.rest import Rest
from bot.discord.room import COMPOSED, EMBEDDED
from db import outbox
from db.store import Store
from domain.delivery import CannotTell, Delivery, Finding, Outcome, Permanent
from domain.message import Message

SETTLE = timedelta(seconds=10)
SEND_SECONDS = 25.0  # within the courier's patience, so that what never left is known not to have
ARCHIVE_MINUTES = 10_080  # a week without a word, until a post leaves the list of active ones

Stopped = Callable[[str, str], Awaitable[None]]


class DiscordPlatform:
    """Discord over REST alone: it needs no gateway, so that the command line can send too.

    `stopped` is told of a channel that cannot be reached, and why. With `as_embeds`, messages have the older form.
    """

    settle = SETTLE

    def __init__(self, rest: Rest, store: Store, clock: Callable[[], datetime], *, as_embeds: bool = False) -> None:
        self.rest = rest
        self.store = store
        self.clock = clock
        self.places = Places(rest, store)
        self.room = EMBEDDED if as_embeds else COMPOSED
        self._render = embeds.render if as_embeds else render.render
        self.wanted = POST | EMBED if as_embeds else POST  # permissions
        self.stopped: Stopped | None = None

    def shown(self, message: Message, tag: str = "", *channels: str) -> Body:
        """The message in Discord's form; these channels and people are shown by name."""
        return self._render(message, tag, names(*channels))

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the message. Its nonce makes Discord refuse the double of it, so the library may ask again."""
        trip = Trip()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                place = await self.places.of(delivery)
                body = self.shown(delivery.message, delivery.id, delivery.channel).payload
                answer = await (self._post if place.forum else self._message)(delivery, place, body, trip)
        except Exception as error:
            found = outcome(error, self.clock(), left=trip.left > 0)
        else:
            found = outcome(answer, self.clock())
        if isinstance(found, Permanent) and found.channel and self.stopped is not None:
            await self.stopped(delivery.channel, found.why)
        return found

    async def _message(self, delivery: Delivery, place: Place, body: dict[str, Any], trip: Trip) -> dict[str, Any]:
        if place.begin and delivery.part == 2:
            place = await self.places.begin(place, posts.title(delivery.message, delivery.channel))
        guarded = {**body, "nonce": delivery.id, "enforce_nonce": True}

        async def say(there: Place) -> dict[str, Any]:
            said: dict[str, Any] = await self.rest.ask(
                "POST", "/channels/{channel_id}/messages", json=guarded, trip=trip, channel_id=there.number
            )
            return said

        try:
            return await say(place)
        except discord.NotFound as error:
            if not place.of or error.code != NO_CHANNEL:
                raise
        # The thread or post is not there: it was never begun, or somebody removed it. What it is of may be there.
        if not place.begin:
            return await self._post(delivery, Place(place.of, forum=True), body, trip)
        return await say(await self.places.begin(place, posts.title(delivery.message, delivery.channel)))

    async def _post(self, delivery: Delivery, place: Place, body: dict[str, Any], trip: Trip) -> dict[str, Any]:
        """Begin a forum's post. It has no nonce, so it is asked for once."""
        forum = await self.rest.ask("GET", "/channels/{channel_id}", channel_id=place.number)
        edition = await self.store.read(outbox.of_edition, delivery.channel, delivery.edition)
        wanted = {
            "name": posts.title(delivery.message, delivery.channel),
            "auto_archive_duration": ARCHIVE_MINUTES,
            "applied_tags": posts.tags(forum, [each.message for each in edition]),
            "message": body,
        }
        trip.once, trip.left = True, 0
        made = await self.rest.ask(
            "POST", "/channels/{channel_id}/threads", json=wanted, trip=trip, channel_id=place.number
        )
        return {"channel_id": made["id"], "id": made["id"]}

    async def find(self, delivery: Delivery) -> Finding:
        """Look through what was said since the edition was planned for the message that carries the delivery's id."""
        try:
            place = await self.places.of(delivery)
            since = (await self.store.read(outbox.first, delivery)).planned_at
            server, number = parted(delivery.channel)
            if place.forum:
                return await lookup.in_forum(self.rest, int(server), place, delivery.id, since)
            found = await lookup.in_channel(self.rest, place, delivery.id, since, may_read=server == PRIVATE)
            if found is lookup.UNSEEN and not await self.lacking(int(server), number):
                return await lookup.in_channel(self.rest, place, delivery.id, since, may_read=True)
        except Exception as error:
            return CannotTell(f"Discord could not be asked: {type(error).__name__}")
        return found

    async def lacking(self, server: int, channel: int, *, threads: bool = False) -> list[str]:
        """The permissions that the bot lacks in a channel for posting, by name. Raises what asking Discord raises."""
        me = await self.rest.me()
        guild = await self.rest.ask("GET", "/guilds/{guild_id}", guild_id=server)
        member = await self.rest.ask("GET", "/guilds/{guild_id}/members/{user_id}", guild_id=server, user_id=me)
        there = await self.rest.ask("GET", "/channels/{channel_id}", channel_id=channel)
        return missing(resolved(guild, member, there), self.wanted | THREAD if threads else self.wanted)


def names(*channels: str) -> dict[str, str]:
    """How our names for these channels and people are shown: as Discord's mentions, which ping nobody."""
    shown = {}
    for channel in channels:
        server, number = parted(channel)
        mention = f"<@{number}>" if server == PRIVATE else f"<#{number}>"
        shown[channel] = shown[channel.partition(":")[2]] = mention
    return shown
