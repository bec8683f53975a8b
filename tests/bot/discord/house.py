"""Paperround at a Discord of its own: the real front, courier and store, in one process with the server."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from bot.commands.base import Desk
from bot.discord.front import DiscordFront
from bot.settings import Secret, Settings
from bot.wiring import desk, fronts, new_id
from db import channels, outbox, papers, schema
from db.store import Store
from digests.deliver import Courier
from digests.round import plan_due
from domain.channel import Subscription
from domain.paper import Paper, Record
from domain.parse import parse
from domain.schedule import Schedule
from tests.bot.discord.reading import cards
from tests.discordd.people import Person
from tests.discordd.server import Discordd
from tests.discordd.state import TOKEN
from tests.discordd.world import MANAGE_CHANNELS, Guild, Place
from tests.papers import arxiv

RECORDS = (
    ("Speculative decoding with lazy drafts", "Drafts are verified in parallel.", 0, 5),
    ("Draft models for speculative decoding", "We verify drafts in one go.", 1, 9),
    ("Diffusion for graphs", "Nothing about decoders.", 1, 3),
    ("A survey of speculative decoding", "Forty methods.", 2, 1),
)


def record(number: int, title: str, abstract: str = "", *, days_ago: int = 0, **more: Any) -> Record:
    """A record announced so many days ago; Discord's clock is the real one, so ours is too."""
    day = (datetime.now(UTC) - timedelta(days=days_ago)).date()
    given = {"identifiers": (arxiv(number),), "announced": day, "categories": ("cs.CL",), **more}
    return Record(title, "arxiv", abstract=abstract or f"The {number}th of its kind.", **given)


@dataclass(eq=False, repr=False)
class House:
    """One Paperround. `ahead` is how far its clock is."""

    server: Discordd
    store: Store
    guild: Guild
    place: Place
    settings: Settings
    ada: Person
    boss: Person
    ahead: timedelta = field(default_factory=timedelta)
    _there: dict[str, Any] = field(default_factory=dict)
    _desk: Desk | None = None
    _listening: asyncio.Task[None] | None = None

    @classmethod
    def beside(cls, server: Discordd, store: Store, **settings: Any) -> House:
        """A house whose Discord has a guild with a channel, Ada, who reads there, and Boss, who manages it."""
        guild = server.world.guild("Lab", server.world.user("owner"))
        place = server.world.place(guild, "general")
        guild.system = place
        given = {"page": None, "discord_token": Secret(TOKEN), "discord_api_url": server.api, "commands": 0}
        wanted = Settings(**{**given, **settings})
        ada = Person(server, "ada").join(guild)
        boss = Person(server, "boss").join(guild, MANAGE_CHANNELS)
        return cls(server, store, guild, place, wanted, ada, boss)

    def now(self) -> datetime:
        """Its time."""
        return datetime.now(UTC) + self.ahead

    @property
    def front(self) -> DiscordFront:
        """Its side of Discord."""
        front: DiscordFront = self._there["discord"]
        return front

    @property
    def desk(self) -> Desk:
        """Its desk."""
        assert self._desk
        return self._desk

    @property
    def courier(self) -> Courier:
        """Who delivers to Discord."""
        return self.desk.couriers["discord"]

    @asynccontextmanager
    async def opened(self, *, listening: bool = True) -> AsyncIterator[House]:
        """Connected, and (unless told otherwise) heard by the gateway; ended in good order."""
        self._there = dict(fronts(self.settings, self.store, self.now, only={"discord"}))
        self._desk = desk(self.store, self.settings, self.now, self._there, "run")
        async with self.front.connected():
            if listening:
                await self.listen()
            try:
                yield self
            finally:
                await self.silence()

    async def listen(self) -> None:
        """Be heard; returns once all shards are."""
        assert self._listening is None
        self._listening = asyncio.create_task(self.front.listen(self.desk))
        connected = asyncio.create_task(self.server.gateway.until())
        await asyncio.wait({self._listening, connected}, return_when=asyncio.FIRST_COMPLETED)
        if self._listening.done():
            connected.cancel()
            self._listening.result()
        await connected

    async def silence(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None
            await self.server.gateway.until_down()

    # What happens in it.

    def take(self, records: Sequence[Record]) -> list[int]:
        """Let papers come in; returns their numbers."""
        with self.store.writing() as connection:
            return [saved.paper for saved in papers.save(connection, records, self.now())]

    def stock(self) -> None:
        """Let p1 to p4 come in."""
        self.take(
            [record(n, title, text, days_ago=ago, upvotes=up) for n, (title, text, ago, up) in enumerate(RECORDS, 1)]
        )

    def follow(self, channel: str, *queries: str, schedule: Schedule | None = None, due: bool = True) -> None:
        """Let a channel follow something, its digest due a minute ago."""
        since = self.now() - timedelta(hours=2)
        with self.store.writing() as connection:
            channels.ensure(connection, channel, schedule or Schedule(), since)
            for query in queries:
                channels.subscribe(connection, channel, parse(query), "discord:@me/1", since)
            if due:
                self._due(connection, channel)

    def _due(self, connection: Connection, channel: str) -> None:
        when = self.now() - timedelta(minutes=1)
        connection.execute(schema.channels.update().values(next_due=when).where(schema.channels.c.id == channel))

    async def plan(self) -> int:
        """Plan what is due."""
        return await plan_due(self.store, self.now(), self.desk.rooms, new_id)

    async def deliver(self) -> int:
        """Plan what is due and deliver it."""
        await self.plan()
        return await self.courier.work()

    # What is in its store.

    async def subscribed(self, channel: str | None = None) -> list[str]:
        """What a channel follows."""
        name = channel or self.place.channel
        found: dict[str, list[Subscription]] = await self.store.read(channels.subscriptions, [name])
        return [each.query.text for each in found.get(name, [])]

    async def counts(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        return await self.store.read(outbox.counts)

    async def paper(self, number: int) -> Paper:
        """A paper."""
        return await self.store.read(papers.named, f"p{number}")

    def shown(self, *places: Place) -> list[str]:
        """The titles of the cards in places, in order."""
        return [card.title for place in places or (self.place,) for stored in place.posted for card in cards(stored)]

    async def moved(self, ahead: timedelta) -> None:
        """Let time pass for its clock and for its courier's."""
        self.ahead += ahead
        self.courier._doubted -= ahead.total_seconds()
        self.courier._unknown = {
            number: (attempts, since - ahead.total_seconds())
            for number, (attempts, since) in self.courier._unknown.items()
        }


def only(places: Collection[Place]) -> Place:
    """The one there is."""
    (place,) = places
    return place


def with_limit(limit: int, **more: Any) -> Schedule:
    """The usual schedule with another limit."""
    return replace(Schedule(), limit=limit, **more)
