"""How often what may be asked: Slack's rates, or multiples of them for tests that have less time.

docs.slack.dev/apis/web-api/rate-limits: posting is one message a second and channel with short bursts, and several
hundred a minute and workspace; other methods have tiers of 1, 20, 50 and 100 a minute and workspace.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from tests.slackd.refused import Refused

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}  # a minute
_TIER = {
    "apps.connections.open": 3,
    "chat.delete": 3,
    "chat.postEphemeral": 4,
    "chat.unfurl": 3,
    "chat.update": 3,
    "conversations.history": 3,
    "conversations.info": 3,
    "conversations.list": 2,
    "conversations.members": 4,
    "conversations.open": 3,
    "conversations.replies": 3,
    "files.completeUploadExternal": 4,
    "files.getUploadURLExternal": 4,
    "oauth.v2.access": 4,
    "users.info": 4,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}
CHANNEL_BURST = 3  # "short bursts"
TEAM_A_MINUTE, TEAM_BURST = 300, 20  # "several hundred"


@dataclass
class Bucket:
    """So many at once, and then so many a second."""

    size: float
    a_second: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more may be taken."""
        self.left = min(self.size, self.left + (now - self.at) * self.a_second)
        self.at = now
        return 0.0 if self.left >= 1 else (1 - self.left) / self.a_second


class Rates:
    """Counts what is asked. `scale` is how many times as often as in Slack everything may be."""

    def __init__(self, clock: Callable[[], float], scale: float = 1.0) -> None:
        self.clock = clock
        self.scale = scale
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def take(self, team: str, method: str, channel: str = "") -> None:
        """Raise Refused if this is too much, with the seconds to wait."""
        wanted: list[tuple[tuple[str, ...], float, float]] = []
        if method == "chat.postMessage":
            wanted.append(((team, method, channel), CHANNEL_BURST, 1.0))
            wanted.append(((team, method), TEAM_BURST, TEAM_A_MINUTE / 60))
        elif method in _TIER:
            a_minute = TIERS[_TIER[method]]
            wanted.append(((team, method), a_minute, a_minute / 60))
        now = self.clock()
        buckets = [
            self._buckets.setdefault(key, Bucket(size, a_second * self.scale, size, now))
            for key, size, a_second in wanted
        ]
        wait = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if wait > 0:
            raise Refused("ratelimited", f"{method} {channel}".strip(), retry_after=math.ceil(wait))
        for bucket in buckets:
            bucket.left -= 1
