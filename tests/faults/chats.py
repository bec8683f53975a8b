"""A Slack and a Discord side by side, both with many channels, and what came into those, by the platforms' own word."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from unittest import mock

import discord

from bot.commands import COMMANDS
from bot.settings import Secret, Settings
from bot.slack.manifest import manifest
from tests.bot.discord.reading import cards
from tests.discordd import server as discordd
from tests.discordd.state import TOKEN
from tests.discordd.world import FORUM, Guild, Place
from tests.slackd import chat
from tests.slackd.people import Workspace
from tests.slackd.screen import controls
from tests.slackd.server import Slackd
from tests.slackd.world import Room

GUILDS = 5
FORUMS = 10  # of Discord's channels every so many-th is a forum


@dataclass(frozen=True, slots=True)
class Came:
    """A message that is in a channel: how the ledger refers to it, when it came, and its papers."""

    ref: str
    at: datetime
    papers: tuple[str, ...]


@dataclass
class Chats:
    """Both platforms. Their rates are those of the real ones."""

    slack: Slackd
    discord: discordd.Discordd
    workspace: Workspace
    guilds: list[Guild]
    rooms: dict[str, Room] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """What leads there."""
        return Settings(
            page=None,
            slack_bot_token=Secret(self.workspace.team.token),
            slack_app_token=Secret(self.slack.hub.app_token),
            slack_api_url=self.slack.api,
            discord_token=Secret(TOKEN),
            discord_api_url=self.discord.api,
        )

    def channel(self, number: int) -> str:
        """A new channel, in Slack and in Discord by turns; its name with us."""
        if number % 2:
            room = self.workspace.room(f"c{number:03}")
            name = self.workspace.channel(room)
            self.rooms[name] = room
            return name
        kind = FORUM if number // 2 % FORUMS == 0 else 0
        place = self.discord.world.place(self.guilds[number // 2 % GUILDS], f"c{number:03}", kind)
        self.places[place.channel] = place
        return place.channel

    def forget(self) -> None:
        """Keep no list of what was asked."""
        self.slack.hub.asked.clear()
        self.discord.requests.clear()

    def came(self) -> dict[str, list[Came]]:
        """What each channel shows, threads and posts included, in order."""
        found = {name: list(_slack(room)) for name, room in self.rooms.items()}
        threads: dict[int, list[Place]] = {place.id: [] for place in self.places.values()}
        for each in self.discord.world.places.values():
            threads[(each.parent or each).id].append(each)
        for name, place in self.places.items():
            found[name] = sorted((came for each in threads[place.id] for came in _discord(each)), key=lambda c: c.at)
        return found

    def complaints(self) -> Counter[str]:
        """What the platforms refused: too much, too often, or not understood."""
        return Counter([*self.slack.hub.unexpected, *self.discord.complaints()])


def _slack(room: Room) -> Iterator[Came]:
    for post in room.posts:
        said = [c.element.get("value", "") for c in controls(post.blocks) if c.option is None]
        papers = tuple(value.split()[1] for value in said if value.startswith("bookmark "))
        yield Came(post.ts, datetime.fromtimestamp(float(post.ts), UTC), papers)


def _discord(place: Place) -> Iterator[Came]:
    for stored in place.posted:
        shown = tuple(card.title for card in cards(stored))
        yield Came(f"{place.id}/{stored.id}", discord.utils.snowflake_time(stored.id), shown)


@asynccontextmanager
async def chatting() -> AsyncIterator[Chats]:
    """Both servers, running. Of what they check, only what the published schemas say is left out: it takes long."""
    unread = mock.patch.object(chat, "check", return_value=None)
    async with Slackd(manifest(COMMANDS)).running() as slack, discordd.running() as there:
        there.described = False
        owner = there.world.user("owner")
        guilds = [there.world.guild(f"Lab {n}", owner) for n in range(GUILDS)]
        with unread:
            yield Chats(slack, there, slack.workspace(), guilds)
