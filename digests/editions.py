"""Making editions: reading what channels need, deciding, and recording each in one transaction."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Container, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, reduce
from operator import or_
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db import channels, ledger, looks, outbox, runs, shelf
from db.bulk import room
from db.store import Store
from digests.health import quiet_said, trouble_said
from digests.lay_out import lay_out
from digests.match import Standing
from digests.news import News
from digests.plan import Matched, choose, reaches_back
from digests.room import Room
from digests.taste import taste
from digests.waiting import NO_CALENDARS, Calendars, Sources, must_wait
from domain.channel import Channel, Wish
from domain.delivery import Delivery
from domain.edition import Edition, Place, first_new
from domain.errors import PaperroundError, StoreError
from domain.message import Message
from domain.schedule import Due, due_now
from domain.timezones import known_timezone

log = logging.getLogger(__name__)

UNPLANNED = "its digest cannot be made"
CHUNK = 1_000  # channels planned between two looks at the store
MOST, ITEMS = 500, 5_000  # of them, and of their papers, that one transaction records: others wait for it


@dataclass(frozen=True, slots=True)
class Draft:
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


def draft(
    connection: Connection,
    dues: Mapping[Channel, datetime],
    news: News,
    now: datetime,
    rooms: Mapping[str, Room],
    since: date | None = None,
) -> list[Draft]:
    """Decide the next edition of each channel, for the due instant given with it, from the new papers.

    `since` is the first day that these are of, if they are of more than the usual ones.
    """
    since = since or first_new(now.astimezone(UTC).date())
    names = [channel.id for channel in dues]
    subscribed = _matched(news, channels.wishes(connection, names), lambda wish: news.counting(wish.starts))
    muted = _matched(news, channels.muted(connection, names))
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
    news: News, wished: Sequence[tuple[Any, ...]], counting: Callable[[Wish], int] = lambda _: -1
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


def record(connection: Connection, drafted: Draft, new_id: Callable[[], str]) -> bool:
    """Record an edition with its deliveries; False if it no longer stands.

    That is if the channel got another one since it was drafted, or one of its papers turned out to be another.
    """
    now = channels.existing(connection, drafted.channel.id)
    return now.editions == drafted.channel.editions and bool(_record(connection, [drafted], new_id))


def record_due(
    connection: Connection, drafts: Iterable[Draft], dues: Mapping[Channel, Due], new_id: Callable[[], str]
) -> list[Draft]:
    """Record scheduled editions and move their channels' times on; returns those that stand.

    A channel that changed meanwhile (another edition, another schedule) is left, and decided anew. What waits
    for access to a channel is tried when its time has come.
    """
    with room(connection):
        return _record_due(connection, list(drafts), dues, new_id)


def _record_due(
    connection: Connection, listed: Sequence[Draft], dues: Mapping[Channel, Due], new_id: Callable[[], str]
) -> list[Draft]:
    there = channels.named(connection, [drafted.channel.id for drafted in listed])
    done = _record(connection, [each for each in listed if there.get(each.channel.id) == each.channel], new_id)
    channels.served(connection, {drafted.channel: dues[drafted.channel] for drafted in done})
    for drafted in done[:1]:
        outbox.wake(connection, [each.channel.id for each in done], drafted.edition.planned_at)
    for drafted in done:
        if drafted.channel.stopped.startswith(UNPLANNED):
            channels.stop(connection, drafted.channel.id, "")
    return done


def _record(connection: Connection, drafts: Sequence[Draft], new_id: Callable[[], str]) -> list[Draft]:
    """Record editions of different channels; returns those that stand, since their papers do."""
    stand = set(map(id, ledger.standing(connection, [drafted.edition for drafted in drafts])))
    done = [drafted for drafted in drafts if id(drafted.edition) in stand]
    ledger.put_items(connection, [(each.channel.id, None, each.edition.muted) for each in done])
    for each in done[:1]:
        looks.looked(connection, {each.channel.id: each.since for each in done}, each.edition.planned_at)
    ledger.record_all(connection, [(each.edition, _deliveries(each, new_id)) for each in done if each.messages])
    return done


def _deliveries(drafted: Draft, new_id: Callable[[], str]) -> list[Delivery]:
    parts = len(drafted.messages)
    return [
        Delivery(new_id(), drafted.channel.id, drafted.edition.number, part, parts, message)
        for part, message in enumerate(drafted.messages, 1)
    ]


async def plan_due(
    store: Store,
    now: datetime,
    rooms: Mapping[str, Room],
    new_id: Callable[[], str],
    calendars: Calendars = NO_CALENDARS,
) -> int:
    """Plan the editions of every channel whose time has come; returns how many have something to send.

    `calendars` are of sources by name, where it is known when they bring something. Only platforms in `rooms` are
    planned for: a channel of one that is not connected waits. A channel that cannot be planned is left as it is, said
    in the log, and delays no other.
    """
    dues = await _dues(store, now, rooms, calendars)
    if not dues:
        return 0
    alike: dict[date, list[Channel]] = defaultdict(list)
    for channel, since in (await store.read(looks_back, dues, now)).items():
        alike[since].append(channel)

    deciding = asyncio.Lock()  # what a batch of papers has found out it keeps, for one thread at a time

    async def plan(chunk: list[Channel], news: News, since: date) -> int:
        serve = {channel: due for channel in chunk if (due := dues[channel].serve)}
        done = 0
        try:
            async with deciding:
                drafts = await store.read(draft, serve, news, now, rooms, since)
            for some in _together(drafts):
                done += _tell(await store.write(record_due, some, dues, new_id))
        except StoreError:
            raise
        except Exception as error:
            if half := len(chunk) // 2:  # what is recorded has changed its channel, and is not recorded again
                return done + await plan(chunk[:half], news, since) + await plan(chunk[half:], news, since)
            await _unplanned(store, chunk[0], error)
        return done

    async def work(chunks: Iterator[list[Channel]], news: News, since: date) -> int:
        return sum([await plan(chunk, news, since) for chunk in chunks])

    planned = 0
    for since in sorted(alike, reverse=True):  # most look at the same days; those that make up for more come after
        news, waiting = await store.read(new_papers, now, since), alike[since]
        chunks = iter([waiting[start : start + CHUNK] for start in range(0, len(waiting), CHUNK)])
        planned += sum(await _both(work(chunks, news, since), work(chunks, news, since)))
    return planned


def _together(drafts: Sequence[Draft]) -> Iterator[Sequence[Draft]]:
    """As many of them as one transaction records."""
    start = items = 0
    for at, drafted in enumerate(drafts):
        if at > start and (at - start == MOST or items + len(drafted.edition.items) > ITEMS):
            yield drafts[start:at]
            start, items = at, 0
        items += len(drafted.edition.items)
    if start < len(drafts):
        yield drafts[start:]


async def _both(one: Coroutine[Any, Any, int], other: Coroutine[Any, Any, int]) -> tuple[int, int]:
    """Two that take turns: one decides while what the other has decided is recorded, and never both at once."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = group.create_task(one), group.create_task(other)
    except ExceptionGroup as found:
        raise found.exceptions[0] from found
    return tasks[0].result(), tasks[1].result()


_time = lru_cache(maxsize=1_000)(due_now)  # many channels have the same


async def _dues(store: Store, now: datetime, platforms: Container[str], calendars: Calendars) -> dict[Channel, Due]:
    """What to serve to whom now."""
    found = {}
    sources = Sources(store)
    waiting = [name for name in await store.read(channels.due, now) if name.partition(":")[0] in platforms]
    for start in range(0, len(waiting), CHUNK):
        for channel in (await store.read(channels.named, waiting[start : start + CHUNK])).values():
            if due := await _due(store, sources, channel, now, calendars):
                found[channel] = due
    return found


async def _due(store: Store, sources: Sources, channel: Channel, now: datetime, calendars: Calendars) -> Due | None:
    """What to serve now, or None: it waits for its source, or was due too long ago and is moved on."""
    try:
        due = _time(channel.schedule, channel.next_due, channel.last_due, now)
        if due.serve is None:
            await store.write(channels.advance, channel, due.next_due, None)
            since = (await store.read(looks_back, [channel], now))[channel]
            log.warning(
                "channel=%s missed its digest of %s, too long ago; the one of %s has the papers from %s on",
                *(channel.id, channel.next_due, due.next_due, since),
            )
            return None
        return None if await must_wait(sources, channel, due.serve, now, calendars) else due
    except StoreError:
        raise
    except Exception as error:
        await _unplanned(store, channel, error)
        return None


async def _unplanned(store: Store, channel: Channel, error: Exception) -> None:
    """Say what keeps a channel from being planned: where its people see it, and once in the log."""
    why = str(error) if isinstance(error, PaperroundError) else type(error).__name__
    if await store.write(channels.stop, channel.id, f"{UNPLANNED}: {why}"):
        log.error("channel=%s cannot be planned; the others go on", channel.id, exc_info=error)


def _tell(done: Sequence[Draft]) -> int:
    said = [drafted for drafted in done if drafted.messages]
    for drafted in said if log.isEnabledFor(logging.INFO) else ():
        edition, timezone = drafted.edition, drafted.channel.schedule.timezone
        log.info(
            "channel=%s edition=%d planned: %d papers, %d held back, %d messages; due at %s %s",
            edition.channel,
            edition.number,
            len(edition.seats),
            len(edition.held),
            len(drafted.messages),
            edition.due_at.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%d %H:%M"),
            timezone,
        )
    return len(said)


async def correct_times(store: Store, now: datetime) -> int:
    """Draw back the times of channels that a wrong clock set too far ahead; returns how many."""
    corrected = 0
    for channel in await store.read(channels.every):
        if channel.next_due <= now or not known_timezone(channel.schedule.timezone):
            continue
        due = due_now(channel.schedule, channel.next_due, channel.last_due, now)
        if due.next_due < channel.next_due:
            corrected += await store.write(channels.advance, channel, due.next_due, None)
            log.warning(
                "channel=%s was due at %s by a wrong clock; now at %s", channel.id, channel.next_due, due.next_due
            )
    return corrected
