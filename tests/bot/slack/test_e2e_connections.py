"""§4.10: heard over either way, acknowledged in time, once, through lost acknowledgements and connections."""

from __future__ import annotations

import random

import pytest

from bot.settings import Address
from bot.web import serving
from db import shelf
from tests.bot.slack.conftest import Begin
from tests.bot.slack.lab import Lab, read
from tests.bot.talk import DRAFTS


async def test_everything_works_over_http_too(begin: Begin) -> None:
    page = Address("127.0.0.1", 0)
    async with begin(slack_mode="http", slack_app_token="", page=page) as lab, serving(page, lab.routes()) as address:
        way = lab.slackd.deliver_to(f"http://{address}/slack/events")
        await way.verify()
        lab.take(DRAFTS)
        ada = lab.person()
        room = lab.room("general", ada)
        answer = await lab.asks(ada, room, "search diffusion")
        await lab.presses(ada, answer, "Bookmark")
        assert [mark.paper for mark, _ in await lab.store.read(shelf.bookmarks, lab.me(ada))] == [3]
        view = await ada.types(room, "subscribe").modal()
        ada.enters(view, "What to follow", "auhtor:x")
        assert (await ada.submits(view).heard())["errors"]
        ada.enters(view, "What to follow", "graphs")
        await ada.submits(view).heard()
        await lab.idle()
        assert await lab.queries(lab.name(room)) == ["graphs"]
        ada.mentions(room, "subscriptions")
        assert "graphs" in read(await ada.waits(room, lambda post: "graphs" in read(post), after=answer.ts))
        body = '{"type": "event_callback", "event_id": "Ev1"}'
        for headers in ({}, way.signed(body, secret="x"), way.signed(body, at=lab.slackd.hub.now() - 301)):  # noqa: S106  # it is none
            status, _ = await way.post(body, {"Content-Type": "application/json", **headers})
            assert status == 401


async def test_what_slack_tells_again_is_done_once(lab: Lab) -> None:
    dice = random.Random(3)
    lab.slackd.sending.again_seconds = 0.01
    lab.slackd.sending.loses = lambda envelope: envelope.deliveries < dice.choice([2, 3])
    ada = lab.person()
    room = lab.room("general", ada)
    for number in range(8):
        ada.types(room, f"subscribe word{number}")
    parent = ada.says(room, "thread")
    for number in range(4):
        ada.mentions(room, f"subscribe mentioned{number}", parent.ts)
    await lab.idle()
    assert sorted(await lab.queries(lab.name(room))) == [
        *(f"mentioned{number}" for number in range(4)),
        *(f"word{number}" for number in range(8)),
    ]
    assert max(envelope.deliveries for envelope in lab.slackd.sending.sent) >= 2
    answers = [post for post in ada.sees(room) if post.user == lab.workspace.team.bot.id]
    assert len(answers) == 12


@pytest.mark.parametrize("how", ["warn", "cut"])
async def test_a_connection_that_ends_is_made_anew_and_nothing_is_missed(lab: Lab, how: str) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    for number in range(3):
        doing = ada.types(room, f"subscribe before{number}")
        await getattr(lab.slackd.sockets, how)()
        await doing.heard()
    await lab.idle()
    assert len(await lab.queries(lab.name(room))) == 3
    assert lab.slackd.sockets.made >= 2


async def test_an_answer_comes_though_its_address_serves_no_more(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    answer = await lab.asks(ada, room, "search decoding")
    doing = ada.presses(answer, "Bookmark")
    doing.made.response_uses = 5
    lab.slackd.hub.expect("used_url")
    await doing.heard()
    await lab.idle()
    posts = [post for post in ada.sees(room) if post is not answer]
    assert [post.only_for for post in posts] == [ada.id]
