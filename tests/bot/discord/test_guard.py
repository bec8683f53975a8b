"""What keeps us from asking too much: the pace, the count of invalid requests, a token that was refused."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise

import pytest

from bot.discord.guard import INVALID_SECONDS, MOST_INVALID, PER_SECOND, Guard, RefusedError, RestError


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


async def left(guard: Guard, many: int) -> list[float]:
    """When each of so many requests, wanted at once, may leave: in order."""
    found: list[float] = []

    async def ask() -> None:
        await guard.turn()
        found.append(time.monotonic())

    await asyncio.gather(*(ask() for _ in range(many)))
    return sorted(found)


async def test_no_second_holds_more_requests_than_discord_allows() -> None:
    times = await left(Guard(), PER_SECOND + 10)
    assert times[-1] - times[0] >= (PER_SECOND + 8) / PER_SECOND
    assert all(later - first >= 0.9 for first, later in zip(times, times[PER_SECOND:], strict=False))


async def test_what_a_busy_machine_held_up_does_not_leave_at_once_after_that() -> None:
    asyncio.get_running_loop().call_later(0.2, time.sleep, 0.5)
    times = await left(Guard(), PER_SECOND + 10)
    assert max(later - first for first, later in pairwise(times)) >= 0.5, "it was held up"
    assert all(later - first >= 0.9 for first, later in zip(times, times[PER_SECOND:], strict=False))


async def test_a_refused_token_is_not_shown_again_for_a_while_longer_after_an_hour() -> None:
    clock = Clock()
    guard = Guard(clock)
    guard.answered(401)
    with pytest.raises(RefusedError) as caught:
        await guard.turn()
    assert 0 < caught.value.seconds <= 600
    clock.now += 600
    await guard.turn()
    clock.now += 3_600
    guard.answered(401)
    with pytest.raises(RefusedError) as caught:
        await guard.turn()
    assert 3_000 < caught.value.seconds <= 3_600
    guard.knock()
    await guard.turn()
    guard.trusted()
    guard.answered(401)
    with pytest.raises(RefusedError) as caught:
        await guard.turn()
    assert caught.value.seconds <= 600


@pytest.mark.parametrize("status", [403, 429])
async def test_after_too_many_invalid_requests_we_rest_long_before_discord_bans_us(status: int) -> None:
    clock = Clock()
    guard = Guard(clock)
    for _ in range(MOST_INVALID - 1):
        guard.answered(status)
    await guard.turn()
    guard.answered(status)
    with pytest.raises(RestError) as caught:
        await guard.turn()
    assert caught.value.seconds == INVALID_SECONDS
    assert MOST_INVALID <= 10_000 / 5
    clock.now += INVALID_SECONDS
    await guard.turn()


async def test_what_is_not_held_against_us_does_not_count() -> None:
    guard = Guard(Clock())
    for _ in range(MOST_INVALID):
        guard.answered(429, "shared")
        guard.answered(404)
        guard.answered(200)
    await guard.turn()
