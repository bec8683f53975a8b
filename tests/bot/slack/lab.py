"""A workspace where the product runs, with ways to look into its store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.commands.base import Desk
from bot.settings import Secret, Settings
from bot.slack import front as opening
from bot.slack.front import SlackFront
from bot.upkeep import kept_up
from bot.wiring import desk, new_id
from db import channels, papers, schema
from db.store import Store
from digests.deliver import Courier
from digests.editions import plan_due
from domain.channel import Channel, Mute, Subscription
from domain.paper import Record
from tests.papers import TODAY
from tests.slackd import reading
from tests.slackd.people import Person, Workspace
from tests.slackd.server import Slackd
from tests.slackd.world import Post, Room


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Lab:
    """The product in a workspace. Its clock is the real one, as Slack's is."""

    slackd: Slackd
    store: Store
    workspace: Workspace
    desk: Desk
    front: SlackFront

    @property
    def courier(self) -> Courier:
        return self.desk.couriers["slack"]

    def person(self, name: str = "ada", timezone: str = "Europe/Paris", **more: Any) -> Person:
        return self.workspace.person(name, timezone, **more)

    def room(self, name: str, *people: Person, **more: Any) -> Room:
        return self.workspace.room(name, *people, **more)

    def take(self, records: Sequence[Record]) -> list[str]:
        """Let papers come in, as many days ago as they say from the tests' own day; returns their ids."""
        moved = [replace(record, announced=_moved(record.announced)) for record in records]
        with self.store.writing() as connection:
            return [f"p{saved.paper}" for saved in papers.save(connection, moved, now())]

    async def asks(self, person: Person, room: Room, text: str) -> Post:
        """What a command is answered with, which is no error."""
        answer = await person.types(room, text).answer()
        assert "That did not work" not in read(answer), f"{text}: {read(answer)}"
        return answer

    async def fails(self, person: Person, room: Room, text: str) -> str:
        """What is said about a command that cannot be done."""
        answer = await person.types(room, text).answer()
        assert "That did not work" in read(answer), f"{text}: {read(answer)}"
        return read(answer)

    async def presses(self, person: Person, post: Post, label: str, nth: int = 0) -> Post:
        """What a button is answered with."""
        return await person.presses(post, label, nth).answer()

    # The store

    def name(self, room: Room) -> str:
        """How the store calls a channel."""
        return self.workspace.channel(room)

    def me(self, person: Person) -> str:
        """How the store calls a person."""
        return f"slack:{self.workspace.team.id}/{person.id}"

    async def channel(self, name: str) -> Channel | None:
        return await self.store.read(channels.get, name)

    async def subscriptions(self, name: str) -> list[Subscription]:
        found: list[Subscription] = (await self.store.read(channels.subscriptions, [name]))[name]
        return found

    async def queries(self, name: str) -> list[str]:
        """What a channel follows, as it is written."""
        return [each.query.text for each in await self.subscriptions(name)]

    async def mutes(self, name: str) -> list[Mute]:
        return [each.mute for each in (await self.store.read(channels.mutes, [name]))[name]]

    async def due(self, *names: str) -> None:
        """Let these channels' time have come."""
        with self.store.writing() as connection:
            table = schema.channels
            at = now() - timedelta(minutes=1)
            connection.execute(table.update().where(table.c.id.in_(names)).values(next_due=at))

    async def deliver(self) -> int:
        """Plan what is due and send it; returns how many messages were sent."""
        await plan_due(self.store, now(), self.desk.fits, new_id)
        return await self.courier.work()


def _moved(day: date | None) -> date | None:
    return None if day is None else now().date() - (TODAY - day)


def read(post: Post) -> str:
    """A message as it is read."""
    return reading.seen(reading.message(post.blocks, post.text).text)


def configured(slackd: Slackd, workspace: Workspace | None, **more: Any) -> Settings:
    """The settings that lead to this Slack."""
    given: dict[str, Any] = {
        "page": None,
        "timezone": "Europe/Berlin",
        "slack_bot_token": Secret(workspace.team.token if workspace else ""),
        "slack_app_token": Secret(slackd.hub.app_token),
        "slack_signing_secret": Secret(slackd.hub.signing_secret),
        "slack_api_url": slackd.api,
        **more,
    }
    return Settings(**given)


@asynccontextmanager
async def running(slackd: Slackd, store: Store, workspace: Workspace, **more: Any) -> AsyncIterator[Lab]:
    """Start the product by Socket Mode, until the block ends."""
    settings = configured(slackd, workspace, **more)
    front = opening(settings, store, now)
    assert isinstance(front, SlackFront)
    async with front.connected():
        here = desk(store, settings, now, {"slack": front}, "run")
        await here.couriers["slack"].recover(own=True)
        listening = asyncio.create_task(kept_up("slack", front, here))
        try:
            await slackd.hub.changes.until(lambda: slackd.sockets.open, what="the app to connect")
            yield Lab(slackd, store, workspace, here, front)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
