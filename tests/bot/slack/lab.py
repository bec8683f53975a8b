"""A workspace where the product runs, with ways to look into its store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec.structs import replace
from starlette.routing import BaseRoute

from bot.commands.base import Desk
from bot.settings import Secret, Settings
from bot.slack import configured as opening
from bot.slack.front import SlackFront
from bot.upkeep import kept_up
from bot.wiring import desk, new_id
from db import channels, outbox, papers, schema
from db.store import Store
from digests.deliver import Courier
from digests.round import plan_due
from domain.channel import Channel, Mute, Subscription
from domain.paper import Record
from tests.papers import TODAY
from tests.slackd import reading, screen
from tests.slackd.doing import Doing
from tests.slackd.hub import View
from tests.slackd.people import Person, Workspace
from tests.slackd.refused import Json
from tests.slackd.server import Slackd
from tests.slackd.world import Post, Room


class Time:
    """The real time, moved on for everybody: the product, and Slack."""

    def __init__(self, slackd: Slackd) -> None:
        self.slackd = slackd
        self.passed = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return time.monotonic() + self.passed

    def pass_(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self.passed += seconds
        self.slackd.hub.skip(seconds)


@dataclass(eq=False)
class Lab:
    """The product in a workspace."""

    slackd: Slackd
    time: Time
    store: Store
    workspace: Workspace
    desk: Desk
    front: SlackFront

    @property
    def courier(self) -> Courier:
        return self.desk.couriers["slack"]

    def routes(self) -> Sequence[BaseRoute]:
        """What the product serves beside the page."""
        return self.front.routes(self.desk)

    def person(self, name: str = "ada", timezone: str = "Europe/Paris", **more: Any) -> Person:
        return self.workspace.person(name, timezone, **more)

    def room(self, name: str, *people: Person, **more: Any) -> Room:
        return self.workspace.room(name, *people, **more)

    def take(self, records: Sequence[Record]) -> list[str]:
        """Let papers come in, as many days ago as they say from the tests' own day; returns their ids."""
        today = self.time.now().date()
        moved = [replace(record, announced=_moved(record.announced, today)) for record in records]
        with self.store.writing() as connection:
            return [f"p{saved.paper}" for saved in papers.save(connection, moved, self.time.now())]

    async def asks(self, person: Person, room: Room, text: str) -> Post:
        """What a command is answered with, which is no error."""
        answer = await self.done(person.types(room, text))
        assert "That did not work" not in read(answer), f"{text}: {read(answer)}"
        return answer

    async def fails(self, person: Person, room: Room, text: str) -> str:
        """What is said about a command that cannot be done."""
        answer = await person.types(room, text).answer()
        assert "That did not work" in read(answer), f"{text}: {read(answer)}"
        return read(answer)

    async def presses(self, person: Person, post: Post, label: str, nth: int = 0) -> Post:
        """What a button is answered with."""
        return await self.done(person.presses(post, label, nth))

    async def done(self, doing: Doing) -> Post:
        """The answer, once everything that was under way is done; where it takes several messages, the last."""
        await doing.answer()
        await self.idle()
        return await doing.answer()

    async def idle(self) -> None:
        """Wait until nothing is under way that was asked for."""
        await self.workspace.settled()
        while self.front.tasks._running:
            await asyncio.wait(self.front.tasks._running)

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
            at = self.time.now() - timedelta(minutes=1)
            connection.execute(table.update().where(table.c.id.in_(names)).values(next_due=at))

    async def deliver(self) -> int:
        """Plan what is due and send it; returns how many messages were sent."""
        await plan_due(self.store, self.time.now(), self.desk.rooms, new_id)
        return await self.courier.work()

    async def settle(self, seconds: float = 25.0) -> None:
        """Let so much time pass, and see to what is tried again then."""
        self.time.pass_(seconds)
        await self.courier.work()
        await self.courier.work()

    async def states(self) -> dict[str, int]:
        """How many deliveries are in which state."""
        found: dict[str, int] = await self.store.read(outbox.counts)
        return {state: many for state, many in found.items() if many}

    def papers(self, room: Room) -> list[str]:
        """The papers that digests brought to a channel, in order, threads included."""
        bot = self.workspace.team.bot.id
        posts = [post for post in room.posts if post.user == bot and post.metadata and not post.deleted]
        return [paper for post in posts for paper in bookmarkable(post)]


def bookmarkable(post: Post) -> list[str]:
    """The papers of a message, by its buttons or its menus to bookmark one."""
    values = [
        each.get("value", "")
        for control in screen.controls(post.blocks)
        for each in ([control.option] if control.option else [control.element])
    ]
    return [value.split()[1] for value in values if value.startswith("bookmark ")]


def _moved(day: date | None, today: date) -> date | None:
    return None if day is None else today - (TODAY - day)


def read(post: Post) -> str:
    """A message as it is read."""
    return reading.seen(reading.message(post.blocks, post.text).text)


def shown(view: View) -> str:
    """A modal or a Home as it is read."""
    return shown_blocks(view.data["blocks"])


def shown_blocks(blocks: list[Json]) -> str:
    """Blocks as they are read."""
    return reading.seen(reading.message(blocks).text)


def configured(slackd: Slackd, workspace: Workspace | None, **more: Any) -> Settings:
    """The settings that lead to this Slack."""
    given: dict[str, Any] = {
        "page": None,
        "commands": 0,
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
    clock = Time(slackd)
    front = opening(settings, store, clock.now)
    assert isinstance(front, SlackFront)
    front.pace.monotonic = clock.monotonic
    async with front.connected():
        here = desk(store, settings, clock.now, {"slack": front}, "run")
        here.couriers["slack"].monotonic = clock.monotonic
        await here.couriers["slack"].recover(own=True)
        listening = asyncio.create_task(kept_up("slack", front, here))
        try:
            if settings.slack_mode == "socket":
                await slackd.hub.changes.until(lambda: slackd.sockets.open, what="the app to connect")
            yield Lab(slackd, clock, store, workspace, here, front)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
