"""The life of channels and workspaces: what is gone rests with everything kept, is said once, and goes on again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from bot.slack.ids import is_person, ours, split
from bot.slack.pace import Pace
from bot.slack.render import escaped
from bot.slack.tasks import Tasks
from bot.slack.web import Web
from bot.slack.workspaces import Workspace, Workspaces
from db import channels, outbox
from db.store import Store

log = logging.getLogger(__name__)

TOLD = 3  # people
REMOVED = "the app was removed from the workspace"
LEFT = "I was removed from the channel"


class Life:
    """Lets channels rest and go on, and tells their people."""

    def __init__(self, store: Store, web: Web, workspaces: Workspaces, pace: Pace, tasks: Tasks) -> None:
        self.store = store
        self.web = web
        self.workspaces = workspaces
        self.pace = pace
        self.tasks = tasks

    async def rest(self, channel: str, why: str) -> None:
        """Let a channel's deliveries rest. Who made its subscriptions is told, once, where they can read it.

        That it rests is recorded first: a crash in between says nothing rather than the same again.
        """
        news, people = await self.store.write(_rest, channel, why)
        workspace = self.workspaces.of(split(channel)[0])
        if news:
            log.warning("channel=%s rests: %s", channel, why)
            if workspace and not is_person(channel):
                self.tasks.begin(self._tell(workspace, channel, why, people[:TOLD]))

    async def go_on(self, names: Iterable[str], now: datetime) -> None:
        """Access is back: what waits for these channels is tried at once."""
        await self.store.write(_go_on, list(names), now)

    async def of_team(self, team: str) -> list[str]:
        """The channels of a workspace."""
        return [each.id for each in await self.store.read(channels.every) if each.id.startswith(ours(team, ""))]

    async def returned(self, team: str, reasons: Iterable[str], now: datetime) -> None:
        """Go on with a workspace's channels that rested for one of these reasons."""
        there = await self.store.read(channels.every)
        mine = [each for each in there if each.id.startswith(ours(team, "")) and each.stopped in set(reasons)]
        await self.go_on([each.id for each in mine], now)

    async def _tell(self, workspace: Workspace, channel: str, why: str, people: list[str]) -> None:
        said = (
            f"I can no longer post to <#{split(channel)[1]}>: {escaped(why)}. Its subscriptions and its schedule are "
            f"kept, and its digests go on by themselves once it works again.{_mend(why, workspace)}"
        )
        for person in people:
            await self.pace.queue(self.pace.ask, workspace.team, "conversations.open")
            opened = await self.web.call(workspace.token, "conversations.open", users=split(person)[1])
            if opened.ok:
                to = str(opened.body["channel"]["id"])
                await self.pace.queue(self.pace.post, workspace.team, to)
                await self.web.call(workspace.token, "chat.postMessage", channel=to, text=said, unfurl_links=False)


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


def _go_on(connection: Connection, names: list[str], now: datetime) -> None:
    for name in names:
        if channels.stop(connection, name, ""):
            log.info("channel=%s is reached again", name)
        outbox.wake(connection, [name], now)
