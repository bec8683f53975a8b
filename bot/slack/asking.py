"""What every question in Slack goes through: who asks, where, the answer, and what Slack adds to it."""

from __future__ import annotations

import logging
from typing import Any

from bot.ask import ask, sorry
from bot.commands.again import in_place
from bot.commands.base import Answer, Asked, Command, Desk
from bot.commands.perform import read
from bot.front import Clock
from bot.slack import modals
from bot.slack.answer import Saying, Where
from bot.slack.ids import is_person, ours, place, split
from bot.slack.life import invite
from bot.slack.people import People, Person
from bot.slack.rich import Json, Place
from bot.slack.web import Web
from bot.slack.workspaces import Workspace, Workspaces
from domain.errors import PaperroundError
from domain.message import Message, Note, Span, line

log = logging.getLogger(__name__)

BROKEN = PaperroundError("Something broke that should not.", "Try it again; the log of Paperround says more.")
GONE = "channel_not_found"  # which a private channel is for whom it does not have
POSTS_LATER = frozenset({"subscribe", "schedule", "digest", "edit"})  # after which I had better be in the channel


class Asking:
    """Everything that hearing, modals and Home work with."""

    def __init__(self, desk: Desk, clock: Clock, web: Web, workspaces: Workspaces, saying: Saying) -> None:
        self.desk = desk
        self.clock = clock
        self.web = web
        self.workspaces = workspaces
        self.saying = saying
        self.people = People(web, saying.pace)
        self._there: set[tuple[str, str]] = set()

    def where(self, team: str, conversation: str, user: str, **more: Any) -> Where | None:
        """The place of a question, or None where the app is not installed."""
        workspace = self.workspaces.of(team)
        if workspace is None:
            log.warning("team=%s asks, and has not the app", team)
            return None
        return Where(workspace, Place(place(team, conversation, user), ours(team, user)), conversation, user, **more)

    async def asked(self, where: Where, command: Command | None = None) -> Asked:
        """Who asks. Slack is asked about them only where it matters: about a channel, or for a button's sake."""
        matters = command is None or command.in_channel or command.hidden
        person = await self.people.known(where.workspace, where.user) if matters else Person()
        return Asked(
            where.place.person, where.place.channel, self.clock(), person.manager, person.timezone, person.member
        )

    async def answered(self, where: Where, text: str) -> Answer:
        """The answer to a text; what went wrong is one, too."""
        try:
            command, args = read(self.desk.commands, text)
            answer = await ask(self.desk, await self.asked(where, command), command, args)
            return await self._reminded(where, command, answer)
        except PaperroundError as error:
            return sorry(error)
        except Exception:
            log.exception("channel=%s a question broke", where.place.channel)
            return sorry(BROKEN)

    async def reply(self, where: Where, text: str) -> None:
        """Answer a text where it was asked."""
        answer = await self.answered(where, text)
        replace = where.under and "error" not in answer.data and await self.in_place(where, text)
        await self.saying.say(where, answer, replace=replace, more=self._more(text, answer))

    async def in_place(self, where: Where, text: str) -> bool:
        """Whether what a button asks is shown in the place of what it stands below."""
        return await in_place(self.desk, Asked(where.place.person, where.place.channel, self.clock()), text)

    def _more(self, text: str, answer: Answer) -> tuple[Json, ...]:
        """The forms that Slack offers for what was asked."""
        try:
            command, _ = read(self.desk.commands, text)
        except PaperroundError:
            return ()
        return modals.offered(command.name, answer)

    async def _reminded(self, where: Where, command: Command, answer: Answer) -> Answer:
        """The answer, with what to type where I am not in the channel that is to get digests."""
        name = str(answer.data.get("channel", where.place.channel))
        if command.name not in POSTS_LATER or is_person(name) or not name.startswith("slack:"):
            return answer
        if await self.is_there(where.workspace, split(name)[1]):
            return answer
        words = Span(invite(where.workspace), "code")
        told = Note(line("I am not in this channel, so I cannot post here yet. Write: ", words))
        blocks = answer.message.blocks
        return Answer(Message((*blocks[:1], told, *blocks[1:])), answer.data, answer.private)

    async def is_there(self, workspace: Workspace, conversation: str) -> bool:
        """Whether I am in a channel. Where Slack does not say, it is taken to be so; so is where I once was."""
        if (workspace.team, conversation) in self._there:
            return True
        await self.saying.pace.queue(self.saying.pace.ask, workspace.team, "conversations.info")
        reply = await self.web.call(workspace.token, "conversations.info", channel=conversation)
        if reply.ok and (reply.body.get("channel") or {}).get("is_member", True):
            self._there.add((workspace.team, conversation))
        return bool((reply.body.get("channel") or {}).get("is_member", True)) if reply.ok else reply.error != GONE

    def left(self, team: str, conversation: str) -> None:
        """I am not in the channel any more."""
        self._there.discard((team, conversation))
