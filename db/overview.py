"""What a keeper looks at: how much there is, and how every delivery stands. Each page reads what it shows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Integer, Select, Table, func, literal_column, select, text

from db import loading, outbox, resend, schema
from domain.delivery import State

_out, _moves = schema.deliveries, schema.moves
# Without the message, which may be large.
_SHOWN = tuple(column for column in _out.c if column.name not in {"message", "worker", "lease_until", "ref"})


class Numbers(Struct, frozen=True):
    """How much the store holds; `deliveries` by state, `size` in bytes of the file."""

    papers: int
    channels: int
    subscriptions: int
    editions: int
    deliveries: dict[str, int]
    size: int


def numbers(connection: Connection) -> Numbers:
    """The numbers of the store."""
    pages, each = (connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("page_count", "page_size"))
    subscribed = select(func.count()).where(schema.subscriptions.c.removed_at.is_(None))
    return Numbers(
        loading.count(connection),
        _count(connection, schema.channels),
        connection.execute(subscribed).scalar_one(),
        _count(connection, schema.editions),
        outbox.counts(connection),
        pages * each,
    )


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


class Moved(Struct, frozen=True):
    """A move of a delivery: to which state, when, and why."""

    state: State
    at: datetime
    why: str


class Standing(Struct, frozen=True):
    """How a delivery stands, without its message; `again`: it waits for a person, who may send it again now."""

    id: str
    channel: str
    edition: int
    part: int
    parts: int
    state: State
    attempts: int
    try_at: datetime | None
    why: str
    moves: tuple[Moved, ...]
    again: bool


def standing(
    connection: Connection, states: Collection[State], now: datetime, *, limit: int = 20, offset: int = 0
) -> list[Standing]:
    """A page of the deliveries in these states, the latest recorded first."""
    # Within a state the index has them in the order they were recorded, so that no other order needs sorting.
    latest = literal_column("deliveries.rowid", Integer).desc()
    wanted = select(*_SHOWN).where(_out.c.state.in_(list(states)))
    return _standing(connection, wanted.order_by(latest).limit(limit).offset(offset), now)


def of_edition(connection: Connection, channel: str, edition: int, now: datetime) -> list[Standing]:
    """How the deliveries of one edition stand, in order."""
    wanted = select(*_SHOWN).where(_out.c.channel == channel, _out.c.edition == edition)
    return _standing(connection, wanted.order_by(_out.c.part), now)


def _standing(connection: Connection, wanted: Select[Any], now: datetime) -> list[Standing]:
    rows = connection.execute(wanted).all()
    moved: dict[str, list[Moved]] = {row.id: [] for row in rows}
    moves = select(_moves).where(_moves.c.delivery.in_(list(moved))).order_by(_moves.c.number)
    for row in connection.execute(moves):
        moved[row.delivery].append(Moved(State(row.state), row.moved_at, row.why))
    states = {row.id: State(row.state) for row in rows}
    again = resend.waiting(connection, states, now)
    return [
        Standing(
            row.id,
            row.channel,
            row.edition,
            row.part,
            row.parts,
            states[row.id],
            row.attempts,
            row.try_at,
            row.why,
            tuple(moved[row.id]),
            row.id in again,
        )
        for row in rows
    ]
