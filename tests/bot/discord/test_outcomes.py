"""What Discord's answers come to: sent, later, never, or unknown."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import discord
import pytest

from bot.discord.guard import OnceError, RefusedError, RestError
from bot.discord.outcomes import CHANNEL, LATER, outcome
from bot.discord.rest import refused
from domain.delivery import Outcome, Permanent, RetryAt, Sent, Unknown
from tests.papers import NOW


def said(status: int, code: int = 0, message: str = "No") -> discord.HTTPException:
    """The exception that discord.py makes of such an answer."""
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    response = cast(Any, SimpleNamespace(status=status, reason="Because", headers={}))
    return (discord.DiscordServerError if status >= 500 else kind)(response, {"code": code, "message": message})


def of(answer: Any, *, left: bool = True) -> Outcome:
    return outcome(answer, NOW, left=left)


def test_a_message_was_sent_under_its_channel_and_number() -> None:
    assert of({"id": "7", "channel_id": "5", "nonce": "x"}) == Sent("5/7")


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
def test_what_discord_s_servers_could_not_say_is_unknown(status: int) -> None:
    assert of(said(status)) == Unknown(f"Discord answered with {status}")


@pytest.mark.parametrize("code", sorted(CHANNEL))
@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_channel_that_is_closed_to_us_rests(code: int, status: int) -> None:
    assert of(said(status, code)) == Permanent(CHANNEL[code], channel=True)


@pytest.mark.parametrize("status", [403, 404])
def test_what_else_is_denied_rests_too(status: int) -> None:
    found = of(said(status, 12345))
    assert isinstance(found, Permanent)
    assert found.channel


@pytest.mark.parametrize("code", sorted(LATER))
def test_what_discord_wants_later_is_tried_later(code: int) -> None:
    assert isinstance(of(said(400, code)), RetryAt)


def test_a_message_that_discord_will_never_take_is_dead_and_its_channel_is_not() -> None:
    assert of(said(400, 50035, "Invalid Form Body")) == Permanent(
        "Discord does not take the message (400, code 50035: Invalid Form Body)"
    )


def test_rate_limits_say_when() -> None:
    assert of(discord.RateLimited(40.0)) == RetryAt("Discord's rate limit", NOW + timedelta(seconds=40))
    assert of(said(429)) == RetryAt("Discord's rate limit", NOW + timedelta(minutes=10)), "a ban names no end"
    assert of(RestError("too many", 9.0)) == RetryAt("too many", NOW + timedelta(seconds=9))


@pytest.mark.parametrize("answer", [said(401), RefusedError("no", 5.0), refused()], ids=["401", "rest", "login"])
def test_a_token_that_is_not_taken_lets_the_channel_rest(answer: Exception) -> None:
    assert of(answer) == Permanent("Discord does not take our token", channel=True)


@pytest.mark.parametrize("kind", [aiohttp.ServerDisconnectedError, TimeoutError, ConnectionResetError, KeyError])
def test_invariant_4_what_broke_on_the_way_is_unknown_if_it_had_left_and_else_was_not_sent(
    kind: type[Exception],
) -> None:
    assert isinstance(of(kind()), Unknown)
    assert isinstance(of(kind(), left=False), RetryAt)


def test_what_may_only_be_asked_once_is_unknown_after_the_first_time() -> None:
    assert of(OnceError(502)) == Unknown("Discord answered with 502")
    assert of(OnceError(0)) == Unknown("the connection broke")


def test_long_refusals_are_cut() -> None:
    found = of(said(400, 50035, "x" * 5_000))
    assert isinstance(found, Permanent)
    assert len(found.why) < 250
