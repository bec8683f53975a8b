"""Who somebody is in their workspace: their timezone, whether they are a full member, and whether they manage it."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict

from msgspec import Struct

from bot.slack.ids import ours
from bot.slack.pace import Pace
from bot.slack.web import Web
from bot.slack.workspaces import Workspace
from domain.timezones import known_timezone

log = logging.getLogger(__name__)

KEPT, KEPT_SECONDS = 10_000, 600.0


class Person(Struct, frozen=True):
    """What a workspace says of somebody. A guest is no full `member`."""

    timezone: str = ""
    member: bool = True
    manager: bool = False


class People:
    """Asks Slack, and remembers it for ten minutes."""

    def __init__(self, web: Web, pace: Pace) -> None:
        self.web = web
        self.pace = pace
        self._known: OrderedDict[tuple[str, str], tuple[float, Person]] = OrderedDict()

    async def known(self, workspace: Workspace, user: str) -> Person:
        """Who it is. Where Slack does not say, it may be a guest."""
        key = workspace.team, user
        asked, person = self._known.get(key, (0.0, None))
        if person is not None and time.monotonic() - asked < KEPT_SECONDS:
            return person
        await self.pace.queue(self.pace.ask, workspace.team, "users.info")
        reply = await self.web.call(workspace.token, "users.info", user=user)
        if not reply.ok:
            log.warning("person=%s nobody says who it is: %s", ours(workspace.team, user), reply.error or reply.failed)
            return person or Person(member=False)
        told = reply.body.get("user") or {}
        zone = str(told.get("tz") or "")
        guest = any(told.get(flag) for flag in ("is_restricted", "is_ultra_restricted", "is_stranger"))
        manages = any(told.get(flag) for flag in ("is_admin", "is_owner", "is_primary_owner"))
        person = Person(zone if known_timezone(zone) else "", not guest, bool(manages))
        self._known[key] = time.monotonic(), person
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return person
