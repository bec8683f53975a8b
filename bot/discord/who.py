"""Who does something in Discord, where, and what the bot and they may do there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

import discord
from msgspec import Struct

from bot.commands.base import Args, Asked, Command, owner
from bot.discord.permissions import FORUM, THREAD, insist
from domain.errors import PaperroundError

_MENTION = re.compile(r"<@!?(\d{1,20})>")
WHO = "who"  # the argument that names people


class Who(Struct, frozen=True):
    """A question's circumstances. `granted` is what the bot may do there; `there`: it is in that server.

    `private`: what was pressed stands on an answer that only this person sees. `forum`: the channel takes posts.
    """

    asked: Asked
    granted: discord.Permissions
    there: bool
    private: bool
    forum: bool

    def read(self, args: Args) -> dict[str, str]:
        """Arguments as our commands take them: people by our names for them, and nothing that no text holds."""
        read = {name: value.replace("\x00", " ") for name, value in args.items()}
        return {name: _MENTION.sub(r"discord:@me/\1", value) if name == WHO else value for name, value in read.items()}

    def insist(self, command: Command, args: Args, wanted: Mapping[str, str]) -> None:
        """Raise PaperroundError where the bot could not post what this leads to, before it is done."""
        threads = "thread" in args.get("words", "").lower().split()
        posts = {"subscribe": True, "digest": args.get("when") == "now", "schedule": threads}.get(command.name, False)
        if not posts or owner(self.asked, args) == self.asked.person:
            return
        if not self.there:
            raise PaperroundError(
                "I am not in this server, so I cannot post in it.",
                "Somebody who manages it can add me; docs/discord.md has the link. Or use to:me.",
            )
        more = FORUM if self.forum else THREAD if threads else {}
        insist(self.granted, {**wanted, **more}, self.asked.channel)


def who(interaction: discord.Interaction, now: datetime) -> Who:
    """The circumstances: in a thread the channel it belongs to counts, in private the person's own digest."""
    person = f"discord:@me/{interaction.user.id}"
    place = interaction.channel
    within = isinstance(place, discord.Thread)
    number = place.parent_id if isinstance(place, discord.Thread) else interaction.channel_id
    channel = f"discord:{interaction.guild_id}/{number}" if interaction.guild_id and number else person
    may = interaction.permissions
    return Who(
        Asked(person, channel, now, manager=may.manage_channels or may.administrator),
        interaction.app_permissions,
        interaction.is_guild_integration(),
        interaction.message is not None and interaction.message.flags.ephemeral,
        within and isinstance(getattr(place, "parent", None), discord.ForumChannel),
    )
