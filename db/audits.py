"""What each night's audit came to."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct, structs
from sqlalchemy import Connection, delete, insert, select

from db import schema

_audits = schema.audits
KEPT = timedelta(days=90)


class Night(Struct, frozen=True):
    """An audit: when, of how many deliveries, and how many rows broke a promise."""

    audited_at: datetime
    deliveries: int
    breaches: int


def record(connection: Connection, night: Night) -> None:
    """Keep what an audit came to; those of long ago are forgotten."""
    connection.execute(insert(_audits), structs.asdict(night))
    connection.execute(delete(_audits).where(_audits.c.audited_at < night.audited_at - KEPT))


def last(connection: Connection) -> Night | None:
    """The latest one, if there was any."""
    row = connection.execute(select(_audits).order_by(_audits.c.number.desc()).limit(1)).one_or_none()
    return Night(row.audited_at, row.deliveries, row.breaches) if row else None
