"""What Discord's answer to a send comes to: one pure function."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.discord.guard import OnceError, RefusedError, RestError
from domain.delivery import Outcome, Permanent, RetryAt, Sent, Unknown
from domain.errors import PlatformRefusedError

# Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
LACKS, NO_CHANNEL, NO_MESSAGE, THREAD_THERE = 50013, 10003, 10008, 160004
CHANNEL = {
    NO_CHANNEL: "the channel is gone",
    10004: "the server is gone, or the bot is no longer in it",
    10013: "there is no such person any more",
    50001: "the bot may not see the channel",
    50007: "this person takes no messages from the bot",
    50008: "the channel takes no messages",
    LACKS: "the bot lacks a permission in the channel",
    50024: "the channel's kind takes no messages",
    50083: "the thread is archived",
    50278: "this person shares no server with the bot",
    160005: "the thread is locked",
    160006: "the server has too many active threads",
    340013: "the channel is closed to posts",
}
# Opening direct messages too fast, slow mode, write limits, overload.
LATER = {
    40003,
    20016,
    20022,
    20026,
    20028,
    20029,
    31001,
    31002,
    130000,
}
REFUSED_WHY = "Discord does not take our token"
UNAVAILABLE = "Discord answered with {}"
CLOUDFLARE_SECONDS = 600  # a ban by the address that names no end


def outcome(answer: Mapping[str, Any] | Exception, now: datetime, *, left: bool = True) -> Outcome:
    """The outcome of a send by its answer: the message as Discord has it, or the exception that was raised.

    `left`: the request left the house at least once. What did not leave was not sent, whatever broke.
    """
    match answer:
        case Mapping():
            return Sent(f"{answer['channel_id']}/{answer['id']}")
        case RefusedError() | PlatformRefusedError():
            return Permanent(REFUSED_WHY, channel=True)
        case RestError():
            return RetryAt(str(answer), now + timedelta(seconds=answer.seconds))
        case discord.RateLimited():
            return RetryAt("Discord's rate limit", now + timedelta(seconds=answer.retry_after))
        case OnceError(status=status):
            return Unknown(UNAVAILABLE.format(status) if status else "the connection broke")
        case discord.HTTPException() if left or answer.status < 500:
            return _refused(answer, now)
        case _ if not left:
            return RetryAt(f"Discord could not be reached: {type(answer).__name__}")
        case _:
            return Unknown(f"the connection broke: {type(answer).__name__}")


def _refused(answer: discord.HTTPException, now: datetime) -> Outcome:
    status, code = answer.status, answer.code
    said = f"{status}, code {code}: {answer.text[:120]}" if code else str(status)
    if status == 401:
        return Permanent(REFUSED_WHY, channel=True)
    if status == 429:
        return RetryAt("Discord's rate limit", now + timedelta(seconds=CLOUDFLARE_SECONDS))
    if status >= 500:
        # It may have taken the message all the same: only looking tells.
        return Unknown(UNAVAILABLE.format(status))
    if code in LATER:
        return RetryAt(f"Discord wants it later ({said})")
    if code in CHANNEL:
        return Permanent(CHANNEL[code], channel=True)
    if status in {403, 404}:
        return Permanent(f"Discord denies access ({said})", channel=True)
    return Permanent(f"Discord does not take the message ({said})")
