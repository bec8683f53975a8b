"""Deliveries on their way: claiming, moving from state to state, and what is left behind by a crash.

Every change of state goes through `domain.delivery.MOVES` and leaves a row in `delivery_moves`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, text, tuple_, update

from db import schema
from domain.delivery import LEASE, MOVES, Delivery, Move, State
from domain.message import Message

_out = schema.deliveries
_WAITING = (State.PLANNED, State.RETRY, State.PAUSED)
_HELD = (State.CLAIMED, State.SENDING)
# As the partial index says it, word for word, or SQLite would not use that.
_OPEN = text("deliveries.state NOT IN ('sent', 'dead')")
_OPEN_EARLIER = text("earlier.state NOT IN ('sent', 'dead')")


def claim(
    connection: Connection,
    worker: str,
    now: datetime,
    limit: int,
    *,
    platform: str,
    channel: str | None = None,
    room: Callable[[str], float] = lambda _: math.inf,
) -> list[Delivery]:
    """Take the next message of a platform's channels that have one to send: at most one a channel, in order.

    Another worker will not touch them while the lease lasts. `room` says how many more a workspace may have under
    way; each gets its first before any gets its second.
    """
    earlier = _out.alias("earlier")
    first = ~exists().where(
        earlier.c.channel == _out.c.channel,
        _OPEN_EARLIER,
        tuple_(earlier.c.edition, earlier.c.part) < tuple_(_out.c.edition, _out.c.part),
    )
    wanted = (
        select(_out.c.id, _out.c.channel)
        .where(_OPEN, _out.c.state.in_(_WAITING), or_(_out.c.try_at.is_(None), _out.c.try_at <= now), first)
        .where(_out.c.channel.startswith(f"{platform}:"))
        .order_by(_out.c.edition, _out.c.channel)
    )
    if channel is not None:
        wanted = wanted.where(_out.c.channel == channel)
    turns: list[tuple[int, str]] = []
    many: Counter[str] = Counter()
    for row in connection.execute(wanted):
        where = workspace(row.channel)
        many[where] += 1
        if many[where] <= room(where):
            turns.append((many[where], row.id))
    chosen = [name for _, name in sorted(turns, key=itemgetter(0))[:limit]]
    rows = [connection.execute(select(_out).where(_OPEN, _out.c.id == name)).one() for name in chosen]
    for row in rows:
        _set(connection, row.id, State(row.state), Move(State.CLAIMED), now, worker=worker, lease_until=now + LEASE)
    return [_delivery(row, State.CLAIMED) for row in rows]


def workspace(channel: str) -> str:
    """The part of a channel's id that names its workspace or server; empty where a platform has none."""
    return channel[: channel.find("/") + 1]


def move(connection: Connection, delivery: Delivery, worker: str, to: Move, now: datetime) -> Delivery | None:
    """Move a delivery on; None if it is no longer this worker's, or no longer as it was when this was decided."""
    known = select(_out.c.state, _out.c.attempts, _out.c.worker).where(_out.c.id == delivery.id)
    row = connection.execute(known).one()
    if (row.state, row.attempts) != (delivery.state, delivery.attempts):
        return None
    if delivery.state in _HELD and row.worker != worker:
        return None
    sending = to.state is State.SENDING
    kept = {"worker": worker, "lease_until": now + LEASE} if sending else {"worker": "", "lease_until": None}
    again = delivery.state is to.state is State.UNKNOWN
    attempts = row.attempts + (sending or again)
    _set(connection, delivery.id, delivery.state, to, now, attempts=attempts, **kept)
    return replace(delivery, state=to.state, attempts=attempts, try_at=to.try_at)


def _set(connection: Connection, delivery: str, state: State, to: Move, now: datetime, **values: Any) -> None:
    if to.state not in MOVES[state]:
        raise RuntimeError(f"a delivery cannot go from {state} to {to.state}")
    kept = {"ref": to.ref} if to.ref else {}
    connection.execute(
        update(_out)
        .where(_out.c.id == delivery)
        .values(state=to.state.value, try_at=to.try_at, why=to.why, **kept, **values)
    )
    connection.execute(
        insert(schema.moves), {"delivery": delivery, "state": to.state.value, "moved_at": now, "why": to.why}
    )


def recover(
    connection: Connection,
    now: datetime,
    worker: str | None = None,
    *,
    platform: str | None = None,
    spare: Collection[str] = (),
) -> list[Delivery]:
    """Take back what workers left behind, those whose lease ran out and (given one) this worker's own; returns it.

    What was only claimed is planned again; what was being sent is unknown, to be looked up. A lease that ends
    further ahead than any lease lasts was given under another clock, and counts as over. With `platform` only
    its deliveries; `spare` are those that the caller knows to be under way, whatever the clock says.
    """
    over = or_(_out.c.lease_until <= now, _out.c.lease_until > now + LEASE)
    left = or_(over, _out.c.worker == worker) if worker else over
    wanted = select(_out).where(_OPEN, _out.c.state.in_(_HELD), left)
    if platform is not None:
        wanted = wanted.where(_out.c.channel.startswith(f"{platform}:"))
    rows = [row for row in connection.execute(wanted) if row.id not in spare]
    taken = []
    for row in rows:
        state = State(row.state)
        to = (
            Move(State.PLANNED, None, "its worker stopped before sending")
            if state is State.CLAIMED
            else Move(State.UNKNOWN, now, "its worker stopped while sending")
        )
        _set(connection, row.id, state, to, now, worker="", lease_until=None)
        taken.append(_delivery(row, to.state))
    return taken


def wake(connection: Connection, channels: Collection[str], now: datetime) -> None:
    """Let what waits for access to these channels be tried now: their time has come anyway."""
    here = _out.c.channel.in_(channels), _OPEN, _out.c.state == State.PAUSED, _out.c.try_at > now
    connection.execute(update(_out).where(*here).values(try_at=now))


def unknown(connection: Connection, now: datetime, limit: int, platform: str) -> list[Delivery]:
    """Deliveries of a platform whose fate is to be looked up now."""
    rows = connection.execute(
        select(_out)
        .where(_OPEN, _out.c.state == State.UNKNOWN, or_(_out.c.try_at.is_(None), _out.c.try_at <= now))
        .where(_out.c.channel.startswith(f"{platform}:"))
        .order_by(_out.c.try_at)
        .limit(limit)
    )
    return [_delivery(row, State.UNKNOWN) for row in rows]


def drawn_back(connection: Connection, now: datetime, longest: datetime) -> list[Delivery]:
    """Bring times to try again that a wrong clock set beyond `longest` back to now; returns them as they were."""
    there = _OPEN, _out.c.try_at > longest
    rows = connection.execute(select(_out).where(*there)).all()
    if rows:
        connection.execute(update(_out).where(*there).values(try_at=now))
    return [_delivery(row, State(row.state)) for row in rows]


def of_edition(connection: Connection, channel: str, edition: int) -> list[Delivery]:
    """The deliveries of one edition, in order."""
    rows = connection.execute(
        select(_out).where(_out.c.channel == channel, _out.c.edition == edition).order_by(_out.c.part)
    )
    return [_delivery(row, State(row.state)) for row in rows]


class First(Struct, frozen=True):
    """How the edition of a delivery began: when it was planned, and its first message's reference on its platform."""

    planned_at: datetime
    ref: str


def first(connection: Connection, delivery: Delivery) -> First:
    """How the delivery's edition began; the reference is empty while its first message is not sent."""
    here = _out.c.channel == delivery.channel, _out.c.edition == delivery.edition, _out.c.part == 1
    planned = select(schema.editions.c.planned_at).where(
        schema.editions.c.channel == delivery.channel, schema.editions.c.number == delivery.edition
    )
    ref = connection.execute(select(_out.c.ref).where(*here)).scalar_one_or_none()
    return First(connection.execute(planned).scalar_one(), ref or "")


def latest(
    connection: Connection, channel: str, limit: int, *, before: tuple[int, int] | None = None
) -> list[tuple[Delivery, datetime]]:
    """The latest messages of a channel, or the latest before an edition's part, oldest first, and when planned."""
    there = and_(schema.editions.c.channel == _out.c.channel, schema.editions.c.number == _out.c.edition)
    wanted = select(_out, schema.editions.c.planned_at).join(schema.editions, there).where(_out.c.channel == channel)
    if before is not None:
        wanted = wanted.where(tuple_(_out.c.edition, _out.c.part) < before)
    rows = connection.execute(wanted.order_by(_out.c.edition.desc(), _out.c.part.desc()).limit(limit)).all()
    return [(_delivery(row, State(row.state)), row.planned_at) for row in reversed(rows)]


def counts(connection: Connection) -> dict[str, int]:
    """How many deliveries there are in each state."""
    rows = connection.execute(select(_out.c.state, func.count()).group_by(_out.c.state))
    return {str(state): many for state, many in rows}


def troubled(connection: Connection, limit: int = 20) -> Sequence[tuple[Delivery, str]]:
    """Deliveries that wait, are unknown or dead, with why: what `status` shows."""
    rows = connection.execute(
        select(_out)
        .where(_out.c.state.in_((State.RETRY, State.UNKNOWN, State.PAUSED, State.DEAD)))
        .order_by(_out.c.channel, _out.c.edition, _out.c.part)
        .limit(limit)
    )
    return [(_delivery(row, State(row.state)), row.why) for row in rows]


def _delivery(row: Row[Any], state: State) -> Delivery:
    return Delivery(
        row.id,
        row.channel,
        row.edition,
        row.part,
        row.parts,
        Message.from_data(row.message),
        state,
        row.attempts,
        row.try_at,
    )
