"""Where a delivery goes: a channel, a person's direct messages, a thread of its edition, a forum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from msgspec import Struct

from bot.discord.outcomes import NO_MESSAGE, THREAD_THERE
from bot.discord.rest import Rest
from db import outbox
from db.store import Store
from domain.delivery import Delivery

# https://discord.com/developers/docs/resources/channel#channel-object-channel-types
FORUMS = {15, 16}
THREADED = {0, 5}  # those whose messages can begin a thread
PRIVATE = "@me"


class Place(Struct, frozen=True):
    """`number` is what Discord takes messages under. `forum`: it takes posts, and the post is still to be made.

    A thread or post has what it is `of`; a thread also has the message of that which it would `begin` with.
    """

    number: int
    forum: bool = False
    of: int = 0
    begin: int = 0


def parted(channel: str) -> tuple[str, int]:
    """The server's id (or `@me`) and the channel's (or person's), of a channel's name with us."""
    server, _, number = channel.partition(":")[2].partition("/")
    return server, int(number)


class Places:
    """Finds where deliveries go. `cached` knows the kinds of channels while the gateway is connected."""

    def __init__(self, rest: Rest, store: Store) -> None:
        self.rest = rest
        self.store = store
        self.cached: Callable[[int, int], int | None] | None = None
        self._private: dict[int, int] = {}
        self._kinds: dict[int, int] = {}

    async def of(self, delivery: Delivery) -> Place:
        """Where this delivery goes. Raises what asking Discord raises."""
        server, number = parted(delivery.channel)
        if server == PRIVATE:
            return Place(await self.private(number))
        kind = await self.kind(int(server), number)
        if delivery.part == 1 or not (kind in FORUMS or (delivery.message.under and kind in THREADED)):
            return Place(number, forum=kind in FORUMS)
        first = (await self.store.read(outbox.first, delivery)).ref
        channel, message = (int(part) for part in first.split("/")) if first else (number, 0)
        if kind in FORUMS:
            # A post is a thread whose first message has its number.
            return Place(channel, of=number) if first else Place(number, forum=True)
        return Place(message, of=channel, begin=message) if message else Place(number)

    async def kind(self, server: int, number: int) -> int:
        """The channel's type, as Discord numbers them."""
        known = self.cached(server, number) if self.cached else None
        known = self._kinds.get(number) if known is None else known  # a text channel's is 0
        if known is None:
            asked: dict[str, Any] = await self.rest.ask("GET", "/channels/{channel_id}", channel_id=number)
            known = self._kinds[number] = int(asked["type"])
        return known

    async def private(self, person: int) -> int:
        """The channel of somebody's direct messages with the bot."""
        if person not in self._private:
            opened = await self.rest.ask("POST", "/users/@me/channels", json={"recipient_id": str(person)})
            self._private[person] = int(opened["id"])
        return self._private[person]

    async def begin(self, place: Place, name: str) -> Place:
        """Begin the thread, unless it is begun: a message has only one. Where its message is gone, the channel does."""
        try:
            await self.rest.ask(
                "POST",
                "/channels/{channel_id}/messages/{message_id}/threads",
                json={"name": name, "auto_archive_duration": 1440},
                channel_id=place.of,
                message_id=place.begin,
            )
        except discord.HTTPException as error:
            if error.code == NO_MESSAGE:
                return Place(place.of)
            if error.code != THREAD_THERE:
                raise
        return place
