"""What is kept about a person: all of it to read, and all of it to forget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, func, select, update

from db import schema
from domain.channel import MANAGERS

FORGOTTEN = "forgotten"  # who made a channel's subscription, once that person is not to be known any more

# A person's own: by which column a row is theirs. A personal digest is a channel with the person's id.
OWN: dict[str, tuple[Table, Column[Any]]] = {
    "bookmarks": (schema.bookmarks, schema.bookmarks.c.owner),
    "votes": (schema.votes, schema.votes.c.person),
    "mutes": (schema.mutes, schema.mutes.c.owner),
    "subscriptions": (schema.subscriptions, schema.subscriptions.c.channel),
    "editions": (schema.editions, schema.editions.c.channel),
    "edition_items": (schema.items, schema.items.c.channel),
    "deliveries": (schema.deliveries, schema.deliveries.c.channel),
    "looks": (schema.looks, schema.looks.c.channel),
    "posts": (schema.posts, schema.posts.c.channel),
    "tickets": (schema.tickets, schema.tickets.c.person),
    "channels": (schema.channels, schema.channels.c.id),
}
# A channel's, made by the person.
MADE: dict[str, tuple[Table, Column[Any]]] = {
    "subscriptions_made": (schema.subscriptions, schema.subscriptions.c.created_by),
    "mutes_made": (schema.mutes, schema.mutes.c.created_by),
    "submitted": (schema.sources, schema.sources.c.place),
}
# What refers to others goes before them.
_ORDER = (
    *("bookmarks", "votes", "mutes", "posts", "edition_items", "deliveries", "editions", "looks", "subscriptions"),
    "tickets",
)


def kept(connection: Connection, person: str) -> dict[str, list[Mapping[str, Any]]]:
    """Every row about the person, by what it is; what there is nothing of is left out."""
    found = {}
    for name, (table, column) in {**OWN, **MADE}.items():
        rows = [dict(row) for row in connection.execute(select(table).where(column == person)).mappings()]
        if name in MADE:
            rows = [row for row in rows if person not in (row.get("channel"), row.get("owner"))]
        if rows:
            found[name] = rows
    trusted = [row.id for row in connection.execute(select(schema.channels)) if person in row.allowed]
    return found | ({"allowed_in": [{"channel": name} for name in trusted]} if trusted else {})


def forget(connection: Connection, person: str) -> dict[str, int]:
    """Delete what is the person's own, and their name where something is a channel's; returns how many rows of each.

    The proof of what went to shared channels stays: it names nobody.
    """
    many = {name: len(rows) for name, rows in kept(connection, person).items()}
    out = schema.deliveries.c
    theirs = select(out.id).where(out.channel == person)
    connection.execute(delete(schema.moves).where(schema.moves.c.delivery.in_(theirs)))
    for name in (*_ORDER, "channels"):
        table, column = OWN[name]
        connection.execute(delete(table).where(column == person))
    for table, column in MADE.values():
        connection.execute(update(table).where(column == person).values({column.name: FORGOTTEN}))
    again = schema.moves.c.why
    connection.execute(
        update(schema.moves).where(again.endswith(f" by {person}")).values(why=func.replace(again, person, FORGOTTEN))
    )
    for row in connection.execute(select(schema.channels)).all():
        if person in row.allowed:
            left = [name for name in row.allowed if name != person] or [MANAGERS]
            connection.execute(update(schema.channels).where(schema.channels.c.id == row.id).values(allowed=left))
    return many
