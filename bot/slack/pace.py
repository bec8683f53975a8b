"""How fast Slack is asked: slowly enough that it never has to say so."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

# docs.slack.dev/apis/web-api/rate-limits: posting is 1 a second and channel, and "several hundred" a minute and
# workspace. Other methods have tiers: 50 a minute and workspace in the third, 100 in the fourth, in short bursts.
CHANNEL_SECONDS = 1.05
WORKSPACE_SECONDS = 60 / 290
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
        return await self._turn({(team,): WORKSPACE_SECONDS, (team, conversation): CHANNEL_SECONDS})

    async def ask(self, team: str, method: str) -> float:
        """Wait for one's turn to ask this of a workspace; as above."""
        seconds = TIER_3_SECONDS / 2 if method in TIER_4 else TIER_3_SECONDS
        return await self._turn({(team, "", method): seconds}, BURST * seconds)

    async def queue(self, turn: Callable[[str, str], Awaitable[float]], team: str, name: str) -> None:
        """Wait for a turn of `post` or `ask`, however long it takes: for what nobody waits for."""
        wait = await turn(team, name)
        while wait:
            await asyncio.sleep(wait)
            wait = await turn(team, name)

    def hold(self, team: str, seconds: float) -> None:
        """Nobody posts to the workspace for so long: Slack said so."""
        self._free[team,] = max(self._free.get((team,), 0.0), self.monotonic() + seconds)

    async def _turn(self, lines: dict[tuple[str, ...], float], early: float = 0.0) -> float:
        """Take the next turn in all of these lines, each so many seconds long; up to `early` seconds before it."""
        now = self.monotonic()
        turns = {line: max(now, self._free.get(line, now)) for line in lines}
        turn = max(now, max(turns.values()) - early)
        if turn - now > LONGEST_SECONDS:
            return turn - now
        if len(self._free) > KEPT:
            self._free = {line: free for line, free in self._free.items() if free > now}
        # The turn is taken before it is waited for: whoever comes next stands behind. Who waits for a channel holds
        # up nobody else in the workspace.
        self._free |= {line: (turn if len(line) == 2 else turns[line]) + seconds for line, seconds in lines.items()}
        if turn > now:
            await asyncio.sleep(turn - now)
        return 0.0
