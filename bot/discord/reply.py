"""Answering one interaction: acknowledged at once, answered after, in as many messages as it takes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from io import BytesIO
from typing import Any

import aiohttp
import discord
from discord.http import Route, json_or_text
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.discord.render import EPHEMERAL, Body, filename
from bot.discord.rest import moved

log = logging.getLogger(__name__)

# https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object
LATER, LATER_IN_PLACE, CHOICES, FORM = 5, 6, 8, 9
ACKNOWLEDGED = 40060
FIRST_SECONDS, PAUSE_SECONDS = 2.9, 0.1  # of the three that Discord waits; between two tries
FOLLOW_UPS = 4  # beside one that says so; where only a person installed the bot there are five


class Replies(AsyncWebhookAdapter):
    """discord.py's way to answer interactions, at `base`, over a session that waits for nothing else."""

    def __init__(self, base: str, session: aiohttp.ClientSession) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's own is not typed
        self.base = base
        self.session = session

    async def request(self, route: Route, session: aiohttp.ClientSession, **more: Any) -> Any:
        """As the library asks, at `base`."""
        return await super().request(moved(route, self.base), session, **more)

    async def acknowledge(self, interaction: discord.Interaction, payload: dict[str, Any]) -> tuple[int, int]:
        """Try once to answer first: the status, and Discord's code of an error. 503 stands for a broken connection."""
        url = f"{self.base}/interactions/{interaction.id}/{interaction.token}/callback"
        try:
            async with self.session.post(url, json=payload) as response:
                said = await json_or_text(response)
                return response.status, int(said.get("code", 0)) if isinstance(said, dict) else 0
        except aiohttp.ClientError as error:
            log.warning("interaction=%d broke: %s", interaction.id, type(error).__name__)
            return HTTPStatus.SERVICE_UNAVAILABLE, 0


class Reply:
    """The answer to one interaction."""

    def __init__(self, replies: Replies, interaction: discord.Interaction) -> None:
        self._replies = replies
        self._interaction = interaction
        self._in_place = False
        self._until = asyncio.get_running_loop().time() + FIRST_SECONDS

    async def later(self, *, in_place: bool = False) -> bool:
        """Acknowledge within three seconds; False where nobody waits for the answer any more.

        `in_place` answers by changing the message that the button stands on; otherwise in a message of its own,
        which only the person sees.
        """
        self._in_place = in_place
        if in_place:
            return await self._first({"type": LATER_IN_PLACE})
        return await self._first({"type": LATER, "data": {"flags": EPHEMERAL}})

    async def choices(self, choices: Sequence[tuple[str, str]]) -> bool:
        """Offer completions: what is shown, and what is then written."""
        data = {"choices": [{"name": shown, "value": value} for shown, value in choices]}
        return await self._first({"type": CHOICES, "data": data})

    async def form(self, modal: dict[str, Any]) -> bool:
        """Open a form."""
        return await self._first({"type": FORM, "data": modal})

    async def _first(self, payload: dict[str, Any]) -> bool:
        """Give the first answer: by hand, since the library would not say which try was taken."""
        again = False
        try:
            async with asyncio.timeout_at(self._until):
                while True:
                    status, code = await self._replies.acknowledge(self._interaction, payload)
                    if status < HTTPStatus.MULTIPLE_CHOICES or (code == ACKNOWLEDGED and again):
                        return True  # now, or by a try whose answer did not arrive
                    if status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS:
                        log.info("interaction=%d cannot be acknowledged: %d, %d", self._interaction.id, status, code)
                        return False
                    again = True
                    await asyncio.sleep(PAUSE_SECONDS)
        except TimeoutError:
            log.warning("interaction=%d was not acknowledged in time", self._interaction.id)
            return False

    async def say(self, bodies: Sequence[Body], *, instead: bool = True) -> None:
        """Give the answer that was announced by `later`; not `instead` of what one acted on if that shall stay."""
        if self._in_place and not instead:
            first, rest = [], [*bodies]
        else:
            first, rest = [*bodies[:1]], [*bodies[1:]]
        for body in first:
            await self._send("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", body)
        if self._interaction.guild_id and not self._interaction.is_guild_integration() and rest[FOLLOW_UPS:]:
            rest[FOLLOW_UPS:] = [_left_out(len(rest) - FOLLOW_UPS)]
        for body in rest:
            unseen = {**body.payload, "flags": body.payload["flags"] | EPHEMERAL}
            await self._send("POST", "/webhooks/{webhook_id}/{webhook_token}", Body(unseen, body.files))

    async def _send(self, method: str, path: str, body: Body) -> None:
        route = Route(method, path, webhook_id=self._interaction.application_id, webhook_token=self._interaction.token)
        for patience in (True, True, False):
            try:
                await self._replies.request(route, self._replies.session, **_parts(body))
            except (aiohttp.ClientError, OSError) as error:
                # Better twice than never: only one person sees it.
                log.warning("interaction=%d answering broke: %s", self._interaction.id, type(error).__name__)
                if not patience:
                    raise
            else:
                return


def _left_out(many: int) -> Body:
    said = f"{many} more {'message' if many == 1 else 'messages'} of this answer find no room where I am not installed."
    said += " Ask me in direct messages to see all of it."
    return Body({"content": said, "flags": 0, "allowed_mentions": {"parse": []}})


def _parts(body: Body) -> dict[str, Any]:
    """What a request consists of; with files as https://discord.com/developers/docs/reference#uploading-files says."""
    if not body.files:
        return {"payload": body.payload}
    named = [(filename(file.name), BytesIO(file.content.encode(errors="replace"))) for file in body.files]
    files = [discord.File(content, name) for name, content in named]
    attachments = [{"id": number, "filename": file.filename} for number, file in enumerate(files)]
    parts: list[dict[str, Any]] = [
        {"name": "payload_json", "value": json.dumps({**body.payload, "attachments": attachments})}
    ]
    for number, file in enumerate(files):
        kind = {"filename": file.filename, "content_type": "application/octet-stream"}
        parts.append({"name": f"files[{number}]", "value": file.fp, **kind})
    return {"multipart": parts, "files": files}
