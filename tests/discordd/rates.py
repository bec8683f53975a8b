"""Discord's rates: a bucket a route and channel, one for everything, and the ban of who does not listen.

Limits are counted in windows that begin with the first request, as the headers say. What a bucket holds is not
documented but told in the headers, so it may be set here.
"""

from __future__ import annotations

import math
import time
import zlib
from collections import defaultdict
from dataclasses import dataclass, field

from tests.discordd.refusals import Refused

MESSAGES = "POST /channels/{channel_id}/messages"
BAN_SECONDS = 600.0


@dataclass
class Window:
    """So many in so many seconds."""

    limit: int
    seconds: float
    used: int = 0
    ends: float = 0.0

    def take(self, now: float) -> bool:
        """Use one, if there is one left."""
        if now >= self.ends:
            self.used, self.ends = 0, now + self.seconds
        self.used += 1
        return self.used <= self.limit


@dataclass
class Rates:
    """`by_route`: how many in how many seconds on a route; `exceeded`: the 429s that these rates led to."""

    by_route: dict[str, tuple[int, float]] = field(default_factory=lambda: {MESSAGES: (5, 5.0)})
    usual: tuple[int, float] = (50, 1.0)
    everything: tuple[int, float] = (50, 1.0)
    ban_after: int = 10_000
    invalid: list[float] = field(default_factory=list)
    exceeded: int = 0
    _windows: dict[tuple[str, str], Window] = field(default_factory=dict)
    _all: Window | None = None
    _seen: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def take(self, route: str, major: str, *, interaction: bool) -> dict[str, str]:
        """Count a request; returns its headers. Refused with 429 where one of the limits is exceeded."""
        now = time.monotonic()
        self._ban(now)
        if not interaction:
            self._all = self._all or Window(*self.everything)
            if not self._all.take(now):
                self.exceeded += 1
                raise self.refusal(self._all.ends - now, "global")
        window = self._windows.setdefault((route, major), Window(*self.by_route.get(route, self.usual)))
        allowed = window.take(now)
        left = window.ends - now
        headers = {
            "X-RateLimit-Limit": str(window.limit),
            "X-RateLimit-Remaining": str(max(window.limit - window.used, 0)),
            "X-RateLimit-Reset": f"{time.time() + left:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": f"{zlib.crc32(route.encode()):08x}",
        }
        if not allowed:
            self.exceeded += 1
            refused = self.refusal(left, "user")
            raise Refused(refused.status, refused.body, headers | refused.headers)
        return headers

    def refusal(self, seconds: float, scope: str) -> Refused:
        """The answer 429. Scopes: user, global, shared."""
        if scope != "shared":
            self.count_invalid()
        body = {"message": "You are being rate limited.", "retry_after": round(seconds, 3), "global": scope == "global"}
        headers = {"Retry-After": str(math.ceil(seconds)), "X-RateLimit-Scope": scope, "Via": "1.1 discordd"}
        return Refused(429, body, headers | ({"X-RateLimit-Global": "true"} if scope == "global" else {}))

    def count_invalid(self) -> None:
        """One more of the invalid requests: 401, 403, and 429 that is not shared."""
        self.invalid.append(time.monotonic())

    def _ban(self, now: float) -> None:
        recent = [moment for moment in self.invalid if moment > now - BAN_SECONDS]
        if len(recent) > self.ban_after:
            # As Cloudflare says it: no JSON, no Via.
            raise Refused(429, {}, {"Retry-After": "3600", "X-Banned": "cloudflare"})
