"""Short lists to choose from while one types: what occurs, what somebody kept, what a channel was shown last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, true

from db import schema
from domain.edition import Place

_categories, _bookmarks, _items = schema.categories, schema.bookmarks, schema.items
_papers, _editions = schema.papers, schema.editions
Titled = tuple[int, str]  # a paper's number and its title


def categories(connection: Connection, start: str, limit: int) -> list[str]:
    """Categories that begin so, whatever the case, as sources spell them; those of the most papers first."""
    folded = start.lower()
    name, many = _categories.c.category, func.count().label("many")
    rows = connection.execute(
        select(name, func.min(_categories.c.paper).label("paper"))
        .where(name >= folded, name < f"{folded}\U0010ffff")
        .group_by(name)
        .order_by(many.desc(), name)
        .limit(limit)
    ).all()
    wanted = {row.paper for row in rows}
    spelt = {
        each.lower(): each
        for found in connection.execute(select(_papers.c.categories).where(_papers.c.number.in_(wanted))).scalars()
        for each in found
    }
    return [spelt.get(row.category, row.category) for row in rows]


def sources(connection: Connection) -> list[str]:
    """The names of the sources that papers came from."""
    return list(connection.execute(select(schema.sources.c.source).distinct().order_by("source")).scalars())


def tags(connection: Connection, owner: str) -> list[str]:
    """The tags of a person's bookmarks, the most used first."""
    tag = func.json_each(_bookmarks.c.tags).table_valued("value")
    rows = connection.execute(
        select(tag.c.value)
        .select_from(_bookmarks.join(tag, onclause=true()))
        .where(_bookmarks.c.owner == owner, _bookmarks.c.removed_at.is_(None))
        .group_by(tag.c.value)
        .order_by(func.count().desc(), tag.c.value)
    )
    return list(rows.scalars())


def bookmarked(connection: Connection, owner: str, limit: int) -> list[Titled]:
    """The papers that a person kept last."""
    rows = connection.execute(
        select(_papers.c.number, _papers.c.title)
        .join(_bookmarks, _bookmarks.c.paper == _papers.c.number)
        .where(_bookmarks.c.owner == owner, _bookmarks.c.removed_at.is_(None))
        .order_by(_bookmarks.c.created_at.desc(), _papers.c.number.desc())
        .limit(limit)
    )
    return [(row.number, row.title) for row in rows]


def shown(connection: Connection, channel: str, limit: int) -> list[Titled]:
    """The papers of a channel's latest editions, in the order shown."""
    rows = connection.execute(
        select(_papers.c.number, _papers.c.title)
        .join(_items, _items.c.paper == _papers.c.number)
        .where(_items.c.channel == channel, _items.c.edition.is_not(None), _items.c.place == Place.SEAT.value)
        .order_by(_items.c.edition.desc(), _items.c.position)
        .limit(limit)
    )
    return [(row.number, row.title) for row in rows]


def titles(connection: Connection, numbers: Sequence[int]) -> list[Titled]:
    """The titles of these papers, in the order asked; numbers that do not exist are left out."""
    rows = connection.execute(select(_papers.c.number, _papers.c.title).where(_papers.c.number.in_(numbers)))
    found = {row.number: row.title for row in rows}
    return [(number, found[number]) for number in numbers if number in found]


def numbered(connection: Connection, start: int, limit: int) -> list[Titled]:
    """The paper of this number, then those whose number begins with it."""
    ranges = [(start * 10**more, (start + 1) * 10**more) for more in range(7)]
    found: list[Titled] = []
    for low, high in ranges:
        rows = connection.execute(
            select(_papers.c.number, _papers.c.title)
            .where(_papers.c.number >= low, _papers.c.number < high)
            .order_by(_papers.c.number)
            .limit(limit - len(found))
        )
        found += [(row.number, row.title) for row in rows]
    return found


def editions(connection: Connection, channel: str, limit: int) -> list[tuple[int, datetime]]:
    """The numbers of a channel's latest editions, and when each was due."""
    rows = connection.execute(
        select(_editions.c.number, _editions.c.due_at)
        .where(_editions.c.channel == channel)
        .order_by(_editions.c.number.desc())
        .limit(limit)
    )
    return [(row.number, row.due_at) for row in rows]
