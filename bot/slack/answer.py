"""Saying something back: at an interaction's own address, in a conversation, or in the modal it was asked from."""

from __future__ import annotations

import json
import logging

import aiohttp
from msgspec import Struct
from slack_sdk.errors import SlackApiError

from bot.commands.base import Answer
from bot.slack import render
from bot.slack.outcomes import Reply
from bot.slack.pace import Pace
from bot.slack.rich import Json, Place, block, section, text
from bot.slack.slim import slim
from bot.slack.web import Web
from bot.slack.workspaces import Workspace
from domain.message import File

log = logging.getLogger(__name__)

MODAL_BLOCKS = 98


class Where(Struct, frozen=True):
    """Where a question came from, and so where its answer goes.

    `url` is the interaction's own address, `view` the modal's id. `under` is a private answer of ours below which
    the button stood, so that it can be replaced.
    """

    workspace: Workspace
    place: Place
    conversation: str
    user: str
    thread: str = ""
    url: str = ""
    view: str = ""
    under: bool = False

    @property
    def direct(self) -> bool:
        """Whether nobody else reads along."""
        return self.conversation.startswith("D")


class Saying:
    """Answers on their way back."""

    def __init__(self, web: Web, pace: Pace) -> None:
        self.web = web
        self.pace = pace

    async def say(self, where: Where, answer: Answer, *, replace: bool = False, more: tuple[Json, ...] = ()) -> None:
        """Give the answer, `more` blocks below it; it replaces the one it was asked from if wanted and possible."""
        for file in (each for each in answer.message.blocks if isinstance(each, File)):
            more = (*more, block(section([text(await self._uploaded(where, file), italic=True)])))
        message = answer.message if where.view else slim(answer.message, where.place)
        parts = render.messages(message, where.place)
        if len(parts) > render.MESSAGES:
            cut = block(section([text("There is more than Slack takes at once; ask for less.", italic=True)]))
            parts = [*parts[: render.MESSAGES - 1], [*parts[render.MESSAGES - 1][: render.BLOCKS - 1], cut]]
        if len(parts[-1]) + len(more) > render.BLOCKS:
            parts.append([])
        parts[-1] = [*parts[-1], *more]
        if where.view:
            await self._show(where, [each for part in parts for each in part])
            return
        said = render.fallback(answer.message, where.place)
        for number, part in enumerate(parts):
            await self._part(where, part, said, private=answer.private, replace=replace and where.under and not number)

    async def _part(self, where: Where, blocks: list[Json], said: str, *, private: bool, replace: bool) -> None:
        message: Json = {"text": said, "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
        if where.url:
            kind: Json = {"replace_original": replace, "response_type": "ephemeral" if private else "in_channel"}
            thread = {"thread_ts": where.thread} if where.thread else {}
            if await self.web.respond(where.url, **message, **kind, **thread):
                return
            log.info("channel=%s an interaction's address serves no more; answering there", where.place.channel)
        await self._post(where, message, private=private and not where.direct)

    async def _post(self, where: Where, message: Json, *, private: bool) -> None:
        token, thread = where.workspace.token, where.thread or None
        if private:
            reply = await self.web.call(
                token, "chat.postEphemeral", patient=True, channel=where.conversation, user=where.user,
                thread_ts=thread, text=message["text"], blocks=message["blocks"],
            )  # fmt: skip
            if reply.ok:
                return
            log.info("channel=%s no private answer (%s); writing to the person", where.place.channel, reply.error)
            opened = await self._opened(where)
            if not opened.ok:
                log.warning("channel=%s nobody could be answered: %s", where.place.channel, opened.error)
                return
            conversation, thread = str(opened.body["channel"]["id"]), None
        else:
            conversation = where.conversation
        await self.pace.queue(self.pace.post, where.workspace.team, conversation)
        reply = await self.web.call(token, "chat.postMessage", channel=conversation, thread_ts=thread, **message)
        if not reply.ok:
            log.warning("channel=%s an answer was not posted: %s", where.place.channel, reply.error or reply.failed)

    async def _opened(self, where: Where) -> Reply:
        await self.pace.queue(self.pace.ask, where.workspace.team, "conversations.open")
        return await self.web.call(where.workspace.token, "conversations.open", users=where.user)

    async def _show(self, where: Where, blocks: list[Json]) -> None:
        view = {
            "type": "modal",
            "callback_id": "answer",
            "title": {"type": "plain_text", "text": "Paperround"},
            "close": {"type": "plain_text", "text": "Close"},
            "private_metadata": json.dumps({"conversation": where.conversation}),
            "blocks": blocks[:MODAL_BLOCKS],
        }
        reply = await self.web.call(where.workspace.token, "views.update", patient=True, view_id=where.view, view=view)
        if not reply.ok:
            log.warning("channel=%s a modal was not shown: %s", where.place.channel, reply.error or reply.failed)

    async def _uploaded(self, where: Where, file: File) -> str:
        """Send the file to the person alone; returns what became of it."""
        if not file.content:
            return "There is nothing in it, so it is not sent."
        client = self.web.client(where.workspace.token, patient=True)
        opened = await self._opened(where)
        try:
            to = str(opened.body["channel"]["id"])
            await client.files_upload_v2(channel=to, content=file.content, filename=file.name, title=file.name)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, KeyError) as error:
            log.warning("person=%s a file was not sent: %s", where.place.person, opened.error or type(error).__name__)
            return "Slack did not take the file. Try it again in a minute."
        return "The file is in our direct messages."
