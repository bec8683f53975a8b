"""What people do in Discord, as questions: who asks, where, and what; then the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import aiohttp
import discord
from discord import InteractionType

from bot import ask, complete
from bot.commands import again
from bot.commands.base import Answer, Args, Command, Desk
from bot.commands.perform import read
from bot.discord import modals
from bot.discord.buttons import PANEL, panel, pressed
from bot.discord.platform import DiscordPlatform
from bot.discord.reading import text_of
from bot.discord.render import Body
from bot.discord.reply import Replies, Reply
from bot.discord.split import parts
from bot.discord.tree import MESSAGE, choices
from bot.discord.who import Who, who
from bot.front import Clock
from bot.mentioned import mentioned
from domain.errors import PaperroundError
from domain.message import Heading, Message, Note, line

log = logging.getLogger(__name__)

QUICK_SECONDS = 1.5  # for what must be known before the first answer, which is due after three
BROKEN = Answer(
    Message.of(Heading("That did not work"), Note(line("Something broke on our side, and is in the log. Try again."))),
    {"error": "something broke"},
)
NONE_MENTIONED = Answer(Message.of(Heading("This message mentions no paper that can be recognised")))

Answering = Callable[[], Awaitable[Answer]]
T = TypeVar("T")


class Ear:
    """Hears every interaction. Each is acknowledged first, and answered when the answer is there."""

    def __init__(self, desk: Desk, platform: DiscordPlatform, clock: Clock, replies: Replies) -> None:
        self.desk = desk
        self.platform = platform
        self.clock = clock
        self.replies = replies

    async def hear(self, interaction: discord.Interaction) -> None:
        """Answer one interaction, whatever it is."""
        reply, by = Reply(self.replies, interaction), who(interaction, self.clock())
        data: Mapping[str, Any] = interaction.data or {}
        match interaction.type:
            case InteractionType.autocomplete:
                await reply.choices(await self._completed(by, data))
            case InteractionType.application_command if data.get("type") == MESSAGE:
                await self._told(reply, by, lambda: self._kept(by, data))
            case InteractionType.application_command:
                verb = data["options"][0]
                given = {each["name"]: str(each["value"]) for each in verb.get("options", ())}
                await self._command(reply, by, verb["name"], by.read(given))
            case InteractionType.component:
                await self._pressed(reply, by, pressed(data))
            case InteractionType.modal_submit:
                await self._told(reply, by, lambda: self._filled(by, data))
            case _:
                log.warning("platform=discord interactions of type %s are not known", interaction.type)

    async def _pressed(self, reply: Reply, by: Who, text: str) -> None:
        if text.startswith(PANEL):
            await self._told(reply, by, lambda: panel(self.desk, text.removeprefix(PANEL)))
            return
        try:
            command, args = read(self.desk.commands, text)
        except PaperroundError as error:
            sorry = ask.sorry(error)
            await self._told(reply, by, lambda: _now(sorry))
            return
        if modals.wants(command, args, button=True):
            await self._form(reply, by, command, args)
            return
        # What was posted for all stays as it is.
        instead = by.private and await _soon(again.in_place(self.desk, by.asked, text), False)
        await self._told(reply, by, lambda: self._run(by, command, args), in_place=instead)

    async def _command(self, reply: Reply, by: Who, verb: str, args: Args) -> None:
        command = self.desk.commands.get(verb)
        if command is None:  # a client that has not heard of the newest commands yet
            await self._pressed(reply, by, verb)
        elif modals.wants(command, args, button=False):
            await self._form(reply, by, command, args)
        else:
            await self._told(reply, by, lambda: self._run(by, command, args))

    async def _form(self, reply: Reply, by: Who, command: Command, args: Args) -> None:
        try:
            form = await _soon(modals.opened(self.desk, by.asked, command, args), None)
        except PaperroundError as error:
            sorry = ask.sorry(error)
            await self._told(reply, by, lambda: _now(sorry))
            return
        if form is None:
            await self._told(reply, by, lambda: self._run(by, command, args))
        else:
            await reply.form(form)

    async def _run(self, by: Who, command: Command, args: Args) -> Answer:
        meant, given = await again.behind(self.desk, by.asked, args) if command is again.COMMAND else (command, args)
        by.insist(meant, given, self.platform.wanted)
        answer = await ask.ask(self.desk, by.asked, command, args)
        return modals.offered(answer, by.asked, command, args)

    async def _filled(self, by: Who, data: Mapping[str, Any]) -> Answer:
        command, args = read(self.desk.commands, pressed(data))
        return await self._run(by, command, by.read(modals.filled(command, args, data)))

    async def _kept(self, by: Who, data: Mapping[str, Any]) -> Answer:
        message = data["resolved"]["messages"][data["target_id"]]
        found = mentioned(text_of(message))
        if not found:
            return NONE_MENTIONED
        return await ask.say(self.desk, by.asked, f"keep {' '.join(found)}")

    async def _completed(self, by: Who, data: Mapping[str, Any]) -> list[tuple[str, str]]:
        verb = data["options"][0]
        command = self.desk.commands.get(verb["name"])
        given = {each["name"]: str(each["value"]) for each in verb.get("options", ())}
        focused = next((each["name"] for each in verb.get("options", ()) if each.get("focused")), "")
        param = next((each for each in command.params if each.name == focused), None) if command else None
        if command is None or param is None:
            return []
        typed = given.pop(focused)
        try:
            return choices(await _soon(complete.argument(self.desk, by.asked, command, param, typed, given), []))
        except Exception:
            log.exception("person=%s %s %s could not be completed", by.asked.person, command.name, focused)
            return []

    async def _told(self, reply: Reply, by: Who, answering: Answering, *, in_place: bool = False) -> None:
        if not await reply.later(in_place=in_place):
            return
        try:
            answer = await answering()
        except PaperroundError as error:
            answer = ask.sorry(error)
        except Exception:
            log.exception("person=%s channel=%s could not be answered", by.asked.person, by.asked.channel)
            answer = BROKEN
        try:
            await reply.say(self._shown(by, answer), instead="error" not in answer.data)
        except (discord.HTTPException, aiohttp.ClientError, OSError):
            log.exception("person=%s channel=%s the answer was not taken", by.asked.person, by.asked.channel)
            await reply.say(self._shown(by, BROKEN))

    def _shown(self, by: Who, answer: Answer) -> list[Body]:
        found = parts(answer.message, self.platform.room.fits)
        return [self.platform.shown(part, "", by.asked.channel, by.asked.person) for part in found]


async def _now(answer: Answer) -> Answer:
    return answer


async def _soon(work: Awaitable[T], otherwise: T) -> T:
    """What the work comes to, if that is soon enough to be a first answer."""
    try:
        async with asyncio.timeout(QUICK_SECONDS):
            return await work
    except TimeoutError:
        return otherwise
