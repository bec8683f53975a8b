"""What the bot needs to be allowed in a channel, and whether it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import discord

from domain.errors import PaperroundError

# In Discord's own words for them, with what for.
POST = {
    "view_channel": "View Channel",
    "send_messages": "Send Messages",
    "read_message_history": "Read Message History",
}
EMBED = {"embed_links": "Embed Links"}
THREAD = {"create_public_threads": "Create Public Threads", "send_messages_in_threads": "Send Messages in Threads"}
FORUM = {"send_messages_in_threads": "Send Messages in Threads"}
ASKED = POST | THREAD  # by the link that adds the bot to a server


def invitation(application: int) -> str:
    """The link that adds the bot to a server, with these permissions and no others."""
    asked = discord.Permissions(**dict.fromkeys(ASKED, True))
    return str(discord.utils.oauth_url(application, permissions=asked, scopes=("bot", "applications.commands")))


def missing(granted: discord.Permissions, wanted: Mapping[str, str]) -> list[str]:
    """The names of those wanted that are not granted."""
    return [] if granted.administrator else [name for flag, name in wanted.items() if not getattr(granted, flag)]


def insist(granted: discord.Permissions, wanted: Mapping[str, str], channel: str) -> None:
    """Raise PaperroundError naming what is missing, if anything is."""
    lacking = missing(granted, wanted)
    if lacking:
        raise PaperroundError(
            f"I am not allowed to post here: {' and '.join(lacking)} missing in {channel}.",
            "Whoever manages the channel can allow it under Edit Channel, Permissions. Or use to:me.",
        )


def resolved(guild: Mapping[str, Any], member: Mapping[str, Any], channel: Mapping[str, Any]) -> discord.Permissions:
    """What a member may do in a channel, reckoned as Discord says; all three are its objects.

    https://discord.com/developers/docs/topics/permissions#permission-overwrites
    """
    mine = {str(guild["id"]), *map(str, member["roles"])}
    granted = discord.Permissions(_any(int(role["permissions"]) for role in guild["roles"] if str(role["id"]) in mine))
    if granted.administrator or str(guild.get("owner_id")) == str(member["user"]["id"]):
        return discord.Permissions.all()
    overwrites = {str(each["id"]): each for each in channel.get("permission_overwrites", ())}
    everyone = [overwrites[str(guild["id"])]] if str(guild["id"]) in overwrites else []
    roles = [each for number, each in overwrites.items() if number in mine and number != str(guild["id"])]
    own = [overwrites[str(member["user"]["id"])]] if str(member["user"]["id"]) in overwrites else []
    for level in (everyone, roles, own):
        granted.handle_overwrite(_any(int(each["allow"]) for each in level), _any(int(each["deny"]) for each in level))
    return granted if granted.view_channel else discord.Permissions.none()


def _any(bits: Iterable[int]) -> int:
    found = 0
    for each in bits:
        found |= each
    return found
