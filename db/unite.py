"""What happens to the rows of a paper that turns out to be another one: they become that one's.

Its number stays good as an alias. Where both went out to a channel before they were known to be one, the ledger
keeps both rows: that is what happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, delete, insert, select, update

from db import schema
from db.bulk import each_of


class Former(Struct, frozen=True):
    """Texts that a paper had, or came with under a number that is now an alias."""

    paper: int
    title_key: str
    abstract: str
    authors: tuple[str, ...]


def former(connection: Connection, title_keys: Iterable[str]) -> list[Former]:
    """The former texts under these titles."""
    found = schema.former.c
    rows = connection.execute(
        select(schema.former).where(found.title_key.in_(each_of(title_keys))).order_by(found.number)
    ).all()
    return [_former(row) for row in rows]


def keep_former(connection: Connection, texts: Iterable[Former]) -> None:
    """Keep texts that papers had, each once."""
    for text in dict.fromkeys(texts):
        there = connection.execute(select(schema.former).where(schema.former.c.paper == text.paper)).all()
        if text not in map(_former, there):
            row = {"paper": text.paper, "title_key": text.title_key, "abstract": text.abstract}
            connection.execute(insert(schema.former), {**row, "authors": list(text.authors)})


def _former(row: Any) -> Former:
    return Former(row.paper, row.title_key, row.abstract, tuple(row.authors))


def homes(connection: Connection, numbers: Iterable[int]) -> dict[int, int]:
    """Of these numbers those that are aliases, and the paper that each stands for."""
    found = schema.aliases.c
    rows = connection.execute(select(found.number, found.paper).where(found.number.in_(each_of(numbers))))
    return {row.number: row.paper for row in rows}


def absorb(connection: Connection, gone: Mapping[int, int], now: datetime) -> None:
    """Let papers become others: `gone` says which number becomes which."""
    for number, paper in gone.items():
        _follow(connection, schema.identifiers, number, paper)
        _follow(connection, schema.former, number, paper)
        _follow(connection, schema.aliases, number, paper)
        for table in (schema.sources, schema.votes):
            _follow(connection, table, number, paper)
            connection.execute(delete(table).where(table.c.paper == number))
        _bookmarks(connection, number, paper)
        _items(connection, number, paper)
        connection.execute(delete(schema.categories).where(schema.categories.c.paper == number))
        connection.execute(delete(schema.papers).where(schema.papers.c.number == number))
        connection.execute(insert(schema.aliases), {"number": number, "paper": paper, "recognised_at": now})


def _follow(connection: Connection, table: Table, number: int, paper: int) -> None:
    # What the other paper has of its own already stays behind.
    moving = update(table).prefix_with("OR IGNORE").where(table.c.paper == number)
    connection.execute(moving.values(paper=paper))


def _items(connection: Connection, number: int, paper: int) -> None:
    # A row without an edition (muted) gives way to one with.
    items = schema.items
    sent = select(items.c.channel).where(items.c.paper == number, items.c.edition.is_not(None))
    connection.execute(
        delete(items).where(items.c.paper == paper, items.c.edition.is_(None), items.c.channel.in_(sent))
    )
    _follow(connection, items, number, paper)
    connection.execute(delete(items).where(items.c.paper == number, items.c.edition.is_(None)))


def _bookmarks(connection: Connection, number: int, paper: int) -> None:
    marks = schema.bookmarks
    kept = {row.owner: row for row in connection.execute(select(marks).where(marks.c.paper == paper))}
    for row in connection.execute(select(marks).where(marks.c.paper == number, marks.c.removed_at.is_(None))).all():
        ours = kept.get(row.owner)
        if ours is None:
            continue
        live = ours.removed_at is None
        notes = dict.fromkeys(note for note in (ours.note if live else "", row.note) if note)
        tags = dict.fromkeys((*(ours.tags if live else ()), *row.tags))
        connection.execute(
            update(marks)
            .where(marks.c.owner == row.owner, marks.c.paper == paper)
            .values(note="\n".join(notes), tags=list(tags), removed_at=None)
        )
    _follow(connection, marks, number, paper)
    connection.execute(delete(marks).where(marks.c.paper == number))
