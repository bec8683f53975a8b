"""How fast Slack is asked: slowly enough that it never has to say so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

# docs.slack.dev/apis/web-api/rate-limits: posting is 1 a second and channel, and "several hundred" a minute and
# workspace. Other methods have tiers: 50 a minute and workspace in the third, 100 in the fourth, in short bursts.
CHANNEL_SECONDS = 1.05
WORKSPACE_SECONDS, WORKSPACE_BURST = 60 / 290, 10  # which is 300 in any minute; turns that nobody took are not lost
TIER_3_SECONDS, BURST = 60 / 40, 10  # which is 50 in any minute
TIER_4 = frozenset({"users.info"})  # twice as fast
LONGEST_SECONDS = 6.0  # that one waits for its turn; beyond that it is better to come again
KEPT = 10_000  # lines that are remembered


class Pace:
    """Turns in lines: `channel` stands for itself, within the line of its workspace.

    Nothing is remembered over a restart, which takes longer than a turn.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self._free: dict[tuple[str, ...], float] = {}

    async def post(self, team: str, conversation: str) -> float:
        """Wait for one's turn to post. Returns 0, or the seconds until it would come if that is too long."""
        early = WORKSPACE_BURST * WORKSPACE_SECONDS
        return await self._turn(((team,), WORKSPACE_SECONDS, early), ((team, conversation), CHANNEL_SECONDS, 0.0))

    async def ask(self, team: str, method: str) -> float:
        """Wait for one's turn to ask this of a workspace; as above."""
        seconds = TIER_3_SECONDS / 2 if method in TIER_4 else TIER_3_SECONDS
        return await self._turn(((team, "", method), seconds, BURST * seconds))

    async def queue(self, turn: Callable[[str, str], Awaitable[float]], team: str, name: str) -> None:
        """Wait for a turn of `post` or `ask`, however long it takes: for what nobody waits for."""
        wait = await turn(team, name)
        while wait:
            await asyncio.sleep(wait)
            wait = await turn(team, name)

    def hold(self, team: str, seconds: float) -> None:
        """Nobody posts to the workspace for so long: Slack said so."""
        until = self.monotonic() + seconds + WORKSPACE_BURST * WORKSPACE_SECONDS  # and none comes early
        self._free[team,] = max(self._free.get((team,), 0.0), until)

    async def _turn(self, *lines: tuple[tuple[str, ...], float, float]) -> float:
        """Take the next turn in all of these lines: each a name, how long its turns are, and how early one may be."""
        now = self.monotonic()
        due = {name: max(now, self._free.get(name, now)) for name, _, _ in lines}
        turn = max(now, *(due[name] - early for name, _, early in lines))
        if turn - now > LONGEST_SECONDS:
            return turn - now
        if len(self._free) > KEPT:
            self._free = {name: free for name, free in self._free.items() if free > now}
        # The turn is taken before it is waited for: whoever comes next stands behind. Who waits for a channel holds
        # up nobody else in the workspace.
        for name, seconds, early in lines:
            self._free[name] = (due[name] if early or len(name) == 1 else turn) + seconds
        if turn > now:
            await asyncio.sleep(turn - now)
        return 0.0
