"""Turns to post: one a second and channel, some hundreds a minute and workspace."""

from __future__ import annotations

import asyncio

import pytest

from bot.slack import pace
from bot.slack.pace import Pace

CHANNEL, WORKSPACE, TIER_3 = 1.0, 0.25, 1.25


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(pace, "BURST", 2)
    monkeypatch.setattr(pace, "WORKSPACE_BURST", 0)
    monkeypatch.setattr(asyncio, "sleep", made.sleep)
    for name, seconds in (("CHANNEL", CHANNEL), ("WORKSPACE", WORKSPACE), ("TIER_3", TIER_3)):
        monkeypatch.setattr(pace, f"{name}_SECONDS", seconds)
    return made


async def times(clock: Clock, lines: Pace, *posts: tuple[str, str]) -> list[float]:
    found = []
    for team, channel in posts:
        assert await lines.post(team, channel) == 0
        found.append(clock.now - 100)
    return found


async def test_a_channel_gets_one_a_second(clock: Clock) -> None:
    lines = Pace(lambda: clock.now)
    assert await times(clock, lines, *[("T1", "C1")] * 4) == [0, 1, 2, 3]


async def test_a_workspace_gets_some_a_second(clock: Clock) -> None:
    lines = Pace(lambda: clock.now)
    assert await times(clock, lines, *[("T1", f"C{n}") for n in range(4)]) == [0, 0.25, 0.5, 0.75]


async def test_turns_that_nobody_took_are_taken_later_and_no_minute_has_more_than_300(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "WORKSPACE_SECONDS", 60 / 290)
    monkeypatch.setattr(pace, "WORKSPACE_BURST", 10)
    lines, posted = Pace(lambda: clock.now), []
    for number in range(900):
        clock.now += 5 if number % 97 == 0 else 0
        assert await lines.post("T1", f"C{number}") == 0
        posted.append(clock.now)
    assert max(sum(at <= other < at + 60 for other in posted) for at in posted) <= 301
    assert posted[-1] - posted[0] < 900 * 60 / 290 + 5 * 9


async def test_workspaces_do_not_notice_each_other(clock: Clock) -> None:
    lines = Pace(lambda: clock.now)
    assert await times(clock, lines, *[(f"T{n}", "C1") for n in range(4)]) == [0, 0, 0, 0]


async def test_invariant_5_who_waits_for_a_channel_holds_up_no_other(clock: Clock) -> None:
    lines, began = Pace(lambda: clock.now), clock.now
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)  # nobody's time passes by it: all of them wait at once

    with pytest.MonkeyPatch.context() as there:
        there.setattr(asyncio, "sleep", sleep)
        for channel in ("C1", "C1", "C1", "C2"):
            await lines.post("T1", channel)
    assert clock.now == began
    assert slept == [CHANNEL, 2 * CHANNEL, 3 * WORKSPACE]


async def test_invariant_7_after_slack_asked_to_wait_nobody_posts_to_the_workspace(clock: Clock) -> None:
    lines = Pace(lambda: clock.now)
    lines.hold("T1", 5)
    assert await times(clock, lines, ("T2", "C1"), ("T1", "C1")) == [0, 5]


async def test_whose_turn_is_far_away_is_told_so_and_takes_none(clock: Clock) -> None:
    lines = Pace(lambda: clock.now)
    lines.hold("T1", 60)
    assert await lines.post("T1", "C1") == 60
    assert await lines.post("T1", "C1") == 60
    assert clock.now == 100
    await lines.queue(lines.post, "T1", "C1")
    assert clock.now == 160


async def test_each_method_has_a_line_with_a_short_burst(clock: Clock) -> None:
    lines, found = Pace(lambda: clock.now), []
    for _ in range(5):
        await lines.ask("T1", "conversations.history")
        found.append(clock.now - 100)
    assert found == [0, 0, 0, TIER_3, 2 * TIER_3]
    for _ in range(4):
        await lines.ask("T1", "users.info")
    assert clock.now - 100 == 2.5 * TIER_3, "which may be asked twice as often"


@pytest.mark.parametrize(("method", "most"), [("conversations.info", 50), ("users.info", 100)])
async def test_invariant_7_no_minute_has_more_than_its_tier(
    monkeypatch: pytest.MonkeyPatch, method: str, most: int
) -> None:
    clock, asked = Clock(), list[float]()
    monkeypatch.setattr(asyncio, "sleep", clock.sleep)
    monkeypatch.setattr(pace, "TIER_3_SECONDS", 60 / 40)
    lines = Pace(lambda: clock.now)
    for number in range(300):
        clock.now += 30 if number % 70 == 0 else 0
        await lines.queue(lines.ask, "T1", method)
        asked.append(clock.now)
    assert max(sum(at <= other < at + 60 for other in asked) for at in asked) <= most + 1


async def test_lines_that_are_free_are_forgotten(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "KEPT", 3)
    lines = Pace(lambda: clock.now)
    for number in range(10):
        await lines.post(f"T{number}", "C1")
        clock.now += 10
    assert len(lines._free) <= 6
