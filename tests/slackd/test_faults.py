"""What goes wrong when a test wants it to."""

from __future__ import annotations

import time

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slackd.faults import Answered, Dropped, Slow
from tests.slackd.people import Workspace
from tests.slackd.server import Slackd


@pytest.mark.parametrize(
    "error",
    "invalid_blocks channel_not_found not_in_channel is_archived token_revoked invalid_auth fatal_error".split(),
)
async def test_it_answers_with_an_error(slackd: Slackd, lab: Workspace, client: AsyncWebClient, error: str) -> None:
    room = lab.room("general")
    plan = slackd.hub.fail("chat.postMessage", Answered(error))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=room.id, text="x")
    assert caught.value.response["error"] == error
    assert (plan.met, room.posts) == (1, [])
    await client.chat_postMessage(channel=room.id, text="x")
    assert len(room.posts) == 1


async def test_it_answers_with_a_status(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    room = lab.room("general")
    slackd.hub.fail("chat.postMessage", Answered(status=503))
    slackd.hub.fail("chat.postMessage", Answered("ratelimited", status=429, retry_after=7))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=room.id, text="x")
    assert caught.value.response.status_code == 503
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=room.id, text="x")
    assert caught.value.response.headers["Retry-After"] == "7"


async def test_a_connection_is_dropped_before_and_after(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    room = lab.room("general")
    slackd.hub.fail("chat.postMessage", Dropped(taken=False))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=room.id, text="before")
    slackd.hub.fail("chat.postMessage", Dropped(hidden=60))
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=room.id, text="after")
    assert [post.text for post in room.posts] == ["after"]
    assert (await client.conversations_history(channel=room.id))["messages"] == []
    slackd.hub.skip(60)
    assert [each["text"] for each in (await client.conversations_history(channel=room.id))["messages"]] == ["after"]


async def test_an_answer_takes_long(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    slackd.hub.fail("auth.test", Slow(0.2))
    began = time.monotonic()
    await client.auth_test()
    assert time.monotonic() - began >= 0.2


async def test_a_fault_waits_for_its_turn(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    rooms = [lab.room("a"), lab.room("b")]
    slackd.hub.fail("chat.postMessage", Answered("fatal_error"), after=1, when=lambda a: a["channel"] == rooms[1].id)
    await client.chat_postMessage(channel=rooms[1].id, text="1")
    await client.chat_postMessage(channel=rooms[0].id, text="2")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=rooms[1].id, text="3")
