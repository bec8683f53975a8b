"""What Slack tells the app: sent until it is acknowledged, over whichever way the app listens."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tests.slackd.hub import ACK_SECONDS, Hub
from tests.slackd.refused import Json

TRIES = 4  # the first one, and three more


@dataclass
class Envelope:
    """Something that happened. `reply` is what the app acknowledged it with; `seconds` how long that took."""

    kind: str  # events_api, interactive or slash_commands
    payload: Json
    accepts: bool
    began: float = field(default_factory=time.monotonic)
    reply: asyncio.Future[Json] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    seconds: float | None = None
    deliveries: int = 0
    what: str = ""

    def heard(self) -> None:
        """The app acknowledges, for the first time or once more."""
        if self.seconds is None:
            self.seconds = time.monotonic() - self.began


class Lost(Exception):  # noqa: N818  # it is expected
    """A delivery was not acknowledged; the reason goes along with the next one."""


class Way(Protocol):
    """How envelopes reach the app."""

    async def deliver(self, envelope: Envelope, attempt: int, reason: str, patience: float) -> Json:
        """Send it once and return the acknowledgement. Raises Lost without one."""
        ...


class Sending:
    """Sends envelopes. `loses` says of which acknowledgements none is taken note: the app hears those again."""

    def __init__(self, hub: Hub, way: Way) -> None:
        self.hub = hub
        self.way = way
        self.patience = ACK_SECONDS
        self.again_seconds = 0.2  # Slack waits longer before its later tries
        self.loses: Callable[[Envelope], bool] = lambda _: False
        self.tasks: set[asyncio.Task[None]] = set()
        self.sent: list[Envelope] = []

    def send(self, kind: str, payload: Json, what: str, *, accepts: bool = False) -> Envelope:
        """Tell the app, at once; returns before it heard."""
        envelope = Envelope(kind, payload, accepts, what=what)
        self.sent.append(envelope)
        task = asyncio.create_task(self._until_heard(envelope))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return envelope

    async def _until_heard(self, envelope: Envelope) -> None:
        reason = ""
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(self.again_seconds * attempt)
            envelope.deliveries += 1
            try:
                reply = await self.way.deliver(envelope, attempt, reason, self.patience)
            except Lost as lost:
                reason = str(lost)
                continue
            if self.loses(envelope) and envelope.deliveries < TRIES:
                reason = "timeout"
                continue
            break
        else:
            reply = {}
        if envelope.seconds is None or envelope.seconds > ACK_SECONDS:
            self.hub.late.append(f"{envelope.what} after {envelope.seconds} s in {envelope.deliveries} deliveries")
        if not envelope.reply.done():
            envelope.reply.set_result(reply)
        self.hub.changes.tell()

    def event(self, team: str, event: Json) -> Envelope | None:
        """Something happened in a team. Only what the manifest asks for is told."""
        wanted = self.hub.manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])
        kind = str(event["type"])
        if kind == "message":
            kind = f"message.{event['channel_type'].replace('channel', 'channels').replace('group', 'groups')}"
        if kind not in wanted:
            return None
        payload = {
            "token": "not-used-any-more",
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": self.hub.app_id,
            "event": {"event_ts": self.hub.new_ts(), **event},
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(self.hub.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team,
                    "user_id": self.hub.teams[team].bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": secrets.token_urlsafe(20),
        }
        return self.send("events_api", payload, f"event {kind}")

    async def settled(self) -> None:
        """Wait until everything that was told is acknowledged, or given up."""
        while self.tasks:
            await asyncio.gather(*self.tasks)

    async def stop(self) -> None:
        """Tell nothing more."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
