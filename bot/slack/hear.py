"""What people do in Slack, as questions: commands, buttons, mentions, direct messages, shortcuts.

Each is acknowledged first and worked on after.
"""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.slack import modals, opening
from bot.slack.answer import Where
from bot.slack.asking import Asking
from bot.slack.ids import typed
from bot.slack.manifest import COMMAND
from bot.slack.render import ANSWER, DIGEST
from bot.slack.rich import Json
from bot.slack.tasks import Tasks

NOT_HERE = "Paperround is not installed in this workspace, or not any more."
BUTTONS = re.compile(rf"^(?:{ANSWER}|{DIGEST}):\d+$")


def register(app: AsyncApp, asking: Asking, tasks: Tasks) -> None:
    """Let the app hear all of this."""

    async def command(ack: AsyncAck, body: Json) -> None:
        team = str(body["team_id"])
        text = typed(str(body.get("text", "")), team)
        where = asking.where(team, str(body["channel_id"]), str(body["user_id"]), url=str(body.get("response_url", "")))
        await ack("" if where else NOT_HERE)
        if where:
            tasks.begin(_typed(asking, where, text, str(body.get("trigger_id", ""))))

    async def pressed(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        where, text = _pressed(asking, body), _value(action)
        if where and text:
            tasks.begin(_typed(asking, where, text, str(body.get("trigger_id", ""))))

    async def mentioned(body: Json, event: Json) -> None:
        team = team_of(body)
        workspace = asking.workspaces.of(team)
        if workspace and not event.get("bot_id") and not event.get("edited"):
            words = re.sub(rf"<@{re.escape(workspace.bot)}(?:\|[^>]*)?>", " ", str(event.get("text", "")), count=1)
            tasks.begin(_said(asking, team, event, words))

    async def told(body: Json, event: Json) -> None:
        if event.get("channel_type") == "im" and not event.get("bot_id") and not event.get("subtype"):
            tasks.begin(_said(asking, team_of(body), event, str(event.get("text", ""))))

    app.command(COMMAND)(command)
    app.action(BUTTONS)(pressed)
    app.event("app_mention")(mentioned)
    app.event("message")(told)


async def _typed(asking: Asking, where: Where, text: str, trigger: str) -> None:
    """Open the form that a text stands for, if it does; otherwise answer it."""
    if trigger and await opening.opened(asking, where, text, trigger):
        return
    text = text.removeprefix("form ")  # where there is none, the words answer
    if where.view and not await asking.in_place(where, text):
        where = await opening.above(asking, where, trigger)
    await asking.reply(where, text)


async def _said(asking: Asking, team: str, event: Json, words: str) -> None:
    thread = str(event.get("thread_ts") or "")
    where = asking.where(team, str(event["channel"]), str(event["user"]), thread=thread)
    if where:
        await asking.reply(where, typed(words, team))


def _pressed(asking: Asking, body: Json) -> Where | None:
    """Where a button was pressed: below a message, or in a modal."""
    team, user = str(body["team"]["id"]), str(body["user"]["id"])
    container = body.get("container") or {}
    if body.get("view"):
        conversation = str(modals.about(body["view"]).get("conversation", ""))
        return asking.where(team, conversation, user, view=str(body["view"]["id"]), under=True)
    conversation = str((body.get("channel") or {}).get("id") or container.get("channel_id") or "")
    # A digest stays as it is, even where nobody else reads it.
    answered = str(body["actions"][0].get("action_id", "")).startswith(f"{ANSWER}:")
    private = bool(container.get("is_ephemeral")) or conversation.startswith("D")
    thread = str(container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or "")
    return asking.where(
        team,
        conversation,
        user,
        url=str(body.get("response_url", "")),
        thread=thread,
        under=answered and private,
    )


def _value(action: Json) -> str:
    chosen: Any = action.get("value") or (action.get("selected_option") or {}).get("value")
    return str(chosen or "")


def team_of(body: Json) -> str:
    """The workspace whose app hears it, which in a shared channel is not the one it happened in."""
    heard = body.get("authorizations") or [{}]
    return str(heard[0].get("team_id") or body.get("team_id") or "")
