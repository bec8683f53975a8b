"""Delivering what was planned: exactly once, in order, and honest about what nobody can know.

A delivery is claimed, marked as being sent, sent, and its outcome recorded, each in a transaction of its own.
A crash in between leaves a state that says what may have happened (docs/adr/0003).
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace
from sqlalchemy import Connection

from db import channels, outbox
from db.store import Store
from digests.followed import FOLLOWED
from digests.room import Room
from domain.delivery import (
    LEASE,
    LONGEST_RETRY,
    LONGEST_WISH,
    CannotTell,
    Delivery,
    Finding,
    Move,
    Outcome,
    RetryAt,
    State,
    Unknown,
    after_lookup,
    after_send,
)

log = logging.getLogger(__name__)

CLAIMS = 50  # look-ups in one round
ALL = 1_000_000  # look-ups to put off in one go, after something was taken back
LOOKS = 4  # of them under way at once
SENDS = 8  # under way at once, in one workspace: one that is slow holds back nothing of the others
ALL_SENDS = 64  # on one platform
AGAIN_SECONDS = 1.0  # at most, until what became due meanwhile is claimed, while something hangs
NEXT = {  # what is done about it, in the log
    State.RETRY: "sent again at ",
    State.UNKNOWN: "looked for at ",
    State.PAUSED: "tried again at ",
    State.DEAD: "not tried again unless a person sends it again",
}
TIMEOUT_SECONDS = 30.0  # for one send or look-up: well within the lease


def label(delivery: Delivery) -> str:
    """How lines of the log name a delivery: by what leads back to its edition's plan, and on to the platform."""
    part = f"part={delivery.part}/{delivery.parts}"
    return f"channel={delivery.channel} edition={delivery.edition} {part} delivery={delivery.id}"


class Platform(Protocol):
    """Where messages go. `settle` is how long until a look-up can prove that a message is not there."""

    @property
    def settle(self) -> timedelta:
        """How long the platform takes until what it stored can be found."""
        ...

    @property
    def room(self) -> Room:
        """What one of its messages holds."""
        ...

    async def send(self, delivery: Delivery) -> Outcome:
        """Send a message that carries the delivery's id."""
        ...

    async def find(self, delivery: Delivery) -> Finding:
        """Look for a message that carries the delivery's id."""
        ...


class Courier:
    """Delivers for one platform. `worker` names whoever claims, so that a successor can clean up after it.

    `clock` is the wall's; `monotonic` counts seconds that no jump of it changes.
    """

    def __init__(
        self,
        store: Store,
        name: str,
        platform: Platform,
        clock: Callable[[], datetime],
        worker: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self.name = name
        self.platform = platform
        self.clock = clock
        self.worker = f"{worker}/{name}"
        self.monotonic = monotonic
        self._under_way: set[str] = set()
        # Since when we know a delivery to be unknown after so many attempts: a jump of the clock settles nothing.
        self._unknown: dict[str, tuple[int, float]] = {}
        # What was so before us is looked up at the time that the store says, and at the earliest so long after this:
        # the last time that we took something back, or that the clock jumped.
        self._doubted = -math.inf

    async def deliver(self, channel: str | None = None) -> int:
        """Send everything that is due, to one channel or all of the platform's; returns how many were sent."""
        sent = 0
        looking = asyncio.create_task(self._look_up())
        sending: dict[asyncio.Task[State | None], str] = {}  # and their workspaces
        try:
            while True:
                # Only what is sent at once is claimed: a channel that hangs holds back nothing of the others.
                for delivery in await self._claim(Counter(sending.values()), channel):
                    sending[asyncio.create_task(self._send(delivery))] = outbox.workspace(delivery.channel)
                under_way = {*sending, *([] if looking.done() else [looking])}
                if not under_way:
                    looking.result()
                    return sent
                await asyncio.wait(under_way, timeout=AGAIN_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                for task in [each for each in sending if each.done()]:
                    sent += task.result() is State.SENT  # one that raised stays, to be waited for with the others
                    del sending[task]
        except asyncio.CancelledError:
            for task in (looking, *sending):
                task.cancel()
            raise
        finally:
            await asyncio.gather(looking, *sending, return_exceptions=True)

    async def work(self) -> int:
        """One round: take up what others left behind, then send everything that is due."""
        await self.recover(own=False)
        return await self.deliver()

    async def recover(self, *, own: bool) -> int:
        """Take back what was left behind by workers whose lease ran out.

        With `own`, also what stands under this worker's name: at the start, when nothing of it is under way.
        """
        if own:
            await self._draw_back(LONGEST_WISH)
        left = await self.store.write(self._take_back, self.worker if own else None, frozenset(self._under_way))
        if left:
            self._doubted = self.monotonic()
            log.warning(
                "platform=%s %d deliveries were left behind by a stopped process; taking them up", self.name, len(left)
            )
        for each in left:
            planned = each.state is State.PLANNED
            done = "before sending; sent now" if planned else f"while sending; {NEXT[each.state]}{each.try_at}"
            log.warning("%s %s: its worker stopped %s", label(each), each.state, done)
        return len(left)

    def _take_back(self, connection: Connection, worker: str | None, spare: frozenset[str]) -> list[Delivery]:
        now = self.clock()
        left = outbox.recover(connection, now, worker, platform=self.name, spare=spare)
        # It may have left just now: not being there yet proves nothing, to us or to whoever starts after us.
        settled = Move(State.UNKNOWN, now + self.platform.settle, "its worker stopped while sending")
        for delivery in outbox.unknown(connection, now, ALL, self.name) if left and self.platform.settle else ():
            if delivery.try_at == now:
                outbox.move(connection, delivery, self.worker, settled, now)
        return [replace(each, try_at=settled.try_at) for each in left]

    async def correct_times(self) -> None:
        """After the clock jumped: draw back times to try again that it set further ahead than they can be meant."""
        self._doubted = self.monotonic()
        await self._draw_back(LONGEST_RETRY)

    async def _draw_back(self, longest: timedelta) -> None:
        for each in await self.store.write(outbox.drawn_back, self.clock(), self.clock() + longest):
            log.warning("%s %s: waited until %s by a wrong clock; tried now", label(each), each.state, each.try_at)

    async def _claim(self, busy: Counter[str], channel: str | None) -> list[Delivery]:
        free = ALL_SENDS - busy.total()
        if free <= 0:
            return []

        def room(workspace: str) -> int:
            return SENDS - busy[workspace]

        return await self.store.write(
            outbox.claim, self.worker, self.clock(), free, platform=self.name, channel=channel, room=room
        )

    async def _send(self, delivery: Delivery) -> State | None:
        with self._holding(delivery):
            began = self.monotonic()
            taken = await self.store.write(outbox.move, delivery, self.worker, Move(State.SENDING), self.clock())
            if taken is None:
                return None
            outcome = await self._sent(taken, self.monotonic() - began)
            to = after_send(outcome, taken.attempts, self.platform.settle, self.clock(), taken.id)
            return await self._record(taken, to)

    async def _sent(self, delivery: Delivery, held: float) -> Outcome:
        if held > (LEASE.total_seconds() - TIMEOUT_SECONDS) / 2:
            # The lease might end before the answer comes, and nothing has left the house.
            return RetryAt(f"the store took {held:.0f} seconds")
        try:
            return await asyncio.wait_for(self.platform.send(delivery), TIMEOUT_SECONDS)
        except TimeoutError:
            return Unknown(f"no answer within {TIMEOUT_SECONDS:.0f} seconds")
        except Exception as error:
            # Whatever broke, the message may have left: only a look-up can tell.
            log.exception("%s broke", label(delivery))
            return Unknown(type(error).__name__)

    async def _look_up(self) -> None:
        limit = asyncio.Semaphore(LOOKS)
        unknown = await self.store.read(outbox.unknown, self.clock(), CLAIMS, self.name)
        found = (self._looked_up(each, limit) for each in unknown if each.id not in self._under_way)
        await asyncio.gather(*found)

    async def _looked_up(self, delivery: Delivery, limit: asyncio.Semaphore) -> None:
        if not self._settled(delivery):
            return
        async with limit:
            with self._holding(delivery):
                try:
                    finding: Finding = await asyncio.wait_for(self.platform.find(delivery), TIMEOUT_SECONDS)
                except TimeoutError:
                    finding = CannotTell(f"no answer within {TIMEOUT_SECONDS:.0f} seconds")
                except Exception as error:
                    log.exception("%s could not be looked up", label(delivery))
                    finding = CannotTell(type(error).__name__)
                to = after_lookup(finding, delivery.attempts, self.clock(), delivery.id)
                await self._record(delivery, to)

    def _settled(self, delivery: Delivery) -> bool:
        attempts, since = self._unknown.get(delivery.id, (delivery.attempts, self._doubted))
        if attempts != delivery.attempts:
            since = self.monotonic()
        self._unknown[delivery.id] = delivery.attempts, since
        return self.monotonic() - since >= self.platform.settle.total_seconds()

    @contextmanager
    def _holding(self, delivery: Delivery) -> Iterator[None]:
        self._under_way.add(delivery.id)
        before = FOLLOWED.set(label(delivery))
        try:
            yield
        finally:
            FOLLOWED.reset(before)
            self._under_way.discard(delivery.id)

    async def _record(self, delivery: Delivery, to: Move) -> State | None:
        moved = await self.store.write(_moved, delivery, self.worker, to, self.clock())
        if moved is None:
            log.warning("%s was taken over before its outcome (%s) was recorded", label(delivery), to.state)
            return None
        if moved.state is not State.UNKNOWN:
            self._unknown.pop(delivery.id, None)
        elif delivery.state is State.UNKNOWN:
            # Looking once more is no reason to let it settle once more.
            self._unknown[delivery.id] = moved.attempts, self._unknown[delivery.id][1]
        else:
            self._unknown[delivery.id] = moved.attempts, self.monotonic()
        level = logging.INFO if to.state is State.SENT else logging.WARNING
        there = f" as {to.ref}" if to.ref else ""
        then = f": {to.why}; {NEXT.get(to.state, '')}{to.try_at or ''}" if to.why else ""
        log.log(level, "%s %s%s%s", label(delivery), to.state, there, then)
        return moved.state


def _moved(connection: Connection, delivery: Delivery, worker: str, to: Move, now: datetime) -> Delivery | None:
    moved = outbox.move(connection, delivery, worker, to, now)
    if moved and to.state in {State.PAUSED, State.SENT}:
        channels.stop(connection, delivery.channel, to.why if to.state is State.PAUSED else "")
    return moved
