"""What a button needs beyond a short command: how to undo something, or how a listing goes on.

A ticket's number fits into any platform's button, works after a restart, and is never given again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from db import schema

_tickets = schema.tickets


class Ticket(Struct, frozen=True):
    """`kind` says what for, `data` holds what it takes; `used_at` is set once it has served."""

    number: int
    kind: str
    person: str
    channel: str
    data: dict[str, Any]
    created_at: datetime
    used_at: datetime | None


def issue(connection: Connection, kind: str, person: str, channel: str, data: dict[str, Any], now: datetime) -> int:
    """Make a ticket; returns its number."""
    row = {"kind": kind, "person": person, "channel": channel, "data": data, "created_at": now}
    return int(connection.execute(insert(_tickets), row).lastrowid)


def get(connection: Connection, number: int) -> Ticket | None:
    """The ticket, used or not."""
    row = connection.execute(select(_tickets).where(_tickets.c.number == number)).one_or_none()
    return Ticket(**row._mapping) if row else None


def use(connection: Connection, number: int, now: datetime) -> bool:
    """Mark a ticket as used; False if it was before: two presses of a button do one thing."""
    used = connection.execute(
        update(_tickets).where(_tickets.c.number == number, _tickets.c.used_at.is_(None)).values(used_at=now)
    )
    return used.rowcount == 1
