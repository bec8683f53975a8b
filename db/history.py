"""Where a paper came from, and what became of it: which sources brought it, which editions carried or held it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, and_, select

from db import ledger, schema
from db.ledger import Decision
from domain.paper import Paper

_items, _editions, _sources, _aliases = schema.items, schema.editions, schema.sources, schema.aliases


class Origin(Struct, frozen=True):
    """A source that brought the paper, since when, and where in it the paper stood."""

    source: str
    first_seen: datetime
    place: str


def origins(connection: Connection, paper: Paper) -> list[Origin]:
    """The sources that brought the paper, in the order they did."""
    rows = connection.execute(
        select(_sources).where(_sources.c.paper == paper.number).order_by(_sources.c.first_seen, _sources.c.source)
    )
    return [Origin(row.source, row.first_seen, row.place) for row in rows]


class Passage(Struct, frozen=True):
    """What became of the paper in a channel, in which edition (None: it was only muted), and when that was planned."""

    channel: str
    decision: Decision


def passages(connection: Connection, paper: Paper, channels: Collection[str] | None, limit: int) -> list[Passage]:
    """What became of the paper in these channels (None: in all), the latest edition first, at most so many.

    What went out under a number that turned out to be this paper counts too.
    """
    also = select(_aliases.c.number).where(_aliases.c.paper == paper.number)
    joined = _items.outerjoin(
        _editions, and_(_editions.c.channel == _items.c.channel, _editions.c.number == _items.c.edition)
    )
    wanted: Any = select(_items, _editions.c.planned_at).select_from(joined)
    wanted = wanted.where(_items.c.paper.in_([paper.number, *connection.execute(also).scalars()]))
    if channels is not None:
        wanted = wanted.where(_items.c.channel.in_(list(channels)))
    rows = connection.execute(
        wanted.order_by(_editions.c.planned_at.desc(), _items.c.channel, _items.c.edition.desc()).limit(limit)
    ).all()
    return [Passage(row.channel, Decision(row.edition, row.planned_at, ledger.item(row, paper))) for row in rows]
