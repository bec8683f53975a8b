"""The Web API, asked by slack_sdk as it is."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slackd.people import Workspace
from tests.slackd.server import Slackd


async def refused(slackd: Slackd, error: str, call: Any) -> SlackApiError:
    with slackd.hub.expecting(error), pytest.raises(SlackApiError) as caught:
        await call
    assert caught.value.response["error"] == error
    return caught.value


async def test_a_message_is_posted_changed_found_by_its_metadata_and_removed(
    lab: Workspace, client: AsyncWebClient
) -> None:
    room = lab.room("general")
    metadata = {"event_type": "digest", "event_payload": {"delivery": "d1"}}
    posted = await client.chat_postMessage(channel=room.id, text="One &amp; two", metadata=metadata)
    await client.chat_postMessage(channel=room.id, text="Below", thread_ts=posted["ts"])
    await client.chat_update(channel=room.id, ts=posted["ts"], text="Changed")
    found = await client.conversations_history(channel=room.id, include_all_metadata=True)
    assert [(each["text"], each["metadata"]) for each in found["messages"]] == [("Changed", metadata)]
    assert "metadata" not in (await client.conversations_history(channel=room.id))["messages"][0]
    replies = await client.conversations_replies(channel=room.id, ts=posted["ts"])
    assert [each["text"] for each in replies["messages"]] == ["Changed", "Below"]
    await client.chat_delete(channel=room.id, ts=posted["ts"])
    assert (await client.conversations_history(channel=room.id))["messages"] == []


async def test_the_history_has_pages_and_edges(lab: Workspace, client: AsyncWebClient) -> None:
    room, ada = lab.room("general"), lab.person("ada")
    said = [ada.says(room, f"{n}").ts for n in range(5)]
    first = await client.conversations_history(channel=room.id, limit=2)
    assert [each["text"] for each in first["messages"]] == ["4", "3"]
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_history(channel=room.id, limit=2, cursor=cursor)
    assert [each["text"] for each in second["messages"]] == ["2", "1"]
    between = await client.conversations_history(channel=room.id, oldest=said[1], latest=said[3])
    assert [each["text"] for each in between["messages"]] == ["2"]
    edges = await client.conversations_history(channel=room.id, oldest=said[1], latest=said[3], inclusive=True)
    assert [each["text"] for each in edges["messages"]] == ["3", "2", "1"]


async def test_reading_takes_no_json(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    room = lab.room("general")
    told = client.api_call("conversations.info", json={"channel": room.id})
    await refused(slackd, "invalid_arguments", told)
    assert (await client.api_call("conversations.info", params={"channel": room.id}))["ok"]


async def test_where_the_bot_may_not_go(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    away, secret, old = lab.room("away", bot=False), lab.room("secret", bot=False, private=True), lab.room("old")
    old.archived = True
    await refused(slackd, "not_in_channel", client.chat_postMessage(channel=away.id, text="x"))
    await refused(slackd, "channel_not_found", client.chat_postMessage(channel=secret.id, text="x"))
    await refused(slackd, "channel_not_found", client.conversations_info(channel="C404"))
    await refused(slackd, "is_archived", client.chat_postMessage(channel=old.id, text="x"))
    ada = lab.person("ada")
    here = lab.room("here")
    ephemeral = client.chat_postEphemeral(channel=here.id, user=ada.id, text="x")
    await refused(slackd, "user_not_in_channel", ephemeral)


async def test_tokens_and_scopes(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    nobody = AsyncWebClient("xoxb-wrong", base_url=slackd.api)
    await refused(slackd, "invalid_auth", nobody.auth_test())
    assert (await client.auth_test())["team_id"] == lab.team.id
    secret = lab.room("secret", private=True)
    no = await refused(slackd, "missing_scope", client.conversations_history(channel=secret.id))
    assert no.response["needed"] == "groups:history"
    lab.revoke()
    await refused(slackd, "token_revoked", client.auth_test())
    await refused(slackd, "unknown_method", client.api_call("chat.shout"))


async def test_only_what_the_bot_said_can_be_changed(slackd: Slackd, lab: Workspace, client: AsyncWebClient) -> None:
    room, ada = lab.room("general"), lab.person("ada")
    said = ada.says(room, "mine")
    await refused(slackd, "cant_update_message", client.chat_update(channel=room.id, ts=said.ts, text="x"))
    await refused(slackd, "cant_delete_message", client.chat_delete(channel=room.id, ts=said.ts))
    await refused(slackd, "message_not_found", client.chat_update(channel=room.id, ts="1.0", text="x"))


async def test_people_have_timezones_and_conversations(lab: Workspace, client: AsyncWebClient) -> None:
    ada = lab.person("ada", "Asia/Tokyo")
    told = (await client.users_info(user=ada.id))["user"]
    assert (told["tz"], told["is_restricted"]) == ("Asia/Tokyo", False)
    opened = (await client.conversations_open(users=ada.id))["channel"]["id"]
    sent = await client.chat_postMessage(channel=ada.id, text="hello")
    assert sent["channel"] == opened
    room = lab.room("general", ada)
    assert (await client.conversations_info(channel=room.id))["channel"]["is_member"] is True
    assert (await client.conversations_members(channel=room.id))["members"] == sorted([ada.id, lab.team.bot.id])
    listed = await client.conversations_list(types="public_channel,im")
    assert {each["id"] for each in listed["channels"]} == {room.id, opened}
    theirs = await client.users_conversations(user=ada.id, types="public_channel")
    assert [each["id"] for each in theirs["channels"]] == [room.id]


async def test_a_file_is_uploaded_in_three_steps(lab: Workspace, client: AsyncWebClient) -> None:
    room = lab.room("general")
    content = "@article{x,\n title = {Ünïcode}}\n"
    await client.files_upload_v2(channel=room.id, filename="bookmarks.bib", content=content, initial_comment="Yours")
    [post] = room.posts
    assert post.text == "Yours"
    assert post.files[0]["name"] == "bookmarks.bib"


async def test_a_second_message_within_the_second_is_too_much_after_a_short_burst(
    slackd: Slackd, lab: Workspace, client: AsyncWebClient
) -> None:
    room, other = lab.room("general"), lab.room("other")
    for n in range(3):
        await client.chat_postMessage(channel=room.id, text=f"{n}")
    no = await refused(slackd, "ratelimited", client.chat_postMessage(channel=room.id, text="3"))
    assert no.response.status_code == 429
    assert no.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=other.id, text="elsewhere")
    slackd.hub.skip(1)
    await client.chat_postMessage(channel=room.id, text="3")


async def test_a_workspace_takes_a_few_hundred_messages_a_minute(
    slackd: Slackd, lab: Workspace, client: AsyncWebClient
) -> None:
    rooms = [lab.room(f"c{n}") for n in range(21)]
    for room in rooms[:20]:
        slackd.hub.rates.take(lab.team.id, "chat.postMessage", room.id)
    await refused(slackd, "ratelimited", client.chat_postMessage(channel=rooms[20].id, text="x"))


async def test_what_nobody_expected_is_held_against_the_test(
    slackd: Slackd, lab: Workspace, client: AsyncWebClient
) -> None:
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=lab.room("general").id, text="x", blocks=[{"type": "divider", "x": 1}])
    [told] = slackd.hub.unexpected
    assert "invalid additional property: x [json-pointer:/blocks/0]" in told
    slackd.hub.expect("invalid_blocks")
    assert not slackd.hub.unexpected


async def test_a_code_of_oauth_becomes_a_token_once(slackd: Slackd) -> None:
    team = slackd.workspace("other", installed=False)
    ada = team.person("ada")
    slackd.hub.codes["c1"] = (team.team.id, ada.id, "http://127.0.0.1:9/back")
    anyone = AsyncWebClient(base_url=slackd.api)
    given: dict[str, Any] = {"client_id": slackd.hub.client_id, "client_secret": slackd.hub.client_secret}
    got = await anyone.oauth_v2_access(**given, code="c1", redirect_uri="http://127.0.0.1:9/back")
    assert got["team"]["id"] == team.team.id
    assert (await AsyncWebClient(got["access_token"], base_url=slackd.api).auth_test())["team"] == "other"
    await refused(slackd, "invalid_code", anyone.oauth_v2_access(**given, code="c1"))
