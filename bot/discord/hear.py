"""What people do in Discord, as questions: who asks, where, and what; then the answer."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord
from discord import InteractionType

from bot import ask
from bot.commands.base import Answer, Asked, Desk
from bot.discord.ids import command_of
from bot.discord.platform import names
from bot.discord.render import fits, render
from bot.discord.reply import Replies, Reply
from bot.discord.split import parts
from bot.front import Clock
from domain.errors import PaperroundError
from domain.message import Heading, Message, Note, line

log = logging.getLogger(__name__)

IN_PLACE = {"more", "edition", "undo"}  # turning a page changes the page
BROKEN = Answer(
    Message.of(Heading("That did not work"), Note(line("Something broke on our side, and is in the log. Try again.")))
)


class Ear:
    """Hears every interaction. Each is acknowledged first, and answered when the answer is there."""

    def __init__(self, desk: Desk, clock: Clock, replies: Replies) -> None:
        self.desk = desk
        self.clock = clock
        self.replies = replies

    async def hear(self, interaction: discord.Interaction) -> None:
        """Answer one interaction, whatever it is."""
        reply = Reply(self.replies, interaction)
        asked = self.asked(interaction)
        data: Mapping[str, Any] = interaction.data or {}
        match interaction.type:
            case InteractionType.application_command:
                await self._command(reply, asked, data)
            case InteractionType.component:
                await self._component(reply, asked, interaction, data)
            case InteractionType.autocomplete:
                await reply.choices([])
            case _:
                log.warning("platform=discord an interaction of type %s is not known", interaction.type)

    def asked(self, interaction: discord.Interaction) -> Asked:
        """Who asks, and about which channel: in a thread the one it belongs to, in private the person's own."""
        person = f"discord:@me/{interaction.user.id}"
        place = interaction.channel
        number = place.parent_id if isinstance(place, discord.Thread) else interaction.channel_id
        channel = f"discord:{interaction.guild_id}/{number}" if interaction.guild_id and number else person
        may = interaction.permissions
        return Asked(person, channel, self.clock(), manager=may.manage_channels or may.administrator)

    async def _command(self, reply: Reply, asked: Asked, data: Mapping[str, Any]) -> None:
        if not await reply.later():
            return
        verb = data["options"][0]
        args = {option["name"]: str(option["value"]) for option in verb.get("options", ())}
        await self._answer(reply, asked, self._run(asked, verb["name"], args))

    async def _component(
        self, reply: Reply, asked: Asked, interaction: discord.Interaction, data: Mapping[str, Any]
    ) -> None:
        command = command_of(data["custom_id"])
        if data.get("values"):
            command = data["values"][0]
        ours = interaction.message is not None and interaction.message.flags.ephemeral
        verb = (command or "").partition(" ")[0]
        if not await reply.later(in_place=ours and verb in IN_PLACE):
            return
        await self._answer(reply, asked, ask.say(self.desk, asked, command or ""))

    async def _run(self, asked: Asked, verb: str, args: Mapping[str, str]) -> Answer:
        command = self.desk.commands.get(verb)
        if command is None:
            return await ask.say(self.desk, asked, verb)
        try:
            return await ask.ask(self.desk, asked, command, {n: v.replace("\x00", " ") for n, v in args.items()})
        except PaperroundError as error:
            return ask.sorry(error)

    async def _answer(self, reply: Reply, asked: Asked, answering: Any) -> None:
        try:
            answer = await answering
        except Exception:
            log.exception("person=%s channel=%s could not be answered", asked.person, asked.channel)
            answer = BROKEN
        shown = names(asked.channel, asked.person)
        await reply.say([render(part, names=shown) for part in parts(answer.message, fits)])
