"""The life of channels and workspaces: what is gone rests with everything kept, is said once, and goes on again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.slack.ids import is_person, ours, split
from bot.slack.render import escaped
from bot.slack.web import Web
from bot.slack.workspaces import Workspace, Workspaces
from db import channels, outbox
from db.store import Store

log = logging.getLogger(__name__)

TOLD = 3  # people
REMOVED = "the app was removed from the workspace"
LEFT = "I was removed from the channel"


async def rest(store: Store, web: Web, workspaces: Workspaces, channel: str, why: str) -> None:
    """Let a channel's deliveries rest. Who made its subscriptions is told, once, where they can read it."""
    news, people = await store.write(_rest, channel, why)
    if not news:
        return
    log.warning("channel=%s rests: %s", channel, why)
    team, conversation = split(channel)
    workspace = workspaces.of(team)
    if workspace is None or is_person(channel):
        return
    said = (
        f"I can no longer post to <#{conversation}>: {escaped(why)}. Its subscriptions, schedule and bookmarks are "
        f"kept, and its digests go on by themselves once it works again.{_mend(why, workspace)}"
    )
    for person in people[:TOLD]:
        opened = await web.call(workspace.token, "conversations.open", users=split(person)[1])
        if opened.ok:
            to = opened.body["channel"]["id"]
            await web.call(workspace.token, "chat.postMessage", channel=to, text=said, unfurl_links=False)


def invite(workspace: Workspace) -> str:
    """What one types to let the app into a channel."""
    return f"/invite @{workspace.bot_name or 'paperround'}"


def _mend(why: str, workspace: Workspace) -> str:
    return f" If I should be there, write there: `{invite(workspace)}`" if " I " in f" {why} " else ""


def _rest(connection: Connection, channel: str, why: str) -> tuple[bool, list[str]]:
    before = channels.get(connection, channel)
    if before is None:
        return False, []
    channels.stop(connection, channel, before.stopped or why)
    there = channels.subscriptions(connection, [channel])[channel]
    team = split(channel)[0]
    people = dict.fromkeys(s.created_by for s in there if split(s.created_by)[0] == team and is_person(s.created_by))
    return not before.stopped, list(people)


async def go_on(store: Store, names: Iterable[str], now: datetime) -> None:
    """Access is back: what waits for these channels is tried at once."""
    await store.write(_go_on, list(names), now)


def _go_on(connection: Connection, names: list[str], now: datetime) -> None:
    for name in names:
        if channels.stop(connection, name, ""):
            log.info("channel=%s is reached again", name)
        outbox.wake(connection, name, now)


async def of_team(store: Store, team: str) -> list[str]:
    """The channels of a workspace."""
    return [each.id for each in await store.read(channels.every) if each.id.startswith(ours(team, ""))]
