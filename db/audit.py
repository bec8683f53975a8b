"""Reading the whole ledger, and naming every row that breaks a promise: what proves that none was broken.

The promises are those of the design: a channel never gets a paper twice; every paper that matched is accounted for;
editions are whole; every delivery moved as deliveries move, and nothing unknown was sent again unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from db import schema
from domain.delivery import MOVES, State
from domain.edition import Place
from domain.message import Message

_items, _editions, _out, _moves = schema.items, schema.editions, schema.deliveries, schema.moves
_SOME = 500  # rows held in memory at once


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that the store shows to be broken: which one, where, and by which rows."""

    promise: str
    channel: str
    what: str


@dataclass(frozen=True, slots=True)
class Audit:
    """Everything found: `checked` counts what was looked at, `open` what is still on its way, by state."""

    breaches: tuple[Breach, ...]
    checked: Mapping[str, int]
    open: Mapping[str, int] = field(default_factory=dict)


def audit(connection: Connection) -> Audit:
    """Look at every edition, item, delivery and move there ever was."""
    breaches = tuple(breach for check in CHECKS for breach in check(connection))
    tables = {"editions": _editions, "papers": _items, "deliveries": _out, "moves": _moves}
    many = {
        name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in tables.items()
    }
    states = connection.execute(select(_out.c.state, func.count()).group_by(_out.c.state))
    return Audit(breaches, many, {str(state): count for state, count in states if state != State.SENT})


def _repeats(connection: Connection) -> Iterator[Breach]:
    """No paper stands in two messages of a channel, whatever the ledger says of it."""
    aliases = _aliases(connection)
    rows = connection.execute(
        select(_out.c.channel, _out.c.edition, _out.c.part, _out.c.message, _editions.c.planned_at)
        .join(_editions, (_editions.c.channel == _out.c.channel) & (_editions.c.number == _out.c.edition))
        .order_by(_out.c.channel, _out.c.edition, _out.c.part)
        .execution_options(yield_per=_SOME)
    )
    for channel, sent in groupby(rows, key=lambda row: str(row.channel)):
        seen: dict[int, tuple[int, str]] = {}
        for row in sent:
            place = f"edition {row.edition}, part {row.part}"
            for number in _cards(row.message):
                home, _ = aliases.get(number, (number, None))
                if home in seen:
                    before, there = seen[home]
                    # Two that were recognised as one only after both went out are two, and recorded as that.
                    told = [aliases[n][1] for n in (before, number) if n in aliases]
                    if before == number or not any(recognised > row.planned_at for recognised in told):
                        yield Breach("no repeats", channel, f"p{home} is in {there} and again in {place}")
                seen[home] = number, place


def _losses(connection: Connection) -> Iterator[Breach]:
    """Every paper that has a seat is in a message of its edition; what has none says why."""
    aliases = _aliases(connection)
    seats = connection.execute(
        select(_items.c.channel, _items.c.edition, _items.c.paper, _items.c.place, _items.c.why)
        .where(_items.c.edition.is_not(None))
        .order_by(_items.c.channel, _items.c.edition, _items.c.position)
        .execution_options(yield_per=_SOME)
    )
    for (channel, edition), items in groupby(seats, key=lambda row: (str(row.channel), int(row.edition))):
        found = list(items)
        cards = (number for message in _messages(connection, channel, edition) for number in _cards(message))
        shown = {aliases.get(number, (number,))[0] for number in cards}
        wanted = {aliases.get(row.paper, (row.paper,))[0] for row in found if row.place == Place.SEAT}
        for number in sorted(wanted - shown):
            yield Breach("no silent loss", channel, f"p{number} has a seat in edition {edition} and is in no message")
        for number in sorted(shown - wanted):
            yield Breach("no silent loss", channel, f"p{number} is in a message of edition {edition} without a seat")
        for row in found:
            if row.place != Place.SEAT and not row.why:
                yield Breach(
                    "no silent loss", channel, f"p{row.paper} of edition {edition} is {row.place} without a reason"
                )


def _editions_whole(connection: Connection) -> Iterator[Breach]:
    """Editions are numbered without gaps, and each has all of its parts, once."""
    count, highest = func.count(), func.max(_editions.c.number)
    rows = connection.execute(
        select(_editions.c.channel, count, highest, schema.channels.c.editions)
        .outerjoin(schema.channels, schema.channels.c.id == _editions.c.channel)
        .group_by(_editions.c.channel)
    )
    for channel, many, last, said in rows:
        if not many == last == said:
            yield Breach("crash anywhere", channel, f"{many} editions, the last is {last}, the channel counts {said}")
    parts = connection.execute(
        select(_out.c.channel, _out.c.edition, func.count(), func.min(_out.c.parts), func.max(_out.c.parts))
        .group_by(_out.c.channel, _out.c.edition)
        .having((func.count() != func.max(_out.c.parts)) | (func.min(_out.c.parts) != func.max(_out.c.parts)))
    )
    for channel, edition, many, least, most in parts:
        meant = least if least == most else f"{least} or {most}"
        yield Breach("crash anywhere", channel, f"edition {edition} has {many} of {meant} parts")


def _moved(connection: Connection) -> Iterator[Breach]:
    """Every delivery came by allowed moves to where it stands, and what was unknown was sent again for a reason."""
    rows = connection.execute(
        select(_out.c.channel, _out.c.id, _out.c.state, _moves.c.state.label("to"), _moves.c.why)
        .outerjoin(_moves, _moves.c.delivery == _out.c.id)
        .order_by(_out.c.id, _moves.c.number)
        .execution_options(yield_per=_SOME)
    )
    for (channel, delivery, state), moves in groupby(rows, key=lambda row: (str(row.channel), row.id, row.state)):
        before = None
        for move in moves:
            to = State(move.to) if move.to else None
            if before is None and to is not State.PLANNED:
                yield Breach("unknown is neither lost nor sent", channel, f"delivery {delivery} began as {to}")
            elif before is not None and to not in MOVES[before]:
                what = f"delivery {delivery} went from {before} to {to}"
                yield Breach("unknown is neither lost nor sent", channel, what)
            elif before is State.UNKNOWN and to is State.RETRY and not move.why:
                what = f"delivery {delivery} was unknown and sent again without a reason"
                yield Breach("unknown is neither lost nor sent", channel, what)
            before = to or before
        if before != state:
            what = f"delivery {delivery} stands as {state}, its last move was to {before}"
            yield Breach("unknown is neither lost nor sent", channel, what)


def _posted(connection: Connection) -> Iterator[Breach]:
    """In local channels, where we are the platform too: what was sent is there, and nothing else is."""
    posts = schema.posts
    missing = connection.execute(
        select(_out.c.channel, _out.c.id)
        .outerjoin(posts, posts.c.delivery == _out.c.id)
        .where(_out.c.channel.startswith("local:"), _out.c.state == State.SENT, posts.c.number.is_(None))
    )
    for channel, delivery in missing:
        yield Breach("no silent loss", channel, f"delivery {delivery} counts as sent and was not posted")
    strange = connection.execute(
        select(posts.c.channel, posts.c.number)
        .outerjoin(_out, _out.c.id == posts.c.delivery)
        .where(posts.c.delivery.is_not(None), _out.c.id.is_(None))
    )
    for channel, number in strange:
        yield Breach("no repeats", channel, f"post {number} carries a delivery that is not in the ledger")


CHECKS: tuple[Callable[[Connection], Iterator[Breach]], ...] = (_repeats, _losses, _editions_whole, _moved, _posted)


def _aliases(connection: Connection) -> dict[int, tuple[int, datetime]]:
    """Numbers of papers that turned out to be another one, with its number, and when that was seen."""
    return {row.number: (row.paper, row.recognised_at) for row in connection.execute(select(schema.aliases))}


def _messages(connection: Connection, channel: str, edition: int) -> list[Any]:
    wanted = select(_out.c.message).where(_out.c.channel == channel, _out.c.edition == edition)
    return list(connection.execute(wanted.order_by(_out.c.part)).scalars())


def _cards(message: list[Any]) -> list[int]:
    return [int(card.paper.removeprefix("p")) for card in Message.from_data(message).cards()]
