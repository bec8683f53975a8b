"""Posting into Slack's channels: each message carries its delivery's id as metadata, by which it is found again."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.front import Clock
from bot.slack import render
from bot.slack.ids import is_person, split
from bot.slack.life import Life
from bot.slack.outcomes import Reply, outcome, said
from bot.slack.rich import Place
from bot.slack.room import ROOM
from bot.slack.workspaces import Workspace
from db import outbox
from domain.delivery import Absent, CannotTell, Delivery, Finding, Outcome, Permanent, RetryAt, Sent

log = logging.getLogger(__name__)

EVENT = "paperround_delivery"
SETTLE = timedelta(seconds=20)  # until Slack's history shows what Slack has taken
PAGE, PAGES = 200, 20  # messages of a history in one request, and requests in one look-up
# A history is read from this long before the edition was planned: Slack's clock and ours are not one.
MARGIN = timedelta(hours=1)


class SlackPlatform:
    """Slack's channels and people, in every workspace that has the app."""

    room = ROOM

    def __init__(self, clock: Clock, life: Life) -> None:
        self.store = life.store
        self.clock = clock
        self.web = life.web
        self.workspaces = life.workspaces
        self.pace = life.pace
        self.life = life
        self.settle = SETTLE
        self._direct: dict[str, str] = {}

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the message, when it is its turn."""
        workspace, conversation = await self._where(delivery)
        if not isinstance(workspace, Workspace):
            return await self._told(delivery, workspace)
        wait = await self.pace.post(workspace.team, conversation)
        if wait:
            return RetryAt("others are before it", self.clock() + timedelta(seconds=wait))
        thread = None
        if delivery.message.under and delivery.part > 1:
            thread = (await self.store.read(outbox.first, delivery)).ref or None
        place = Place(delivery.channel, delivery.channel if is_person(delivery.channel) else "")
        parts = render.messages(delivery.message, place, render.DIGEST)
        reply = await self.web.call(
            workspace.token,
            "chat.postMessage",
            channel=conversation,
            thread_ts=thread,
            text=render.fallback(delivery.message, place),
            blocks=[block for part in parts for block in part],
            metadata={"event_type": EVENT, "event_payload": {"id": delivery.id}},
            unfurl_links=False,
            unfurl_media=False,
        )
        if reply.retry_after and not reply.ok:
            self.pace.hold(workspace.team, reply.retry_after)
        return await self._told(delivery, outcome(reply, self.clock()))

    async def find(self, delivery: Delivery) -> Finding:
        """Look through the channel's history, or the thread, for the message with the delivery's id."""
        workspace, conversation = await self._where(delivery)
        if not isinstance(workspace, Workspace):
            return CannotTell(workspace.why)
        first = await self.store.read(outbox.first, delivery)
        method, asked = "conversations.history", {"channel": conversation}
        if delivery.message.under and delivery.part > 1 and first.ref:
            method, asked = "conversations.replies", {"channel": conversation, "ts": first.ref}
        oldest = f"{(min(first.planned_at, self.clock()) - MARGIN).timestamp():.6f}"
        cursor: str | None = None
        for _ in range(PAGES):
            wait = await self.pace.ask(workspace.team, method)
            if wait:
                return CannotTell("others are looked up before it")
            page = {"oldest": oldest, "limit": PAGE, "include_all_metadata": True, "cursor": cursor}
            reply = await self.web.call(workspace.token, method, patient=True, **asked, **page)
            if not reply.ok:
                return CannotTell(reply.failed or f"Slack answered {said(reply)}")
            for message in reply.body.get("messages") or ():
                if _carries(message, delivery.id):
                    return Sent(str(message.get("ts", "")))
            cursor = (reply.body.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return Absent()
        return CannotTell(f"the channel has had more than {PAGE * PAGES:,} messages since")

    async def _where(self, delivery: Delivery) -> tuple[Workspace | Permanent | RetryAt, str]:
        """The workspace and the conversation, which for a person has to be opened once; or why there is none."""
        team, to = split(delivery.channel)
        workspace = self.workspaces.of(team)
        if workspace is None:
            return Permanent("the app is not installed in the workspace", channel=True), ""
        if not is_person(delivery.channel):
            return workspace, to
        if delivery.channel not in self._direct:
            wait = await self.pace.ask(team, "conversations.open")
            if wait:
                return RetryAt("others are before it", self.clock() + timedelta(seconds=wait)), ""
            reply = await self.web.call(workspace.token, "conversations.open", users=to)
            if not reply.ok:
                return _unopened(reply, self.clock()), ""
            self._direct[delivery.channel] = str(reply.body["channel"]["id"])
        return workspace, self._direct[delivery.channel]

    async def _told(self, delivery: Delivery, ended: Outcome) -> Outcome:
        if isinstance(ended, Permanent) and ended.channel:
            await self.life.rest(delivery.channel, ended.why)
        return ended


def _unopened(reply: Reply, now: datetime) -> Permanent | RetryAt:
    """Why a conversation could not be opened. Nothing was posted, whatever it was."""
    ended = outcome(reply, now)
    return ended if isinstance(ended, Permanent | RetryAt) else RetryAt(reply.failed or f"Slack answered {said(reply)}")


def _carries(message: Mapping[str, Any], delivery: str) -> bool:
    metadata = message.get("metadata") or {}
    return metadata.get("event_type") == EVENT and (metadata.get("event_payload") or {}).get("id") == delivery
