"""What each night's audit came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from db import schema

_audits = schema.audits
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Night:
    """An audit: when, of how many deliveries, and how many rows broke a promise."""

    audited_at: datetime
    deliveries: int
    breaches: int


def record(connection: Connection, night: Night) -> None:
    """Keep what an audit came to; those of long ago are forgotten."""
    row = {name: getattr(night, name) for name in Night.__slots__}
    connection.execute(insert(_audits), row)
    connection.execute(delete(_audits).where(_audits.c.audited_at < night.audited_at - KEPT))


def last(connection: Connection) -> Night | None:
    """The latest one, if there was any."""
    row = connection.execute(select(_audits).order_by(_audits.c.number.desc()).limit(1)).one_or_none()
    return Night(row.audited_at, row.deliveries, row.breaches) if row else None
