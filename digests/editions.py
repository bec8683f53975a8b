"""Making editions: reading what channels need, deciding, and recording each in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from msgspec import Struct
from sqlalchemy import Connection

from db import channels, ledger, looks, outbox, runs, shelf
from db.bulk import room
from db.ledger import Rows
from digests.health import quiet_said, trouble_said
from digests.lay_out import lay_out
from digests.match import Standing
from digests.news import News
from digests.plan import Matched, choose, reaches_back
from digests.room import Room
from digests.taste import taste
from domain.channel import Channel, Wish
from domain.delivery import Delivery
from domain.edition import Edition, Place, first_new
from domain.message import Message
from domain.schedule import Due

UNPLANNED = "its digest cannot be made"


class Draft(Struct, frozen=True):
    """A decided edition that nothing is recorded of. `messages` is empty where nothing is to be said.

    `since` is the first day whose papers were looked at.
    """

    channel: Channel
    edition: Edition
    messages: tuple[Message, ...]
    since: date


def new_papers(connection: Connection, now: datetime, since: date | None = None) -> News:
    """The papers that are new now, or to a channel that looks back to a day, ready to be matched."""
    return News(ledger.candidates(connection, now, since), now.astimezone(UTC).date())


def looks_back(connection: Connection, wanted: Iterable[Channel], now: datetime) -> dict[Channel, date]:
    """The first day whose papers are new to each of these channels."""
    found = list(wanted)
    last = looks.last(connection, (channel.id for channel in found))
    return {channel: reaches_back(channel, last.get(channel.id), now) for channel in found}


class Wishes(NamedTuple):
    """The subscriptions of channels and their mutes, as rows of `channels.wishes`."""

    subscribed: Sequence[Sequence[Any]]
    muted: Sequence[Sequence[Any]]


def wishes(connection: Connection, names: Collection[str]) -> Wishes:
    """What these channels wish."""
    return Wishes(channels.wishes(connection, names), channels.muted(connection, names))


def draft(
    connection: Connection,
    dues: Mapping[Channel, datetime],
    news: News,
    now: datetime,
    rooms: Mapping[str, Room],
    since: date | None = None,
    wished: Wishes | None = None,
) -> list[Draft]:
    """Decide the next edition of each channel, for the due instant given with it, from the new papers.

    `since` is the first day that these are of, if they are of more than the usual ones. `wished` is what they
    wish, where it is at hand.
    """
    since = since or first_new(now.astimezone(UTC).date())
    names = [channel.id for channel in dues]
    wished = wished or wishes(connection, names)
    subscribed = _matched(news, wished.subscribed, lambda wish: news.counting(wish.starts))
    muted = _matched(news, wished.muted)
    asked = {name: news.numbers(reduce(or_, [mask for _, mask in wanted])) for name, wanted in subscribed.items()}
    had = ledger.decided(connection, asked)
    previous = ledger.previous(connection, names)
    votes = shelf.votes(connection, names)
    troubles, ran = runs.troubles(connection, now), runs.latest(connection)
    drafts = []
    for channel, due_at in dues.items():
        wanted = subscribed[channel.id]
        items = choose(
            news,
            wanted,
            muted[channel.id],
            limit=channel.schedule.limit,
            had=had.get(channel.id, ()),
            previous=max(filter(None, (previous.get(channel.id), channel.last_due)), default=None),
            taste=taste(votes[channel.id]) if votes[channel.id] else None,
        )
        edition = Edition(channel.id, channel.editions + 1, due_at, now, items)
        notes = trouble_said(troubles, channel.schedule, previous.get(channel.id))
        seated = bool(items) and items[0].place is Place.SEAT
        said = seated or bool(notes) or channel.schedule.empty == "say"
        notes += quiet_said(ran, channel.schedule) if not seated else []
        compacts = {wish.text: wish.compact for wish, _ in wanted}
        messages = lay_out(edition, channel.schedule, rooms[channel.platform], notes, compacts) if said else ()
        drafts.append(Draft(channel, edition, tuple(messages), since))
    return drafts


def _matched(
    news: News, wished: Sequence[Sequence[Any]], counting: Callable[[Wish], int] = lambda _: -1
) -> defaultdict[str, list[Matched]]:
    """Of each channel's wishes those that match anything that counts for them."""
    found: defaultdict[str, list[Matched]] = defaultdict(list)
    counts: dict[str, int] = {}  # by when a wish was made: most at the same times
    masks = dict(Standing(enumerate([row[1] for row in wished])).matches(news))
    for n in sorted(masks):
        row = wished[n]
        count = counts.get(row[4])
        if count is None:
            count = counts[row[4]] = counting(channels.wish(row))
        if mask := masks[n] & count:
            found[row[0]].append((channels.wish(row), mask))
    return found


class Ready(NamedTuple):
    """A draft, and what is written of it."""

    drafted: Draft
    rows: Rows


def ready(drafted: Draft, new_id: Callable[[], str]) -> Ready:
    """Make everything that recording it takes, but for the store."""
    edition, parts = drafted.edition, len(drafted.messages)
    deliveries = [
        Delivery(new_id(), edition.channel, edition.number, part, parts, message)
        for part, message in enumerate(drafted.messages, 1)
    ]
    return Ready(drafted, ledger.rows(edition, deliveries) if deliveries else ledger.muted_rows(edition))


def record(connection: Connection, drafted: Draft, new_id: Callable[[], str]) -> bool:
    """Record an edition with its deliveries; False if it no longer stands.

    That is if the channel got another one since it was drafted, or one of its papers turned out to be another.
    """
    now = channels.existing(connection, drafted.channel.id)
    return now.editions == drafted.channel.editions and bool(_record(connection, [ready(drafted, new_id)]))


def record_due(connection: Connection, decided: Iterable[Ready], dues: Mapping[Channel, Due]) -> list[Draft]:
    """Record scheduled editions and move their channels' times on; returns those that stand.

    A channel that changed meanwhile (another edition, another schedule) is left, and decided anew. What waits
    for access to a channel is tried when its time has come.
    """
    with room(connection):
        return _record_due(connection, list(decided), dues)


def _record_due(connection: Connection, decided: Sequence[Ready], dues: Mapping[Channel, Due]) -> list[Draft]:
    there = channels.named(connection, [each.drafted.channel.id for each in decided])
    same = [each for each in decided if there.get(each.drafted.channel.id) == each.drafted.channel]
    done = _record(connection, same)
    channels.served(connection, {drafted.channel: dues[drafted.channel] for drafted in done})
    for drafted in done[:1]:
        outbox.wake(connection, [each.channel.id for each in done], drafted.edition.planned_at)
    for drafted in done:
        if drafted.channel.stopped.startswith(UNPLANNED):
            channels.stop(connection, drafted.channel.id, "")
    return done


def _record(connection: Connection, decided: Sequence[Ready]) -> list[Draft]:
    """Record editions of different channels; returns those that stand, since their papers do."""
    stand = set(map(id, ledger.standing(connection, [each.drafted.edition for each in decided])))
    standing = [each for each in decided if id(each.drafted.edition) in stand]
    done = [each.drafted for each in standing]
    for drafted in done[:1]:
        looks.looked(connection, {each.channel.id: each.since for each in done}, drafted.edition.planned_at)
        ledger.record_all(connection, [each.rows for each in standing])
    return done
