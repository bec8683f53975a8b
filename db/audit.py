"""Reading the whole ledger, and naming every row that breaks a promise: what proves that none was broken.

The promises are those of the design: a channel never gets a paper twice; every paper that matched is accounted for;
editions are whole; every delivery moved as deliveries move, and nothing unknown was sent again unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct, field
from sqlalchemy import Connection, Integer, Subquery, cast, func, or_, select, true

from db import schema
from db.loading import chunks
from db.looks import gaps
from domain.delivery import MOVES, State
from domain.edition import Place
from domain.message import Card

_items, _editions, _out, _moves = schema.items, schema.editions, schema.deliveries, schema.moves
_aliases = schema.aliases  # numbers of papers that turned out to be another one


class Breach(Struct, frozen=True):
    """A promise that the store shows to be broken: which one, where, and by which rows."""

    promise: str
    channel: str
    what: str


class Audit(Struct, frozen=True):
    """Everything found: `checked` counts what was looked at, `open` what is still on its way, by state."""

    breaches: tuple[Breach, ...]
    checked: Mapping[str, int]
    open: Mapping[str, int] = field(default_factory=dict)


def places(connection: Connection) -> list[str]:
    """Every channel that the ledger knows of, by id."""
    known = (schema.channels.c.id, _editions.c.channel, schema.posts.c.channel)
    found = {name for column in known for name in connection.execute(select(column).distinct()).scalars()}
    return sorted(found)


def audit(connection: Connection, channels: Sequence[str] | None = None) -> Audit:
    """Look at every edition, item, delivery and move there ever was, of all channels or of some hundred of them."""
    if channels is None:
        return together(audit(connection, some) for some in chunks(places(connection)))
    breaches = tuple(breach for check in CHECKS for breach in check(connection, channels))
    theirs = _out.c.channel.in_(channels)
    tables = {"editions": _editions, "papers": _items, "deliveries": _out}
    many = {
        name: connection.execute(
            select(func.count()).select_from(table).where(table.c.channel.in_(channels))
        ).scalar_one()
        for name, table in tables.items()
    }
    moved = select(func.count()).select_from(_moves.join(_out, _out.c.id == _moves.c.delivery)).where(theirs)
    states = connection.execute(select(_out.c.state, func.count()).where(theirs).group_by(_out.c.state))
    return Audit(
        breaches,
        {**many, "moves": connection.execute(moved).scalar_one()},
        {str(state): count for state, count in states if state != State.SENT},
    )


def together(found: Iterable[Audit]) -> Audit:
    """What was found in several parts, as one."""
    breaches: list[Breach] = []
    checked, open_ = Counter({"editions": 0, "papers": 0, "deliveries": 0, "moves": 0}), Counter[str]()
    for each in found:
        breaches += each.breaches
        checked.update(each.checked)
        open_.update(each.open)
    return Audit(tuple(breaches), checked, open_)


def _repeats(connection: Connection, channels: Sequence[str]) -> Iterator[Breach]:
    """No paper stands in two messages of a channel, whatever the ledger says of it."""
    shown = _shown(channels)
    twice = select(shown.c.channel, shown.c.home).group_by(shown.c.channel, shown.c.home).having(func.count() > 1)
    for channel, home in connection.execute(twice).all():
        rows = connection.execute(
            select(shown, _editions.c.planned_at)
            .join(_editions, (_editions.c.channel == shown.c.channel) & (_editions.c.number == shown.c.edition))
            .where(shown.c.channel == channel, shown.c.home == home)
            .order_by(shown.c.edition, shown.c.part)
        ).all()
        told = {row.number: row.recognised_at for row in connection.execute(select(_aliases)) if row.paper == home}
        for before, row in pairwise(rows):
            # Two that were recognised as one only after both went out are two, and recorded as that.
            later = [told[number] > row.planned_at for number in (before.number, row.number) if number in told]
            if before.number == row.number or not any(later):
                there, again = (f"edition {each.edition}, part {each.part}" for each in (before, row))
                yield Breach("no repeats", channel, f"p{home} is in {there} and again in {again}")


def _losses(connection: Connection, channels: Sequence[str]) -> Iterator[Breach]:
    """Every paper that has a seat is in a message of its edition; what has none says why."""
    shown = _shown(channels)
    home = func.coalesce(_aliases.c.paper, _items.c.paper)
    seats = (
        select(_items.c.channel, _items.c.edition, home)
        .outerjoin(_aliases, _aliases.c.number == _items.c.paper)
        .where(_items.c.channel.in_(channels), _items.c.edition.is_not(None), _items.c.place == Place.SEAT)
    )
    cards = select(shown.c.channel, shown.c.edition, shown.c.home)
    for channel, edition, number in connection.execute(seats.except_(cards)):
        yield Breach("no silent loss", channel, f"p{number} has a seat in edition {edition} and is in no message")
    for channel, edition, number in connection.execute(cards.except_(seats)):
        yield Breach("no silent loss", channel, f"p{number} is in a message of edition {edition} without a seat")
    unsaid = select(_items).where(_items.c.channel.in_(channels), _items.c.edition.is_not(None))
    for row in connection.execute(unsaid.where(_items.c.place != Place.SEAT, _items.c.why == "")):
        what = f"p{row.paper} of edition {row.edition} is {row.place} without a reason"
        yield Breach("no silent loss", row.channel, what)


def _shown(channels: Sequence[str]) -> Subquery:
    """Every card of every message: in which part it is, its paper's number, and the paper that this is by now.

    SQLite reads them out of the messages: it takes a tenth of what reading them here would, and stops nobody.
    """
    block = func.json_each(_out.c.message).table_valued("value", name="block")
    number = cast(func.substr(func.json_extract(block.c.value, "$.paper"), 2), Integer)
    return (
        select(_out.c.channel, _out.c.edition, _out.c.part, number.label("number"))
        .add_columns(func.coalesce(_aliases.c.paper, number).label("home"))
        .select_from(_out.join(block, true()).outerjoin(_aliases, _aliases.c.number == number))
        .where(_out.c.channel.in_(channels), func.json_extract(block.c.value, "$.is") == Card.__name__)
        .subquery()
    )


def _editions_whole(connection: Connection, channels: Sequence[str]) -> Iterator[Breach]:
    """Editions are numbered without gaps, and each has all of its parts, once."""
    count, highest = func.count(), func.max(_editions.c.number)
    rows = connection.execute(
        select(_editions.c.channel, count, highest, schema.channels.c.editions)
        .outerjoin(schema.channels, schema.channels.c.id == _editions.c.channel)
        .where(_editions.c.channel.in_(channels))
        .group_by(_editions.c.channel)
    )
    for channel, many, last, said in rows:
        if not many == last == said:
            yield Breach("crash anywhere", channel, f"{many} editions, the last is {last}, the channel counts {said}")
    parts = connection.execute(
        select(_out.c.channel, _out.c.edition, func.count(), func.min(_out.c.parts), func.max(_out.c.parts))
        .where(_out.c.channel.in_(channels))
        .group_by(_out.c.channel, _out.c.edition)
        .having((func.count() != func.max(_out.c.parts)) | (func.min(_out.c.parts) != func.max(_out.c.parts)))
    )
    for channel, edition, many, least, most in parts:
        meant = least if least == most else f"{least} or {most}"
        yield Breach("crash anywhere", channel, f"edition {edition} has {many} of {meant} parts")


def _looked(connection: Connection, channels: Sequence[str]) -> Iterator[Breach]:
    """Every channel that was served was looked after until then, and days that no digest looked at have a reason."""
    looks, served = schema.looks, schema.channels
    rows = connection.execute(
        select(served.c.id, served.c.last_due, func.max(looks.c.until).label("until"))
        .outerjoin(looks, looks.c.channel == served.c.id)
        .where(served.c.id.in_(channels), served.c.last_due.is_not(None))
        .group_by(served.c.id)
    )
    for row in rows:
        if row.until is None or row.until < row.last_due:
            yield Breach(
                "no silent loss", row.id, f"it was served at {row.last_due}, and looked after until {row.until}"
            )
    for gap in gaps(connection, channels):
        if not gap.why:
            what = f"no digest looked at the papers between {gap.after} and {gap.before}, and nobody says why"
            yield Breach("no silent loss", gap.channel, what)


def _moved(connection: Connection, channels: Sequence[str]) -> Iterator[Breach]:
    """Every delivery came by allowed moves to where it stands, and what was unknown was sent again for a reason."""
    before = func.lag(_moves.c.state).over(partition_by=_moves.c.delivery, order_by=_moves.c.number)
    after = func.lead(_moves.c.state).over(partition_by=_moves.c.delivery, order_by=_moves.c.number)
    there = select(_out.c.channel, _out.c.id, _out.c.state, _moves.c.state.label("to"), _moves.c.why)
    moved = (
        there.add_columns(before.label("before"), after.label("after"))
        .outerjoin(_moves, _moves.c.delivery == _out.c.id)
        .where(_out.c.channel.in_(channels))
        .subquery()
    )
    allowed = [f"{state}>{to}" for state, all_ in MOVES.items() for to in all_]
    step = moved.c.before + ">" + moved.c.to
    wrong = (
        (func.coalesce(moved.c.before, "") == "") & (func.coalesce(moved.c.to, "") != State.PLANNED),
        step.not_in(allowed),
        (step == f"{State.UNKNOWN}>{State.RETRY}") & (moved.c.why == ""),
        moved.c.after.is_(None) & (func.coalesce(moved.c.to, "") != moved.c.state),
    )
    for row in connection.execute(select(moved, *wrong).where(or_(*wrong))):
        *_, began, jumped, unseen, elsewhere = row
        said = {
            f"began as {row.to}": began,
            f"went from {row.before} to {row.to}": jumped,
            "was unknown and sent again without a reason": unseen,
            f"stands as {row.state}, its last move was to {row.to}": elsewhere,
        }
        for what, so in said.items():
            if so:
                yield Breach("unknown is neither lost nor sent", row.channel, f"delivery {row.id} {what}")


def _posted(connection: Connection, channels: Sequence[str]) -> Iterator[Breach]:
    """In local channels, where we are the platform too: what was sent is there, and nothing else is."""
    posts, local = schema.posts, [name for name in channels if name.startswith("local:")]
    missing = connection.execute(
        select(_out.c.channel, _out.c.id)
        .outerjoin(posts, posts.c.delivery == _out.c.id)
        .where(_out.c.channel.in_(local), _out.c.state == State.SENT, posts.c.number.is_(None))
    )
    for channel, delivery in missing:
        yield Breach("no silent loss", channel, f"delivery {delivery} counts as sent and was not posted")
    strange = connection.execute(
        select(posts.c.channel, posts.c.number)
        .outerjoin(_out, _out.c.id == posts.c.delivery)
        .where(posts.c.channel.in_(channels), posts.c.delivery.is_not(None), _out.c.id.is_(None))
    )
    for channel, number in strange:
        yield Breach("no repeats", channel, f"post {number} carries a delivery that is not in the ledger")


CHECKS: tuple[Callable[[Connection, Sequence[str]], Iterator[Breach]], ...] = (
    _repeats,
    _losses,
    _looked,
    _editions_whole,
    _moved,
    _posted,
)
