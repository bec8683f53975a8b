"""Channels with their schedules, subscriptions and mutes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, Table, delete, insert, select, type_coerce, update
from sqlalchemy.types import NullType

from db import schema
from db.bulk import change, each_of, taken
from db.values import instant, kept
from domain.channel import SOFT, Channel, Mute, Subscription, Wish, allowed_at_first
from domain.compact import compact
from domain.errors import NotFoundError
from domain.parse import parse
from domain.query import Query
from domain.schedule import Due, Schedule

_channels, _subscriptions, _mutes = schema.channels, schema.subscriptions, schema.mutes


def _raw(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return type_coerce(column, NullType).label(column.name)


# As SQLite keeps them: what many channels have alike is read once.
_EVERY: Select[Any] = select(*[_raw(column) for column in _channels.c])


def ensure(connection: Connection, channel: str, schedule: Schedule, now: datetime) -> Channel:
    """The channel, made with this schedule if it is new."""
    found = get(connection, channel)
    if found:
        return found
    connection.execute(
        insert(_channels),
        {
            "id": channel,
            **_schedule_row(schedule),
            "stopped": "",
            "allowed": list(allowed_at_first(channel)),
            "created_at": now,
            "next_due": schedule.next_after(now),
            "editions": 0,
            "subscriptions": 0,
        },
    )
    return existing(connection, channel)


def get(connection: Connection, channel: str) -> Channel | None:
    """The channel, or None where nobody has subscribed to anything yet."""
    row = connection.execute(_EVERY.where(_channels.c.id == channel)).one_or_none()
    return _channel(row) if row else None


def existing(connection: Connection, channel: str) -> Channel:
    """The channel. Raises NotFoundError with what to do first."""
    found = get(connection, channel)
    if not found:
        raise NotFoundError(f"{channel} has no subscriptions yet.", "Begin with `subscribe` and what it should follow.")
    return found


def every(connection: Connection) -> list[Channel]:
    """All channels, by id."""
    return [_channel(row) for row in connection.execute(_EVERY.order_by(_channels.c.id))]


def beginning(connection: Connection, start: str) -> list[Channel]:
    """The channels whose id begins so, such as those of one server, by id."""
    wanted = _EVERY.where(_channels.c.id >= start, _channels.c.id < start + "\U0010ffff")
    return [_channel(row) for row in connection.execute(wanted.order_by(_channels.c.id))]


def due(connection: Connection, now: datetime) -> list[str]:
    """The ids of the channels whose time has come, the longest waiting first."""
    ready = _channels.c.next_due <= now, ~_channels.c.paused
    wanted = select(_channels.c.id).where(*ready).order_by(_channels.c.next_due, _channels.c.id)
    return list(connection.execute(wanted).scalars())


def named(connection: Connection, names: Collection[str]) -> dict[str, Channel]:
    """Those of these channels that there are, by id."""
    rows = taken(connection, _EVERY.where(_channels.c.id.in_(each_of(names))))
    return {row[0]: _channel(row) for row in rows}


def reschedule(connection: Connection, channel: str, schedule: Schedule, next_due: datetime) -> None:
    """Give the channel another schedule, and the time that follows from it."""
    connection.execute(
        update(_channels).where(_channels.c.id == channel).values(**_schedule_row(schedule), next_due=next_due)
    )


def advance(connection: Connection, channel: Channel, next_due: datetime, served: datetime | None) -> bool:
    """Move the channel's time on; False if somebody else has done so since `channel` was read."""
    last = {"last_due": served} if served else {}
    moved = connection.execute(
        update(_channels)
        .where(_channels.c.id == channel.id, _channels.c.next_due == channel.next_due)
        .values(next_due=next_due, **last)
    )
    return moved.rowcount == 1


def served(connection: Connection, times: Mapping[Channel, Due]) -> None:
    """Move the times of channels on that are as they were read, and note what each was served."""
    rows = [(instant(due.next_due), instant(due.serve or known.last_due), known.id) for known, due in times.items()]
    change(connection, _channels, ("next_due", "last_due"), rows)


def stop(connection: Connection, channel: str, why: str) -> bool:
    """Note why deliveries to the channel rest (empty: they go on); returns whether that is news."""
    changed = connection.execute(
        update(_channels).where(_channels.c.id == channel, _channels.c.stopped != why).values(stopped=why)
    )
    return changed.rowcount == 1


def allow(connection: Connection, channel: str, allowed: Iterable[str]) -> None:
    """Say who may change the channel."""
    connection.execute(update(_channels).where(_channels.c.id == channel).values(allowed=list(allowed)))


def subscribe(connection: Connection, channel: str, query: Query, person: str, now: datetime) -> Subscription:
    """Add a subscription under the channel's next number."""
    number = connection.execute(
        update(_channels)
        .where(_channels.c.id == channel)
        .values(subscriptions=_channels.c.subscriptions + 1)
        .returning(_channels.c.subscriptions)
    ).scalar_one()
    row = {**_query_row(query), "created_by": person, "created_at": now}
    connection.execute(insert(_subscriptions), {"channel": channel, "number": number, **row})
    return Subscription(channel, number, query, person, now)


def change_query(connection: Connection, channel: str, number: int, query: Query, now: datetime) -> None:
    """Let a subscription ask something else; it starts anew from now."""
    connection.execute(update(_subscriptions).where(*_one(channel, number)).values(**_query_row(query), created_at=now))


def unsubscribe(connection: Connection, channel: str, number: int, now: datetime) -> None:
    """Remove a subscription; it can be restored for 7 days."""
    connection.execute(update(_subscriptions).where(*_one(channel, number)).values(removed_at=now))


def restore(connection: Connection, channel: str, number: int) -> bool:
    """Undo `unsubscribe`; False if it is gone for good."""
    restored = connection.execute(update(_subscriptions).where(*_one(channel, number)).values(removed_at=None))
    return restored.rowcount == 1


def _one(channel: str, number: int) -> tuple[Any, ...]:
    return _subscriptions.c.channel == channel, _subscriptions.c.number == number


def subscriptions(connection: Connection, channels: Iterable[str]) -> dict[str, list[Subscription]]:
    """The subscriptions of each of these channels, by number."""
    wanted = list(channels)
    found: dict[str, list[Subscription]] = {channel: [] for channel in wanted}
    for row in connection.execute(
        select(_subscriptions)
        .where(_subscriptions.c.channel.in_(wanted), _subscriptions.c.removed_at.is_(None))
        .order_by(_subscriptions.c.number)
    ):
        found[row.channel].append(
            Subscription(row.channel, row.number, parse(row.query), row.created_by, row.created_at)
        )
    return found


def mute(connection: Connection, mute: Mute) -> int:
    """Add a mute; its number undoes it."""
    row = {**_query_row(mute.query), "created_by": mute.created_by, "created_at": mute.created_at}
    added = connection.execute(insert(_mutes), {"owner": mute.owner, **row})
    number: int = added.lastrowid
    return number


def unmute(connection: Connection, number: int, now: datetime | None) -> bool:
    """Remove a mute, or with None restore it; False if it is gone for good."""
    changed = connection.execute(update(_mutes).where(_mutes.c.number == number).values(removed_at=now))
    return changed.rowcount == 1


class Numbered(Struct, frozen=True):
    """A mute and its number."""

    number: int
    mute: Mute


def mutes(connection: Connection, owners: Iterable[str]) -> dict[str, list[Numbered]]:
    """The mutes of each of these channels or people, oldest first."""
    wanted = list(owners)
    found: dict[str, list[Numbered]] = {owner: [] for owner in wanted}
    for row in connection.execute(
        select(_mutes).where(_mutes.c.owner.in_(wanted), _mutes.c.removed_at.is_(None)).order_by(_mutes.c.number)
    ):
        mute = Mute(row.owner, parse(row.query), row.created_by, row.created_at)
        found[row.owner].append(Numbered(row.number, mute))
    return found


def sweep(connection: Connection, now: datetime) -> int:
    """Let go of what was removed more than 7 days ago; returns how much."""
    gone = 0
    for table in (_subscriptions, _mutes, schema.bookmarks):
        gone += connection.execute(delete(table).where(table.c.removed_at < now - SOFT)).rowcount
    return gone


def wishes(connection: Connection, owners: Collection[str]) -> Sequence[Sequence[Any]]:
    """The subscriptions of these channels, for planning: whose, then what `wish` reads; a channel's by number."""
    return _wishes(connection, _subscriptions, _subscriptions.c.channel, owners)


def muted(connection: Connection, owners: Collection[str]) -> Sequence[Sequence[Any]]:
    """The mutes of these channels, for planning, like `wishes`."""
    return _wishes(connection, _mutes, _mutes.c.owner, owners)


def _wishes(
    connection: Connection, table: Table, owner: ColumnElement[str], owners: Collection[str]
) -> Sequence[Sequence[Any]]:
    # Most of them match nothing: only of the others more is made than their rows.
    columns = owner, table.c.compact, table.c.number, table.c.query, _raw(table.c.created_at)
    wanted: Select[Any] = select(*columns).where(owner.in_(each_of(owners)), table.c.removed_at.is_(None))
    return taken(connection, wanted.order_by(owner, table.c.number))


def wish(row: Sequence[Any]) -> Wish:
    """A row of `wishes` or of `muted`."""
    _, compacted, number, query, created_at = row
    return Wish(number, query, compacted, kept(created_at))


def _query_row(query: Query) -> dict[str, str]:
    return {"query": query.text, "key": query.key, "compact": compact(query.root)}


def _schedule_row(schedule: Schedule) -> dict[str, Any]:
    return {
        "days": sorted(schedule.days),
        "at": f"{schedule.at:%H:%M}",
        "timezone": schedule.timezone,
        "wait": schedule.wait,
        "until": f"{schedule.until:%H:%M}" if schedule.until else None,
        "size": schedule.limit,
        "layout": schedule.layout,
        "empty": schedule.empty,
        "paused": schedule.paused,
    }


def _channel(row: Sequence[Any]) -> Channel:
    name, *said, paused, stopped, allowed, created_at, next_due, last_due, editions, _ = row
    schedule, last = _schedule(*said, bool(paused)), kept(last_due) if last_due else None
    return Channel(name, schedule, kept(created_at), kept(next_due), last, stopped, _names(allowed), editions)


@lru_cache(maxsize=1_000)
def _names(listed: str) -> tuple[str, ...]:
    return tuple(json.loads(listed))


@lru_cache(maxsize=1_000)  # most channels have one that others have too
def _schedule(days: str, at: str, timezone: str, wait: str, until: str | None, *rest: Any) -> Schedule:
    late = time.fromisoformat(until) if until else None
    return Schedule(frozenset(json.loads(days)), time.fromisoformat(at), timezone, wait, late, *rest)
