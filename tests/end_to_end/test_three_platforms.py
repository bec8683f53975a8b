"""Slack, Discord and the page in one process on one store: the same words, the same papers, each its own digest."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from bot.commands import COMMANDS
from bot.run import work
from bot.settings import Address, Secret, Settings
from bot.slack.manifest import manifest
from db import ledger, posts
from db.audit import audit
from db.store import Store
from tests.bot.discord.house import House
from tests.bot.discord.reading import cards
from tests.bot.page.site import ANYWHERE, Site
from tests.bot.slack.lab import bookmarkable, configured
from tests.discordd.fixture import discordd
from tests.discordd.server import Discordd
from tests.discordd.state import TOKEN
from tests.slackd.fixture import judged
from tests.slackd.people import Person, Workspace
from tests.slackd.world import Room

__all__ = ["discordd"]

QUERY = "speculative decoding -survey"
TITLES = {
    "p1": "Speculative decoding with lazy drafts",
    "p2": "Draft models for speculative decoding",
}


@dataclass
class Town:
    """One process, and somebody on each platform."""

    store: Store
    house: House
    workspace: Workspace
    room: Room
    ada: Person
    site: Site

    async def slack(self, text: str) -> list[str]:
        """The papers that Slack shows."""
        answer = await self.ada.types(self.room, text).answer()
        return list(dict.fromkeys(bookmarkable(answer)))

    async def discord(self, query: str) -> list[str]:
        """The papers that Discord shows."""
        told = await self.house.boss.slash(self.house.place, "search", query=query)
        return [_number(card.title) for card in cards(told.seen)]

    async def page(self, text: str) -> list[str]:
        """The papers that the page shows."""
        answer = await self.site.post("/channels/local:general", {"text": text}, x_part="1")
        return re.findall(r'value="bookmark (p\d+)"', answer.text)


def _number(title: str) -> str:
    return next(number for number, known in TITLES.items() if known in title)


@pytest.fixture
async def town(discordd: Discordd, store: Store, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    """`run`, with all three, until the test is over."""

    async def at_once(client: object, shard_id: int | None, *, initial: bool = False) -> None:
        """Nothing to wait for: the server's window is set to nothing too."""

    monkeypatch.setattr("discord.Client.before_identify_hook", at_once)
    discordd.gateway.window = 0.0
    async with judged(manifest(COMMANDS, unfurl=False)) as slackd:
        house = House.beside(discordd, store)
        house.stock()
        workspace = slackd.workspace()
        ada = workspace.person("ada", "Europe/Paris")
        room = workspace.room("general", ada)
        settings = replace(
            configured(slackd, workspace),
            discord_token=Secret(TOKEN),
            discord_api_url=discordd.api,
            page=ANYWHERE,
        )
        async with _running(store, settings) as page:
            await slackd.hub.changes.until(lambda: slackd.sockets.open, what="the app to connect")
            await discordd.gateway.until()
            host, _, port = page.removeprefix("http://").partition(":")
            yield Town(store, house, workspace, room, ada, Site(store, settings, address=Address(host, int(port))))
            await workspace.settled()


@asynccontextmanager
async def _running(store: Store, settings: Settings) -> AsyncIterator[str]:
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    running = asyncio.create_task(work(store, settings, lambda: datetime.now(UTC), ready.set_result))
    try:
        async with asyncio.timeout(30):
            yield await ready
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_the_same_query_finds_the_same_papers_on_all(town: Town) -> None:
    on_slack = await town.slack(f"search {QUERY}")
    on_discord = await town.discord(QUERY)
    on_page = await town.page(f"search {QUERY}")
    assert set(on_page) == set(TITLES)
    assert on_slack == on_discord == on_page


async def test_each_follows_and_gets_its_own_digest_once(town: Town) -> None:
    await town.ada.types(town.room, f"subscribe {QUERY}").answer()
    await town.house.boss.slash(town.house.place, "subscribe", query=QUERY)
    await town.page(f"subscribe {QUERY}")
    await town.ada.types(town.room, "digest now").answer()
    await town.house.boss.slash(town.house.place, "digest", when="now")
    await town.page("digest now")
    await town.workspace.settled()
    names = [town.workspace.channel(town.room), town.house.place.channel, "local:general"]
    with town.store.reading() as connection:
        brought = [edition for name in names if (edition := ledger.edition(connection, name, 1))]
        assert [edition.channel for edition in brought] == names
        (order,) = {tuple(item.paper.id for item in edition.seats) for edition in brought}
        assert sorted(order) == sorted(TITLES)
        assert len(posts.latest(connection, "local:general")) == 1
        assert audit(connection).breaches == ()
    assert sorted(map(_number, town.house.shown())) == sorted(TITLES)
    in_slack = [paper for post in town.room.posts if post.metadata for paper in bookmarkable(post)]
    assert sorted(dict.fromkeys(in_slack)) == sorted(TITLES)
