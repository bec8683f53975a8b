"""Editions and what became of every paper that matched: what a channel has seen, and why or why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, or_, select

from db import schema, unite
from db.loading import chunks, load
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


def decided(
    connection: Connection, channels: Iterable[str], now: datetime, since: date | None = None
) -> dict[str, set[int]]:
    """Of the candidates, those each channel has had or had held back; what was muted is still open."""
    found: dict[str, set[int]] = {channel: set() for channel in channels}
    rows = connection.execute(
        select(_items.c.channel, _items.c.paper).where(
            _items.c.channel.in_(list(found)),
            _items.c.edition.is_not(None),
            _items.c.paper.in_(_new(since or first_new(now.date()))),
        )
    )
    for row in rows:
        found[row.channel].add(row.paper)
    return found


def previous(connection: Connection, channels: Iterable[str]) -> dict[str, datetime]:
    """When each channel's latest edition was planned; channels without one are left out."""
    rows = connection.execute(
        select(_editions.c.channel, func.max(_editions.c.planned_at).label("planned_at"))
        .where(_editions.c.channel.in_(list(channels)))
        .group_by(_editions.c.channel)
    )
    # The aggregate of a typed column keeps its type, so this is an aware instant.
    return {row.channel: row.planned_at for row in rows}


def record(connection: Connection, edition: Edition, deliveries: Sequence[Delivery]) -> None:
    """Write an edition with all of its items and its messages to send: all or nothing, as the caller commits.

    Raises sqlalchemy.exc.IntegrityError if one of its papers or its number is already taken.
    """
    record_all(connection, [(edition, deliveries)])


def record_all(connection: Connection, planned: Sequence[tuple[Edition, Sequence[Delivery]]]) -> None:
    """Write editions of different channels as `record` writes one, in as many statements."""
    if not planned:
        return
    connection.execute(
        insert(_editions),
        [
            {"channel": e.channel, "number": e.number, "due_at": e.due_at, "planned_at": e.planned_at}
            for e, _ in planned
        ],
    )
    connection.execute(
        schema.channels.update()
        .where(schema.channels.c.id == bindparam("channel"))
        .values(editions=bindparam("edition")),
        [{"channel": e.channel, "edition": e.number} for e, _ in planned],
    )
    put_items(
        connection, [(e.channel, e.number, [i for i in e.items if i.place is not Place.MUTED]) for e, _ in planned]
    )
    deliveries = [(delivery, edition.planned_at) for edition, messages in planned for delivery in messages]
    if deliveries:
        connection.execute(
            insert(schema.deliveries),
            [
                {
                    "id": d.id,
                    "channel": d.channel,
                    "edition": d.edition,
                    "part": d.part,
                    "parts": d.parts,
                    "message": d.message.to_data(),
                    "state": d.state.value,
                    "attempts": 0,
                    "worker": "",
                    "ref": "",
                    "why": "",
                }
                for d, _ in deliveries
            ],
        )
        connection.execute(
            insert(schema.moves),
            [{"delivery": d.id, "state": d.state.value, "moved_at": moved_at, "why": ""} for d, moved_at in deliveries],
        )


def standing(connection: Connection, editions: Iterable[Edition]) -> list[Edition]:
    """Those of decided editions of which every paper still is one, and has not turned out to be another meanwhile."""
    listed = list(editions)
    numbers = {item.paper.number for edition in listed for item in edition.items}
    gone = {number for some in chunks(numbers) for number in unite.homes(connection, some)}
    return [each for each in listed if not gone or gone.isdisjoint(item.paper.number for item in each.items)]


def put_items(connection: Connection, decided: Iterable[tuple[str, int | None, Sequence[Item]]]) -> None:
    """Write what became of papers, by channel: in an edition, for good; in none (muted) until an edition has them.

    Raises sqlalchemy.exc.IntegrityError if a channel has had one of them in an edition already.
    """
    rows = [
        {
            "channel": channel,
            "paper": item.paper.number,
            "edition": edition,
            "position": position,
            "place": item.place.value,
            "subscriptions": item.subscriptions,
            "queries": item.queries,
            "why": item.why,
            "late": item.late,
        }
        for channel, edition, items in decided
        for position, item in enumerate(items)
    ]
    if not rows:
        return
    put = {(row["channel"], row["paper"]) for row in rows}
    for some in chunks({row["channel"] for row in rows}):
        # What was only muted so far makes way.
        open_ = select(_items.c.channel, _items.c.paper).where(_items.c.channel.in_(some), _items.c.edition.is_(None))
        for each in connection.execute(open_).all():
            if tuple(each) in put:
                connection.execute(delete(_items).where(_items.c.channel == each.channel, _items.c.paper == each.paper))
    connection.execute(insert(_items), rows)


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


@dataclass(frozen=True, slots=True)
class Decision:
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


@dataclass(frozen=True, slots=True)
class EditionState:
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
