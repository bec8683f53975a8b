"""Finding a message again by the delivery's id that its components carry: only looking proves that it is not there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.discord.ids import carries
from bot.discord.limits import custom_ids
from bot.discord.outcomes import NO_CHANNEL
from bot.discord.places import Place
from bot.discord.rest import Rest
from domain.delivery import Absent, CannotTell, Finding, Sent

PAGE, PAGES = 100, 30  # messages looked at in one go, and how often
MARGIN = timedelta(hours=1)  # between our clock and Discord's
TOO_MUCH = CannotTell("too much was said in the channel since")
UNSEEN = CannotTell("looking back needs the permission Read Message History")


async def in_channel(rest: Rest, place: Place, delivery: str, since: datetime, *, may_read: bool) -> Finding:
    """Look for the delivery's message among those since it was planned.

    Where the bot may not read what was said Discord shows nothing, which proves nothing: `may_read` says that it may.
    """
    try:
        seen = 0
        async for message in _latest(rest, place.number, since):
            seen += 1
            if carries(custom_ids(message.get("components", ())), delivery):
                return Sent(f"{message['channel_id']}/{message['id']}")
    except discord.NotFound as error:
        if error.code == NO_CHANNEL and place.of:
            return Absent()  # the thread was never begun, or somebody removed it with all that was in it
        raise
    except OverflowError:
        return TOO_MUCH
    return Absent() if seen or may_read else UNSEEN


async def _latest(rest: Rest, channel: int, since: datetime) -> AsyncIterator[dict[str, Any]]:
    """The channel's messages, newest first, back to a while before the instant."""
    before: dict[str, str | int] = {}
    for _ in range(PAGES):
        page = await rest.ask(
            "GET", "/channels/{channel_id}/messages", params={"limit": PAGE, **before}, channel_id=channel
        )
        for message in page:
            yield message
        if len(page) < PAGE or _older(int(page[-1]["id"]), since):
            return
        before = {"before": int(page[-1]["id"])}
    raise OverflowError


async def in_forum(rest: Rest, server: int, place: Place, delivery: str, since: datetime) -> Finding:
    """Look for the post that the delivery began, among ours since it was planned."""
    me = await rest.me()
    active = await rest.ask("GET", "/guilds/{guild_id}/threads/active", guild_id=server)
    archived = await rest.ask(
        "GET", "/channels/{channel_id}/threads/archived/public", params={"limit": PAGE}, channel_id=place.number
    )
    for thread in (*active["threads"], *archived["threads"]):
        number = int(thread["id"])
        ours = int(thread["owner_id"]) == me and int(thread["parent_id"]) == place.number
        if not ours or _older(number, since):
            continue
        try:
            message = await rest.ask(
                "GET", "/channels/{channel_id}/messages/{message_id}", channel_id=number, message_id=number
            )
        except discord.NotFound:
            continue  # somebody removed it
        if carries(custom_ids(message.get("components", ())), delivery):
            return Sent(f"{number}/{number}")
    return Absent()


def _older(snowflake: int, since: datetime) -> bool:
    return discord.utils.snowflake_time(snowflake) < since - MARGIN
