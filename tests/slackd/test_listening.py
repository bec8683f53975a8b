"""Events, commands, buttons and modals, heard by slack_bolt as it is, over either way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp

from tests.slackd.conftest import by_socket
from tests.slackd.people import Workspace
from tests.slackd.refused import Json
from tests.slackd.server import Slackd

FIELD = {"type": "input", "block_id": "f", "label": {"type": "plain_text", "text": "Time"}}
MODAL: Json = {
    "type": "modal",
    "callback_id": "schedule",
    "title": {"type": "plain_text", "text": "Schedule"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [FIELD | {"element": {"type": "plain_text_input", "action_id": "t", "initial_value": "09:00"}}],
}
BUTTON: Json = {"type": "button", "action_id": "go", "value": "v", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "elements": [BUTTON]}]


@pytest.fixture(params=["socket", "http"])
async def listening(request: pytest.FixtureRequest, slackd: Slackd, app: AsyncApp) -> AsyncIterator[AsyncApp]:
    if request.param == "socket":
        async with by_socket(slackd, app):
            yield app
        return
    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await slackd.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events").verify()
    yield app
    await runner.cleanup()


async def test_a_command_is_answered_and_its_button_changes_the_answer(listening: AsyncApp, lab: Workspace) -> None:
    @listening.command("/papers")
    async def asked(ack: Any, respond: Any, command: Any) -> None:
        await ack()
        await respond(text=f"You said {command['text']}", blocks=BLOCKS)

    @listening.action("go")
    async def pressed(ack: Any, respond: Any, action: Any) -> None:
        await ack()
        await respond(text=f"Pressed {action['value']}", replace_original=True)

    ada = lab.person("ada")
    room = lab.room("general", ada)
    answer = await ada.types(room, "help").answer()
    assert (answer.text, answer.only_for) == ("You said help", ada.id)
    changed = await ada.presses(answer, "Go").answer()
    assert changed is answer
    assert changed.text == "Pressed v"
    assert lab.person("bela").sees(room) == []


async def test_an_acknowledgement_may_be_the_answer(listening: AsyncApp, lab: Workspace) -> None:
    @listening.command("/papers")
    async def asked(ack: Any) -> None:
        await ack("At once")

    ada = lab.person("ada")
    assert (await ada.types(lab.room("general", ada), "").answer()).text == "At once"


async def test_a_modal_opens_takes_errors_and_closes(listening: AsyncApp, lab: Workspace) -> None:
    @listening.command("/papers")
    async def asked(ack: Any, client: Any, command: Any) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    @listening.view("schedule")
    async def submitted(ack: Any, view: Any) -> None:
        value = view["state"]["values"]["f"]["t"]["value"]
        if value == "25:00":
            await ack(response_action="errors", errors={"f": "No such time"})
        else:
            await ack()

    ada = lab.person("ada")
    modal = await ada.types(lab.room("general", ada), "schedule").modal()
    ada.enters(modal, "Time", "25:00")
    assert (await ada.submits(modal).heard())["errors"] == {"f": "No such time"}
    assert ada.modal is modal
    ada.enters(modal, "Time", "10:00")
    await ada.submits(modal).heard()
    assert ada.modal is None


async def test_events_shortcuts_and_the_home(listening: AsyncApp, lab: Workspace) -> None:
    heard: list[str] = []

    @listening.event("app_mention")
    async def mentioned(event: Any, say: Any) -> None:
        await say(text=f"Yes: {event['text']}", thread_ts=event["ts"])

    @listening.event("message")
    async def told(event: Any) -> None:
        heard.append(event["text"])

    @listening.event("app_home_opened")
    async def opened(event: Any, client: Any) -> None:
        view = {"type": "home", "blocks": [{"type": "divider"}]}
        await client.views_publish(user_id=event["user"], view=view)

    @listening.event("link_shared")
    async def shared(event: Any, client: Any) -> None:
        unfurls = {each["url"]: {"blocks": BLOCKS} for each in event["links"]}
        await client.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls=unfurls)

    @listening.shortcut("keep")
    async def kept(ack: Any, respond: Any, shortcut: Any) -> None:
        await ack()
        await respond(text=f"Kept {shortcut['message']['text']}")

    ada = lab.person("ada")
    room = lab.room("general", ada)
    said = ada.mentions(room, "search <b>")
    answer = await ada.waits(room, lambda post: post.thread_ts == said.ts and post.user == lab.team.bot.id)
    assert answer.text == f"Yes: <@{lab.team.bot.id}> search &lt;b&gt;"
    ada.says(lab.team.direct(ada.id), "hello")
    link = ada.says(room, "see https://arxiv.org/abs/2611.00001 and https://example.org/")
    ada.opens_home()
    kept_answer = await ada.shortcut("keep", room, link).answer()
    assert "arxiv.org" in kept_answer.text
    await lab.hub.changes.until(lambda: ada.home and link.unfurls and heard == ["hello"])
    assert list(link.unfurls) == ["https://arxiv.org/abs/2611.00001"]


async def test_what_is_not_acknowledged_is_told_again(listening: AsyncApp, slackd: Slackd, lab: Workspace) -> None:
    seen: list[tuple[str, str]] = []

    @listening.event("app_mention")
    async def mentioned(body: Any, request: Any) -> None:
        seen.append((body["event_id"], *request.headers.get("x-slack-retry-num", ["0"])))

    slackd.sending.loses = lambda envelope: envelope.deliveries < 3
    slackd.sending.again_seconds = 0.01
    ada = lab.person("ada")
    ada.mentions(lab.room("general", ada), "hello")
    await lab.settled()
    await asyncio.sleep(0)
    assert [number for _, number in sorted(seen, key=lambda each: each[1])] == ["0", "1", "2"]
    assert len({event for event, _ in seen}) == 1


async def test_nobody_else_signs_for_slack(slackd: Slackd, app: AsyncApp) -> None:
    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    way = slackd.deliver_to(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    body = '{"type": "event_callback"}'
    form = {"Content-Type": "application/json"}
    forged = way.signed(body, secret="wrong")  # noqa: S106  # it is none
    assert (await way.post(body, form | forged))[0] == 401
    assert (await way.post(body, form | way.signed(body, at=slackd.hub.now() - 400)))[0] == 401
    await runner.cleanup()
