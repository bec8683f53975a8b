"""Editions and what became of every paper that matched: what a channel has seen, and why or why not."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, Row, and_, delete, func, or_, select, text

from db import schema, unite
from db.bulk import change, each_of, put
from db.loading import load
from db.values import instant, listed_again
from domain.delivery import Delivery, State
from domain.edition import Edition, Item, Place, first_new
from domain.paper import Paper

_items, _editions, _papers = schema.items, schema.editions, schema.papers


def candidates(connection: Connection, now: datetime, since: date | None = None) -> list[Paper]:
    """Papers that are new on this day (UTC), or those of a day on, whoever may want them."""
    return load(connection, connection.execute(_new(since or first_new(now.date()))).scalars())


def _new(since: date) -> Any:
    return (
        select(_papers.c.number)
        .where(_papers.c.day >= since, ~_papers.c.archived)
        .order_by(_papers.c.day.desc(), _papers.c.number.desc())
    )


# Papers by channel, asked for one by one: a channel's history only grows, and so does what is new in a busy week.
_DECIDED_ALREADY = text(
    """\
SELECT item.channel, item.paper
FROM json_each(:asked) AS asked CROSS JOIN json_each(asked.value) AS one CROSS JOIN edition_items AS item
WHERE item.channel = asked.key AND item.paper = one.value AND item.edition IS NOT NULL"""
)


def decided(connection: Connection, asked: Mapping[str, Collection[int]]) -> dict[str, set[int]]:
    """Of these papers, by channel, those it has had or had held back; what was muted is still open."""
    found: dict[str, set[int]] = {channel: set() for channel in asked}
    for channel, paper in connection.execute(_DECIDED_ALREADY, {"asked": json.dumps(dict(asked))}).all():
        found[channel].add(paper)
    return found


def previous(connection: Connection, channels: Iterable[str]) -> dict[str, datetime]:
    """When each channel's latest edition was planned; channels without one are left out."""
    rows = connection.execute(
        select(_editions.c.channel, func.max(_editions.c.planned_at).label("planned_at"))
        .where(_editions.c.channel.in_(each_of(channels)))
        .group_by(_editions.c.channel)
    )
    # The aggregate of a typed column keeps its type, so this is an aware instant.
    return {row.channel: row.planned_at for row in rows}


class Rows(NamedTuple):
    """What is written of a decided edition, table by table: made of it beforehand, and not while the store is held."""

    editions: Sequence[tuple[Any, ...]] = ()
    items: Sequence[tuple[Any, ...]] = ()
    deliveries: Sequence[tuple[Any, ...]] = ()
    moves: Sequence[tuple[Any, ...]] = ()


_EDITION = ("channel", "number", "due_at", "planned_at")
_ITEM = ("channel", "paper", "edition", "position", "place", "subscriptions", "queries", "why", "late")
_DELIVERY = ("id", "channel", "edition", "part", "parts", "message", "state", "attempts", "worker", "ref", "why")
_MOVE = ("delivery", "state", "moved_at", "why")


def rows(edition: Edition, deliveries: Sequence[Delivery]) -> Rows:
    """An edition with its items and its messages to send, as they are written."""
    channel, number, planned_at = edition.channel, edition.number, instant(edition.planned_at)
    return Rows(
        [(channel, number, instant(edition.due_at), planned_at)],
        [*item_rows(channel, number, (*edition.seats, *edition.held)), *muted_rows(edition).items],
        [
            (d.id, channel, number, d.part, d.parts, d.message.to_json(), d.state.value, 0, "", "", "")
            for d in deliveries
        ],
        [(d.id, d.state.value, planned_at, "") for d in deliveries],
    )


def muted_rows(edition: Edition) -> Rows:
    """What is written of an edition that nobody sees: what was muted."""
    return Rows(items=item_rows(edition.channel, None, edition.muted))


def item_rows(channel: str, edition: int | None, items: Iterable[Item]) -> list[tuple[Any, ...]]:
    """What became of papers in a channel: in an edition, for good; in none (muted) until an edition has them."""
    return [
        (channel, paper.number, edition, at, str(place), listed_again(numbers), listed_again(queries), why, int(late))
        for at, (paper, place, numbers, queries, why, late) in enumerate(items)
    ]


def record(connection: Connection, edition: Edition, deliveries: Sequence[Delivery]) -> None:
    """Write an edition with all of its items and its messages to send: all or nothing, as the caller commits.

    Raises sqlalchemy.exc.IntegrityError if one of its papers or its number is already taken.
    """
    record_all(connection, [rows(edition, deliveries)])


def record_all(connection: Connection, planned: Sequence[Rows]) -> None:
    """Write editions of different channels as `record` writes one, in as many statements."""
    if not planned:
        return
    editions, items, deliveries, moves = (list(chain.from_iterable(of)) for of in zip(*planned, strict=True))
    put(connection, _editions, _EDITION, editions)
    change(connection, schema.channels, ("editions",), [(number, channel) for channel, number, *_ in editions])
    put_items(connection, items)
    put(connection, schema.deliveries, _DELIVERY, deliveries, encoded=("message",))
    put(connection, schema.moves, _MOVE, moves)


def put_items(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write what `item_rows` made.

    Raises sqlalchemy.exc.IntegrityError if a channel has had one of the papers in an edition already.
    """
    # What was only muted so far makes way.
    there = _items.c.channel.in_(each_of({row[0] for row in rows})), _items.c.edition.is_(None)
    if muted := set(map(tuple, connection.execute(select(_items.c.channel, _items.c.paper).where(*there)))):
        for channel, paper in muted.intersection(row[:2] for row in rows):
            connection.execute(delete(_items).where(_items.c.channel == channel, _items.c.paper == paper))
    put(connection, _items, _ITEM, rows)


def standing(connection: Connection, editions: Iterable[Edition]) -> list[Edition]:
    """Those of decided editions of which every paper still is one, and has not turned out to be another meanwhile."""
    listed = list(editions)
    gone = unite.homes(connection, {item.paper.number for edition in listed for item in edition.items}).keys()
    return [each for each in listed if not gone or gone.isdisjoint(item.paper.number for item in each.items)]


def edition(connection: Connection, channel: str, number: int) -> Edition | None:
    """An edition as it was planned, its items in the order shown."""
    row = connection.execute(
        select(_editions).where(_editions.c.channel == channel, _editions.c.number == number)
    ).one_or_none()
    if row is None:
        return None
    rows = connection.execute(
        select(_items).where(_items.c.channel == channel, _items.c.edition == number).order_by(_items.c.position)
    ).all()
    homes = unite.homes(connection, (row.paper for row in rows))
    papers = {paper.number: paper for paper in load(connection, (homes.get(row.paper, row.paper) for row in rows))}
    items = tuple(item(each, papers[homes.get(each.paper, each.paper)]) for each in rows)
    return Edition(channel, number, row.due_at, row.planned_at, items)


class Decision(Struct, frozen=True):
    """What became of one paper in one channel; `edition` is None for what was only muted."""

    edition: int | None
    planned_at: datetime | None
    item: Item


def decision(connection: Connection, channel: str, paper: Paper) -> Decision | None:
    """What became of the paper in the channel, or None if it never matched there."""
    joined = _items.outerjoin(
        _editions, and_(_editions.c.channel == _items.c.channel, _editions.c.number == _items.c.edition)
    )
    row = connection.execute(
        select(_items, _editions.c.planned_at)
        .select_from(joined)
        .where(_items.c.channel == channel, _items.c.paper == paper.number)
    ).one_or_none()
    return Decision(row.edition, row.planned_at, item(row, paper)) if row else None


def item(row: Row[Any], paper: Paper) -> Item:
    """A row of `edition_items` as what became of its paper."""
    return Item(paper, Place(row.place), tuple(row.subscriptions), tuple(row.queries), row.why, row.late)


class EditionState(Struct, frozen=True):
    """An edition in a list: how many papers it shows and holds, and how its messages stand."""

    channel: str
    number: int
    due_at: datetime
    planned_at: datetime
    seats: int
    held: int
    states: dict[str, int]


def recent(
    connection: Connection, channel: str | None = None, *, limit: int = 20, offset: int = 0
) -> list[EditionState]:
    """The latest editions, of one channel or of all, the latest first."""
    chosen = select(_editions)
    if channel is not None:
        chosen = chosen.where(_editions.c.channel == channel)
    order = _editions.c.planned_at.desc(), _editions.c.channel, _editions.c.number.desc()
    page = chosen.order_by(*order).limit(limit).offset(offset).subquery()
    # Counted for those alone that are shown.
    there = _items.c.channel == page.c.channel, _items.c.edition == page.c.number
    seats, held = (
        select(func.count()).where(*there, _items.c.place == place.value).scalar_subquery()
        for place in (Place.SEAT, Place.HELD)
    )
    rows = connection.execute(
        select(page, seats.label("seats"), held.label("held")).order_by(
            page.c.planned_at.desc(), page.c.channel, page.c.number.desc()
        )
    ).all()
    states = _states(connection, [(row.channel, row.number) for row in rows])
    return [
        EditionState(
            row.channel,
            row.number,
            row.due_at,
            row.planned_at,
            row.seats,
            row.held,
            states.get((row.channel, row.number), {}),
        )
        for row in rows
    ]


def _states(connection: Connection, wanted: Sequence[tuple[str, int]]) -> dict[tuple[str, int], dict[str, int]]:
    found: dict[tuple[str, int], dict[str, int]] = {}
    sent = schema.deliveries.c
    if not wanted:
        return found
    rows = connection.execute(
        select(sent.channel, sent.edition, sent.state, func.count().label("many"))
        .where(or_(*(and_(sent.channel == channel, sent.edition == number) for channel, number in wanted)))
        .group_by(sent.channel, sent.edition, sent.state)
    )
    for row in rows:
        found.setdefault((row.channel, row.edition), {})[str(State(row.state))] = row.many
    return found
