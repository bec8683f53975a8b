"""Socket Mode's connections, and what interactions are good for how long."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slackd.faults import Answered
from tests.slackd.people import Workspace
from tests.slackd.server import Slackd
from tests.slackd.test_listening import MODAL


async def test_an_address_is_good_for_one_connection(slackd: Slackd) -> None:
    client = AsyncWebClient(base_url=slackd.api)
    url = (await client.apps_connections_open(app_token=slackd.hub.app_token))["url"]
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(url) as socket:
            assert (await socket.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(url)
    slackd.hub.expect("invalid_ticket")
    with slackd.hub.expecting("invalid_auth"), pytest.raises(SlackApiError):
        await client.apps_connections_open(app_token="xapp-wrong")  # noqa: S106  # it is none


async def test_an_eleventh_connection_is_one_too_many(slackd: Slackd) -> None:
    client = AsyncWebClient(base_url=slackd.api)
    async with aiohttp.ClientSession() as session:
        sockets = []
        for _ in range(11):
            url = (await client.apps_connections_open(app_token=slackd.hub.app_token))["url"]
            sockets.append(await session.ws_connect(url))
        greetings = [await socket.receive_json() for socket in sockets]
        assert [said["type"] for said in greetings] == ["hello"] * 10 + ["disconnect"]
        assert greetings[10]["reason"] == "too_many_websockets"
        assert [said["num_connections"] for said in greetings[:10]] == list(range(1, 11))
        for socket in sockets:
            await socket.close()


@pytest.mark.parametrize("how", ["warn", "cut"])
async def test_the_client_comes_back_and_hears_what_it_missed(
    slackd: Slackd, lab: Workspace, app: AsyncApp, handler: AsyncSocketModeHandler, how: str
) -> None:
    heard: list[str] = []

    @app.event("app_mention")
    async def mentioned(event: Any) -> None:
        heard.append(event["text"])

    await getattr(slackd.sockets, how)()
    ada = lab.person("ada")
    ada.mentions(lab.room("general", ada), "still there?")
    await lab.settled()
    await slackd.hub.changes.until(lambda: slackd.sockets.made == 2)
    assert set(heard) == {f"<@{lab.team.bot.id}> still there?"}
    slackd.hub.expect("late")


async def test_what_is_never_acknowledged_is_held_against_the_test(slackd: Slackd, lab: Workspace) -> None:
    slackd.sending.patience = slackd.sending.again_seconds = 0.01
    lab.person("ada").opens_home()
    await lab.settled()
    [told] = slackd.hub.unexpected
    assert "app_home_opened" in told
    assert "4 deliveries" in told
    slackd.hub.expect("late")


async def test_a_trigger_is_good_once_for_three_seconds(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    ada = lab.person("ada")
    made = slackd.hub.interaction(lab.team, ada.member)
    await client.views_open(trigger_id=made.trigger, view=MODAL)
    with slackd.hub.expecting("exchanged_trigger_id"), pytest.raises(SlackApiError):
        await client.views_open(trigger_id=made.trigger, view=MODAL)
    late = slackd.hub.interaction(lab.team, ada.member)
    slackd.hub.skip(3.1)
    with slackd.hub.expecting("expired_trigger_id"), pytest.raises(SlackApiError):
        await client.views_open(trigger_id=late.trigger, view=MODAL)
    for _ in range(2):
        await client.views_push(trigger_id=slackd.hub.interaction(lab.team, ada.member).trigger, view=MODAL)
    with slackd.hub.expecting("push_limit_reached"), pytest.raises(SlackApiError):
        await client.views_push(trigger_id=slackd.hub.interaction(lab.team, ada.member).trigger, view=MODAL)


async def test_a_view_is_changed_only_as_it_is_known(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    ada = lab.person("ada")
    trigger = slackd.hub.interaction(lab.team, ada.member).trigger
    shown = (await client.views_open(trigger_id=trigger, view=MODAL))["view"]
    await client.views_update(view_id=shown["id"], hash=shown["hash"], view=MODAL)
    with slackd.hub.expecting("hash_conflict"), pytest.raises(SlackApiError):
        await client.views_update(view_id=shown["id"], hash=shown["hash"], view=MODAL)


async def test_a_response_url_is_good_five_times_for_half_an_hour(slackd: Slackd, lab: Workspace) -> None:
    ada = lab.person("ada")
    room = lab.room("general", ada)
    first = AsyncWebhookClient(slackd.hub.response_url(slackd.hub.interaction(lab.team, ada.member, room)))
    second = AsyncWebhookClient(slackd.hub.response_url(slackd.hub.interaction(lab.team, ada.member, room)))
    for n in range(5):
        assert (await first.send(text=f"{n}")).status_code == 200
    with slackd.hub.expecting("used_url"):
        assert (await first.send(text="5")).status_code == 404
    slackd.hub.skip(1801)
    with slackd.hub.expecting("expired_url"):
        assert (await second.send(text="late")).status_code == 404
    assert [post.text for post in ada.sees(room)] == ["0", "1", "2", "3", "4"]


async def test_a_response_url_replaces_removes_and_fails(slackd: Slackd, lab: Workspace) -> None:
    ada = lab.person("ada")
    room = lab.room("general", ada)
    asked = slackd.hub.interaction(lab.team, ada.member, room)
    await AsyncWebhookClient(slackd.hub.response_url(asked)).send(text="there", response_type="in_channel")
    [post] = room.posts
    pressed = AsyncWebhookClient(slackd.hub.response_url(slackd.hub.interaction(lab.team, ada.member, room, post)))
    await pressed.send(text="changed", replace_original=True)
    assert (post.text, post.only_for) == ("changed", "")
    slackd.hub.fail("response_url", Answered(status=500))
    assert (await pressed.send(text="x")).status_code == 500
    await pressed.send(delete_original=True)
    assert ada.sees(room) == []
