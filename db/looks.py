"""How far each channel's digests have looked: what proves that no day's papers were passed over unsaid.

A span of days goes on from look to look, whether a look found something or not. A new one begins only where days
were left out, and says why; so whoever reads them knows every day that no digest of the channel has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, func, insert, select

from db import schema
from db.bulk import change, each_of, put
from db.values import day, instant
from domain.edition import REACH

_looks = schema.looks
_AHEAD = timedelta(days=1)  # a clock that is set back by less is none that was wrong


def last(connection: Connection, channels: Iterable[str]) -> dict[str, datetime]:
    """When each of these channels was last looked after; those that never were are left out."""
    return {channel: row.until for channel, row in _last(connection, channels).items()}


def _last(connection: Connection, channels: Iterable[str]) -> dict[str, Row[Any]]:
    newest = select(func.max(_looks.c.number)).where(_looks.c.channel.in_(each_of(channels))).group_by(_looks.c.channel)
    return {row.channel: row for row in connection.execute(select(_looks).where(_looks.c.number.in_(newest))).all()}


def looked(connection: Connection, since: Mapping[str, date], now: datetime) -> None:
    """Note that digests of these channels were decided now, each from the papers of its day on until today."""
    going_on, beginning = [], []
    before = _last(connection, since)
    for channel, first in since.items():
        row = before.get(channel)
        why = _why(row.until, first, now) if row else ""
        if row is None or why:
            beginning.append((channel, day(first), instant(now), why))
        else:
            going_on.append((instant(max(row.until, now)), row.number))
    change(connection, _looks, ("until",), going_on)
    put(connection, _looks, ("channel", "since", "until", "why"), beginning)


def _why(before: datetime, since: date, now: datetime) -> str:
    """Why what was looked at does not go on from then; empty where it does."""
    if since > before.date():
        return f"no digest was planned after {before:%Y-%m-%d}, and one reaches back {REACH.days} days at most"
    return "the clock was set back" if before > now + _AHEAD else ""


def rested(connection: Connection, channel: str, since: date, now: datetime) -> None:
    """Note that people let the channel rest: what grew old before these days, by then, is left out."""
    before = last(connection, [channel]).get(channel)
    if before is not None and before.date() < since:
        why = f"the digest was paused until {now:%Y-%m-%d}"
        connection.execute(insert(_looks), {"channel": channel, "since": since, "until": now, "why": why})


class Gap(Struct, frozen=True):
    """Days between two others, both not among them, that no digest of a channel looked at, and why (or nothing)."""

    channel: str
    after: date
    before: date
    why: str


def gaps(connection: Connection, channels: Sequence[str]) -> list[Gap]:
    """The days that were left out in these channels."""
    wanted = select(_looks).where(_looks.c.channel.in_(channels)).order_by(_looks.c.channel, _looks.c.number)
    rows = connection.execute(wanted).all()
    return [
        Gap(row.channel, before.until.date(), row.since, row.why)
        for before, row in pairwise(rows)
        if row.channel == before.channel and row.since > before.until.date()
    ]
