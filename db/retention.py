"""Letting go of what is old, where a setting asks for it: never of what people keep, nor of what proves delivery.

A paper that never was in any digest goes with all its rows. Of one that was, or that somebody could still mistake for
another, the long texts go; its title, authors, identifiers and links stay, so that it is recognised and not announced
again. Of a message that was sent the papers' titles stay. The ledger's own rows all stay.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Table, Text, cast, delete, exists, func, or_, select, update

from db import neighbours, schema
from db.bulk import Aside
from db.loading import load
from db.vocabulary import Changes
from domain.delivery import State
from domain.message import Card, Heading, Message, Note, line

BATCH = 20  # in one transaction, which takes a few hundredths of a second
GONE = Note(line("The rest of what stood here is no longer kept."), quiet=True)

_papers, _out, _posts = schema.papers, schema.deliveries, schema.posts
# How a message begins that has been shortened before.
_BEGINS = json.dumps(Message.of(GONE).to_data())[:-1]


class Gone(Struct, frozen=True):
    """How many papers went, of how many the long texts, and how many messages were shortened."""

    papers: int = 0
    texts: int = 0
    messages: int = 0

    def __add__(self, other: Gone) -> Gone:
        return Gone(self.papers + other.papers, self.texts + other.texts, self.messages + other.messages)


def old_papers(connection: Connection, before: date, after: int) -> list[int]:
    """The next papers, by number, that are older than a day and of which there is something to let go."""
    wanted = select(_papers.c.number).where(_papers.c.number > after, _let_go(before), or_(~_proof(), _long()))
    return list(connection.execute(wanted.order_by(_papers.c.number).limit(BATCH)).scalars())


def let_go(connection: Connection, numbers: Sequence[int], before: date) -> Gone:
    """Let go of these papers, or of their long texts, as far as nobody has come to keep them meanwhile."""
    wanted = select(_papers.c.number, _proof().label("proof")).where(_papers.c.number.in_(numbers), _let_go(before))
    proof = {row.number: row.proof for row in connection.execute(wanted)}
    words = Changes(neighbours.highest(connection))
    for paper in load(connection, proof):
        if proof[paper.number]:
            words.replace(paper, replace(paper, abstract="", summary=""))
        else:
            words.remove(paper)
    thin = [number for number, kept in proof.items() if kept]
    gone = [number for number, kept in proof.items() if not kept]
    connection.execute(update(_papers).where(_papers.c.number.in_(thin)).values(abstract="", summary="", raw={}))
    connection.execute(update(schema.former).where(schema.former.c.paper.in_(thin)).values(abstract=""))
    for table in (schema.identifiers, schema.categories, schema.sources):
        connection.execute(delete(table).where(table.c.paper.in_(gone)))
    connection.execute(delete(_papers).where(_papers.c.number.in_(gone)))
    with Aside(0) as at_once:
        words.write(connection, at_once)
    return Gone(len(gone), len(thin))


def _let_go(before: date) -> ColumnElement[bool]:
    seen = datetime.combine(before, time(), UTC)
    return (_papers.c.day < before) & (_papers.c.first_seen < seen) & ~_has(schema.bookmarks) & ~_has(schema.votes)


def _proof() -> ColumnElement[bool]:
    # Without a date it would be new if it came again; and the highest number must not be given a second time.
    undated = _papers.c.announced.is_(None) & _papers.c.published.is_(None)
    highest = select(func.max(_papers.c.number)).scalar_subquery()
    told = (_has(table) for table in (schema.items, schema.aliases, schema.former))
    return or_(*told, undated, _papers.c.number == highest)


def _long() -> ColumnElement[bool]:
    return or_(_papers.c.abstract != "", _papers.c.summary != "", cast(_papers.c.raw, Text) != "{}")


def _has(table: Table) -> ColumnElement[bool]:
    return exists().where(table.c.paper == _papers.c.number)


def old_messages(connection: Connection, before: date, after: str) -> list[str]:
    """The next deliveries, by id, that were sent with an edition of before that day, and are still whole."""
    there = (schema.editions.c.channel == _out.c.channel) & (schema.editions.c.number == _out.c.edition)
    wanted = (
        select(_out.c.id)
        .join(schema.editions, there)
        .where(_out.c.id > after, _out.c.state == State.SENT, _whole(_out))
        .where(schema.editions.c.planned_at < datetime.combine(before, time(), UTC))
    )
    return list(connection.execute(wanted.order_by(_out.c.id).limit(BATCH)).scalars())


def shorten(connection: Connection, deliveries: Sequence[str]) -> Gone:
    """Keep of these messages the titles of their papers; of what the local platform shows of them likewise."""
    for table, name in ((_out, _out.c.id), (_posts, _posts.c.delivery)):
        rows = connection.execute(select(name.label("name"), table.c.message).where(name.in_(deliveries))).all()
        for row in rows:
            connection.execute(update(table).where(name == row.name).values(message=shortened(row.message)))
    return Gone(messages=len(deliveries))


def shortened(message: list[Any]) -> list[Any]:
    """What stays of a message: that it was, its headings, and which papers it showed."""
    kept = [
        Card(block.paper, block.title, block.url, compact=True) if isinstance(block, Card) else block
        for block in Message.from_data(message).blocks
        if isinstance(block, Card | Heading)
    ]
    return Message.of(GONE, *kept).to_data()


def _whole(table: Table) -> ColumnElement[bool]:
    return func.substr(cast(table.c.message, Text), 1, len(_BEGINS)) != _BEGINS
