"""The local platform's own side: the messages posted in its channels."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from db import schema
from domain.message import Message

_posts = schema.posts


class Post(Struct, frozen=True):
    """A message as it stands in a local channel."""

    number: int
    channel: str
    message: Message
    posted_at: datetime


def add(connection: Connection, channel: str, delivery: str, message: Message, now: datetime) -> int:
    """Post a message; a delivery that was posted before stays as it is. Returns the post's number."""
    adding = upsert(_posts).on_conflict_do_nothing(index_elements=["delivery"])
    row = {"channel": channel, "delivery": delivery, "message": message.to_data(), "posted_at": now}
    connection.execute(adding, row)
    return connection.execute(_number(delivery)).scalar_one()


def find(connection: Connection, delivery: str) -> int | None:
    """The number of the post that carries a delivery, if it was posted."""
    return connection.execute(_number(delivery)).scalar_one_or_none()


def _number(delivery: str) -> Select[int]:
    return select(_posts.c.number).where(_posts.c.delivery == delivery)


def latest(connection: Connection, channel: str, limit: int = 50, *, before: int | None = None) -> list[Post]:
    """The latest posts of a channel, or the latest before one, oldest first."""
    wanted = select(_posts).where(_posts.c.channel == channel)
    if before is not None:
        wanted = wanted.where(_posts.c.number < before)
    rows = connection.execute(wanted.order_by(_posts.c.number.desc()).limit(limit)).all()
    return [_post(row) for row in reversed(rows)]


def later(connection: Connection, channel: str, after: int, limit: int = 50) -> list[Post]:
    """The posts of a channel since one, oldest first."""
    rows = connection.execute(
        select(_posts)
        .where(_posts.c.channel == channel, _posts.c.number > after)
        .order_by(_posts.c.number)
        .limit(limit)
    )
    return [_post(row) for row in rows]


def newest(connection: Connection) -> int:
    """The highest number of a post; 0 before the first."""
    return connection.execute(select(func.max(_posts.c.number))).scalar_one() or 0


def _post(row: Row[Any]) -> Post:
    return Post(row.number, row.channel, Message.from_data(row.message), row.posted_at)
