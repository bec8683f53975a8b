"""§4.9: two workspaces in one process, each installed by OAuth, know nothing of each other; tokens are in no file."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from cryptography.fernet import Fernet

from bot.settings import Address, Secret
from bot.slack.hear import NOT_HERE
from bot.web import serving
from db import shelf
from db import workspaces as kept
from db.store import Store
from tests.bot.slack.conftest import Begin
from tests.bot.slack.lab import Lab, read, running
from tests.bot.talk import DRAFTS
from tests.slackd.access import install
from tests.slackd.server import Slackd

PAGE = Address("127.0.0.1", 0)
KEY = Fernet.generate_key().decode()


@asynccontextmanager
async def many(slackd: Slackd, store: Store, key: str = KEY) -> AsyncIterator[tuple[Lab, Lab, str]]:
    """Two labs over one process, and the address of its page; the app is in neither yet."""
    first, second = slackd.workspace("north", installed=False), slackd.workspace("south", installed=False)
    settings = {
        "page": PAGE,
        "slack_unfurl": True,
        "slack_bot_token": Secret(""),
        "slack_client_id": slackd.hub.client_id,
        "slack_client_secret": Secret(slackd.hub.client_secret),
        "slack_token_key": Secret(key),
    }
    async with running(slackd, store, first, **settings) as lab, serving(PAGE, lab.routes()) as address:
        slackd.hub.manifest["oauth_config"]["redirect_urls"] = [f"http://{address}/slack/oauth_redirect"]
        yield lab, Lab(slackd, lab.time, store, second, lab.desk, lab.front), f"http://{address}/slack/install"


async def installed(lab: Lab, address: str) -> None:
    status, page = await lab.person("admin", admin=True).installs(address)
    assert status == 200, page


async def test_two_workspaces_in_one_process_never_see_each_other(slackd: Slackd, store: Store) -> None:
    async with many(slackd, store) as (north, south, address):
        for lab in (north, south):
            await installed(lab, address)
        north.take(DRAFTS)
        people = {lab: lab.person("ada") for lab in (north, south)}
        rooms = {lab: lab.room("general", people[lab]) for lab in (north, south)}
        await north.asks(people[north], rooms[north], "subscribe speculative decoding")
        await north.asks(people[north], rooms[north], "bookmark p1 the-north-s-own")
        await north.asks(people[north], rooms[north], "schedule limit 9")
        await south.asks(people[south], rooms[south], "subscribe graphs")
        assert await north.queries(north.name(rooms[north])) == ["speculative decoding"]
        assert await south.queries(south.name(rooms[south])) == ["graphs"]
        for text in ("subscriptions", "bookmarks", "status", "history p1"):
            seen = read(await south.done(people[south].types(rooms[south], text)))
            for secret in ("speculative decoding", "the-north-s-own", north.workspace.team.id, rooms[north].id):
                assert secret not in seen, f"{text} tells the other workspace's {secret}: {seen}"
        for number in range(1, 4):  # easily guessed
            await south.fails(people[south], rooms[south], f"undo {number}")
        await north.due(north.name(rooms[north]), south.name(rooms[south]))
        await north.deliver()
        assert sorted(north.papers(rooms[north])) == ["p1", "p2", "p4"]
        assert south.papers(rooms[south]) == ["p3"]
        for lab in (north, south):
            tokens = {each.team for each in slackd.hub.asked if each.args.get("channel") == rooms[lab].id}
            assert tokens == {lab.workspace.team.id}
        assert await store.read(shelf.bookmarks, south.me(people[south])) == []


async def test_invariant_9_no_token_is_in_clear_in_the_store_a_backup_or_the_log(
    slackd: Slackd, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with many(slackd, store) as (north, south, address):
        for lab in (north, south):
            await installed(lab, address)
        ada = north.person("ada")
        await north.asks(ada, north.room("general", ada), "status")
        secrets = [lab.workspace.team.token for lab in (north, south)]
        secrets += [slackd.hub.client_secret, slackd.hub.app_token, KEY]
    written = b"".join(path.read_bytes() for path in store.path.parent.glob(f"{store.path.name}*"))
    for secret in secrets:
        assert secret.encode() not in written
        assert secret not in caplog.text
    assert len(await store.read(kept.every)) == 2


async def test_a_workspace_that_gives_the_app_up_takes_only_itself_away(slackd: Slackd, store: Store) -> None:
    async with many(slackd, store) as (north, south, address):
        for lab in (north, south):
            await installed(lab, address)
        north.take(DRAFTS)
        people = {lab: lab.person("ada") for lab in (north, south)}
        rooms = {lab: lab.room("general", people[lab]) for lab in (north, south)}
        for lab in (north, south):
            await lab.asks(people[lab], rooms[lab], "subscribe decoding")
        north.workspace.uninstall()
        await north.idle()
        await north.due(north.name(rooms[north]), south.name(rooms[south]))
        await north.deliver()
        assert north.papers(rooms[north]) == []
        assert len(south.papers(rooms[south])) == 3
        assert [team.name for team in await store.read(kept.every)] == ["south"]
        await installed(north, address)
        await north.courier.work()
        assert len(north.papers(rooms[north])) == 3


async def test_a_restart_knows_its_workspaces_and_another_key_does_not(slackd: Slackd, store: Store) -> None:
    async with many(slackd, store) as (north, _, address):
        await installed(north, address)
    teams = slackd.hub.teams
    async with many(slackd, store) as (again, _, _):
        assert [each.team for each in again.front.workspaces.all()] == [north.workspace.team.id]
        assert teams[north.workspace.team.id].token
    async with many(slackd, store, Fernet.generate_key().decode()) as (stranger, _, _):
        assert stranger.front.workspaces.all() == []


async def test_an_installation_that_nobody_began_is_refused(slackd: Slackd, store: Store) -> None:
    async with many(slackd, store) as (north, _, address):
        slackd.hub.codes["stolen"] = (north.workspace.team.id, "U1", "")
        back = address.replace("/install", "/oauth_redirect")
        async with slackd.browser.get(f"{back}?code=stolen&state=made-up") as page:
            assert page.status >= 400
            assert not re.search(r"xox[a-z]-", await page.text())
        assert await store.read(kept.every) == []


async def test_a_token_of_the_settings_is_for_its_one_workspace(begin: Begin, slackd: Slackd) -> None:
    async with begin() as lab:
        other = slackd.workspace("other")
        install(slackd.hub, other.team)
        eve = other.person("eve")
        room = other.room("general", eve)
        await eve.types(room, "subscribe graphs").heard()
        await lab.idle()
        assert await lab.channel(other.channel(room)) is None
        assert [post.text for post in eve.sees(room)] == [NOT_HERE]
