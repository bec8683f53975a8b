"""Delivering what was planned: exactly once, in order, and honest about what nobody can know.

A delivery is claimed, marked as being sent, sent, and its outcome recorded, each in a transaction of its own.
A crash in between leaves a state that says what may have happened (docs/adr/0003).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from db import channels, outbox
from db.store import Store
from domain.delivery import (
    LONGEST_RETRY,
    PAUSED_RETRY_LATER,
    CannotTell,
    Delivery,
    Finding,
    Move,
    Outcome,
    State,
    Unknown,
    after_lookup,
    after_send,
)
from domain.message import Message

log = logging.getLogger(__name__)

CLAIMS = 50  # at once, for one platform
SENDS = 8  # under way at once, on one platform
TIMEOUT_SECONDS = 30.0  # for one send or look-up: well within the lease


class Platform(Protocol):
    """Where messages go. `settle` is how long until a look-up can prove that a message is not there."""

    @property
    def settle(self) -> timedelta:
        """How long the platform takes until what it stored can be found."""
        ...

    def fits(self, message: Message) -> bool:
        """Whether one message of the platform can carry this."""
        ...

    async def send(self, delivery: Delivery) -> Outcome:
        """Send a message that carries the delivery's id."""
        ...

    async def find(self, delivery: Delivery) -> Finding:
        """Look for a message that carries the delivery's id."""
        ...


class Courier:
    """Delivers for one platform. `worker` names whoever claims, so that a successor can clean up after it."""

    def __init__(self, store: Store, name: str, platform: Platform, clock: Callable[[], datetime], worker: str) -> None:
        self.store = store
        self.name = name
        self.platform = platform
        self.clock = clock
        self.worker = f"{worker}/{name}"

    async def deliver(self, channel: str | None = None) -> int:
        """Send everything that is due, to one channel or all of the platform's; returns how many were sent."""
        await self._look_up()
        sent = 0
        while True:
            claimed = await self.store.write(
                outbox.claim, self.worker, self.clock(), CLAIMS, platform=self.name, channel=channel
            )
            if not claimed:
                return sent
            limit = asyncio.Semaphore(SENDS)
            outcomes = await asyncio.gather(*(self._send(delivery, limit) for delivery in claimed))
            sent += outcomes.count(State.SENT)

    async def work(self) -> int:
        """One round: take up what others left behind, then send everything that is due."""
        await self.recover(own=False)
        return await self.deliver()

    async def recover(self, *, own: bool) -> int:
        """Take back what was left behind by workers whose lease ran out.

        With `own`, also what stands under this worker's name: at the start, when nothing of it is under way.
        """
        left = await self.store.write(outbox.recover, self.clock(), self.worker if own else None)
        if left:
            log.warning(
                "platform=%s %d deliveries were left behind by a stopped process; taking them up", self.name, left
            )
        return left

    async def correct_times(self) -> None:
        """Draw back times to try again that a wrong clock set too far ahead."""
        longest = self.clock() + max(LONGEST_RETRY, PAUSED_RETRY_LATER)
        drawn = await self.store.write(outbox.drawn_back, self.clock(), longest)
        if drawn:
            log.warning("platform=%s %d deliveries waited by a wrong clock; trying them now", self.name, drawn)

    async def _send(self, delivery: Delivery, limit: asyncio.Semaphore) -> State | None:
        async with limit:
            taken = await self.store.write(outbox.move, delivery, self.worker, Move(State.SENDING), self.clock())
            if taken is None:
                return None
            try:
                outcome = await asyncio.wait_for(self.platform.send(taken), TIMEOUT_SECONDS)
            except TimeoutError:
                outcome = Unknown(f"no answer within {TIMEOUT_SECONDS:.0f} seconds")
            except Exception as error:
                # Whatever broke, the message may have left: only a look-up can tell.
                log.exception("channel=%s edition=%d delivery=%s broke", taken.channel, taken.edition, taken.id)
                outcome = Unknown(type(error).__name__)
            to = after_send(outcome, taken.attempts, self.platform.settle, self.clock())
            return await self._record(taken, to)

    async def _look_up(self) -> None:
        for delivery in await self.store.read(outbox.unknown, self.clock(), CLAIMS, self.name):
            try:
                finding: Finding = await asyncio.wait_for(self.platform.find(delivery), TIMEOUT_SECONDS)
            except Exception as error:
                log.exception("channel=%s delivery=%s could not be looked up", delivery.channel, delivery.id)
                finding = CannotTell(type(error).__name__)
            await self._record(delivery, after_lookup(finding, delivery.attempts, self.clock()))

    async def _record(self, delivery: Delivery, to: Move) -> State | None:
        moved = await self.store.write(outbox.move, delivery, self.worker, to, self.clock())
        if moved is None:
            log.warning("delivery=%s was taken over before its outcome (%s) was recorded", delivery.id, to.state)
            return None
        if to.state in {State.PAUSED, State.SENT}:
            why = to.why if to.state is State.PAUSED else ""
            await self.store.write(channels.stop, delivery.channel, why)
        level = logging.INFO if to.state is State.SENT else logging.WARNING
        log.log(
            level,
            "channel=%s edition=%d part=%d/%d delivery=%s %s%s",
            delivery.channel,
            delivery.edition,
            delivery.part,
            delivery.parts,
            delivery.id,
            to.state,
            f": {to.why}; next try at {to.try_at}" if to.why else "",
        )
        return moved.state
