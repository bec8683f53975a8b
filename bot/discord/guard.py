"""What keeps us from asking Discord too much: a pace, a count of what it calls invalid, and a token it refused."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

# https://discord.com/developers/docs/topics/rate-limits: 50 requests a second for a bot, all routes together; one after
# the other and spaced below that, no second ever holds more, even where the machine held all of them up. 10,000 answers
# of 401, 403 or 429 in ten minutes ban the address; we rest long before.
PER_SECOND = 45
LATE_SECONDS = 0.02
INVALID, MOST_INVALID, INVALID_SECONDS = {401, 403, 429}, 1_000, 600.0
REFUSED_SECONDS, REFUSED_LATER_SECONDS, HOUR_SECONDS = 540.0, 3540.0, 3600.0


class RestError(Exception):
    """Nothing was asked, since asking would do harm. `seconds` is how long it would."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class RefusedError(RestError):
    """Discord refused our token a short while ago."""


class OnceError(Exception):
    """The library wanted to ask again what may only be asked once; `status` is the answer to the first time."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered with {status}")
        self.status = status


@dataclass(slots=True)
class Trip:
    """One request on its way. `left` counts how often it left the house, `status` is the last answer to it.

    What is asked `once` is not repeated by the library, unless Discord said by 429 that it did nothing.
    """

    once: bool = False
    left: int = 0
    status: int = 0


class Guard:
    """Shared by everything that asks Discord with one token. `monotonic` counts seconds."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self._turns = asyncio.Lock()
        self._next = 0.0
        self._invalid: deque[float] = deque()
        self._refused_since = 0.0
        self._refused_until = 0.0

    async def turn(self) -> None:
        """Wait until the next request may leave. Raises RestError where none may for a while."""
        async with self._turns:
            now = self.monotonic()
            if now < self._refused_until:
                raise RefusedError("Discord refused our token", self._refused_until - now)
            while self._invalid and self._invalid[0] <= now - INVALID_SECONDS:
                self._invalid.popleft()
            if len(self._invalid) >= MOST_INVALID:
                raise RestError("Discord turned too many requests away", self._invalid[0] + INVALID_SECONDS - now)
            if now < self._next:
                await asyncio.sleep(self._next - now)
            # A timer is late by a little each time; that little is made up for, what was missed by more is not.
            self._next = max(self._next, self.monotonic() - LATE_SECONDS) + 1 / PER_SECOND

    def answered(self, status: int, scope: str = "") -> None:
        """Count an answer. `scope` is Discord's word on a 429: those that are `shared` are not held against us."""
        now = self.monotonic()
        if status in INVALID and scope != "shared":
            self._invalid.append(now)
        if status == 401:
            self._refused_since = self._refused_since or now
            often = now - self._refused_since < HOUR_SECONDS
            self._refused_until = now + (REFUSED_SECONDS if often else REFUSED_LATER_SECONDS)

    def trusted(self) -> None:
        """Discord took our token."""
        self._refused_since = self._refused_until = 0.0

    def knock(self) -> None:
        """Let the token be tried again now."""
        self._refused_until = 0.0

    def trace(self) -> aiohttp.TraceConfig:
        """What makes an HTTP session obey."""

        async def start(session: object, context: object, params: object) -> None:
            trip = getattr(context, "trace_request_ctx", None)
            if isinstance(trip, Trip) and trip.once and trip.left and trip.status != 429:
                raise OnceError(trip.status)
            await self.turn()

        async def sent(session: object, context: object, params: object) -> None:
            trip = getattr(context, "trace_request_ctx", None)
            if isinstance(trip, Trip):
                trip.left += 1
                trip.status = 0

        async def end(session: object, context: object, params: aiohttp.TraceRequestEndParams) -> None:
            trip = getattr(context, "trace_request_ctx", None)
            if isinstance(trip, Trip):
                trip.status = params.response.status
            self.answered(params.response.status, params.response.headers.get("X-RateLimit-Scope", ""))

        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(start)
        trace.on_request_headers_sent.append(sent)
        trace.on_request_end.append(end)
        return trace
