"""What Slack tells us, once: it tells again what it believes unheard."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.tasks import Tasks

KEPT = 10_000

Handling = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


def name(body: Mapping[str, Any], envelope: str = "") -> str:
    """What a telling is known by: events by their id, all else by its trigger, which is never given twice."""
    event = body.get("event_id")
    trigger = body.get("trigger_id")
    return f"event {event}" if event else f"trigger {trigger}" if trigger else f"envelope {envelope}" * bool(envelope)


class Once:
    """Handles each thing once; told again, the answer is the first one's. `tasks` are what goes on after."""

    def __init__(self, handle: Handling, tasks: Tasks | None = None) -> None:
        self.handle = handle
        self.tasks = tasks or Tasks()
        self._heard: OrderedDict[str, asyncio.Task[BoltResponse]] = OrderedDict()

    async def __call__(self, request: AsyncBoltRequest, envelope: str = "") -> BoltResponse:
        """The answer to a request that is known to be Slack's."""
        key = name(request.body, envelope)
        task = self._heard.get(key)
        if task is None:
            task = asyncio.ensure_future(self.handle(request))
            if key:
                self._heard[key] = task
            while len(self._heard) > KEPT:
                self._heard.popitem(last=False)
        response = await asyncio.shield(task)
        if response.status != 200:
            self._heard.pop(key, None)  # it was not heard after all
        return response
