"""One message of an edition on its way out: its states, the moves between them, and how a send may end."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from domain.message import Message


class State(StrEnum):
    """Where a delivery stands."""

    PLANNED = "planned"  # recorded with its edition; nobody works on it
    CLAIMED = "claimed"  # a worker took it; nothing has left the house
    SENDING = "sending"  # the request may have left; only its answer tells
    SENT = "sent"  # the platform has it
    RETRY = "retry"  # the platform does not have it; again at `try_at`
    UNKNOWN = "unknown"  # nobody knows; looked up at `try_at`, and a person may send it again if that cannot tell
    PAUSED = "paused"  # the channel is gone or forbidden; again when access returns, or a person says it has
    DEAD = "dead"  # cannot be sent; a person may send it again


MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.CLAIMED}),
    State.CLAIMED: frozenset({State.SENDING, State.PLANNED}),
    State.SENDING: frozenset({State.SENT, State.RETRY, State.UNKNOWN, State.PAUSED, State.DEAD}),
    State.RETRY: frozenset({State.CLAIMED}),
    State.UNKNOWN: frozenset({State.SENT, State.RETRY, State.UNKNOWN}),
    State.PAUSED: frozenset({State.CLAIMED, State.RETRY}),
    State.DEAD: frozenset({State.RETRY}),
    State.SENT: frozenset(),
}

FIRST_RETRY = timedelta(seconds=20)  # "within 30 s", with room for the next tick
LONGEST_RETRY = timedelta(minutes=10)
JITTER = 0.25  # at most, of a wait, so that what failed together is spread
SHORTEST_RETRY = timedelta(seconds=1)  # a platform's "again at once" is no reason to do nothing else
LONGEST_WISH = timedelta(hours=1)  # nor its "next year" one to stop
PAUSED_RETRY = timedelta(minutes=9, seconds=30)  # "every 10 minutes", with room for the next tick
PAUSED_RETRY_LATER = timedelta(hours=1)
PAUSED_OFTEN = 7  # tries in the first hour
LEASE = timedelta(seconds=60)
LOOKED_FOR = timedelta(minutes=2)  # before a person may send again what may have arrived: a few look-ups


class Sent(Struct, frozen=True):
    """The platform has it, under this reference of its own."""

    ref: str = ""


class RetryAt(Struct, frozen=True):
    """The platform does not have it and said, or lets us guess, when to try again (None: we choose)."""

    why: str
    at: datetime | None = None


class Permanent(Struct, frozen=True):
    """It will never take this. `channel` means that the channel is at fault, so all of its mail waits."""

    why: str
    channel: bool = False


class Unknown(Struct, frozen=True):
    """The answer was never seen: it may have been sent."""

    why: str


Outcome: TypeAlias = Sent | RetryAt | Permanent | Unknown


class Absent(Struct, frozen=True):
    """Looked up after an unknown send: proven not to be there."""


class CannotTell(Struct, frozen=True):
    """Looked up after an unknown send, without an answer that proves anything."""

    why: str


Finding: TypeAlias = Sent | Absent | CannotTell


class Delivery(Struct, frozen=True):
    """One message of an edition. `id` travels with it and finds it on the platform again; times are UTC."""

    id: str
    channel: str
    edition: int
    part: int
    parts: int
    message: Message
    state: State = State.PLANNED
    attempts: int = 0
    try_at: datetime | None = None


class Move(Struct, frozen=True):
    """A decided change of a delivery: its new state, when to act next, and why."""

    state: State
    try_at: datetime | None = None
    why: str = ""
    ref: str = ""


def backoff(attempts: int, of: str = "") -> timedelta:
    """How long to wait after so many attempts: 20 seconds, doubling up to 10 minutes.

    `of` is the delivery's id, by which up to a quarter is taken off, always the same: what failed together does
    not come back together, and a test can say when it comes.
    """
    doubled: int = 1 << min(max(attempts - 1, 0), 10)
    drawn = int.from_bytes(hashlib.blake2b(f"{of} {attempts}".encode(), digest_size=4).digest()) / 2**32 if of else 0.0
    return min(FIRST_RETRY * doubled, LONGEST_RETRY) * (1 - drawn * JITTER)


def after_send(outcome: Outcome, attempts: int, settle: timedelta, now: datetime, of: str = "") -> Move:
    """Where a delivery goes after an attempt, the `attempts`-th (look-ups count too), that ended so.

    `settle` is how long the platform takes until a look-up can prove absence. `of` is the delivery's id.
    """
    match outcome:
        case Sent(ref):
            return Move(State.SENT, ref=ref)
        case RetryAt(why, at):
            wished = min(max(at, now + SHORTEST_RETRY), now + LONGEST_WISH) if at else now + backoff(attempts, of)
            return Move(State.RETRY, wished, why)
        case Unknown(why):
            return Move(State.UNKNOWN, now + max(settle, FIRST_RETRY), why)
        case Permanent(why, channel=True):
            wait = PAUSED_RETRY if attempts <= PAUSED_OFTEN else PAUSED_RETRY_LATER
            return Move(State.PAUSED, now + wait, why)
        case Permanent(why):
            return Move(State.DEAD, None, why)


def again_from(state: State, since: datetime) -> datetime | None:
    """From when on a person may send again what is in a state since then; None where it goes on by itself soon."""
    match state:
        case State.DEAD | State.PAUSED:
            return since
        case State.UNKNOWN:
            return since + LOOKED_FOR
        case _:
            return None


def after_lookup(finding: Finding, attempts: int, now: datetime, of: str = "") -> Move:
    """Where an unknown delivery, `of` this id, goes after a look-up: only proven absence permits another send."""
    match finding:
        case Sent(ref):
            return Move(State.SENT, ref=ref)
        case Absent():
            return Move(State.RETRY, now, "it did not arrive")
        case CannotTell(why):
            return Move(State.UNKNOWN, now + backoff(attempts, of), why)
