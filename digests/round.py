"""The planning round: every channel whose time has come, in batches; one decides while what another has is recorded."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Container, Coroutine, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from sqlalchemy import Connection

from db import channels
from db.bulk import keeping_all
from db.store import Store
from digests.editions import UNPLANNED, Draft, Ready, Wishes, draft, looks_back, new_papers, ready, record_due, wishes
from digests.news import News
from digests.room import Room
from digests.waiting import NO_CALENDARS, Calendars, Sources, must_wait
from domain.channel import Channel
from domain.errors import PaperroundError, StoreError
from domain.schedule import Due, due_now
from domain.timezones import known_timezone

log = logging.getLogger(__name__)

CHUNK = 1_000  # channels planned between two looks at the store
MOST, ITEMS = 500, 10_000  # of them, and of their papers, that one transaction records: others wait for it


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

    planned = 0
    making = _Round(store, now, rooms, new_id, dues)
    with keeping_all():
        for since in sorted(alike, reverse=True):  # most look at the same days; those that make up for more come after
            news, waiting = await store.read(new_papers, now, since), alike[since]
            chunks = iter([waiting[start : start + CHUNK] for start in range(0, len(waiting), CHUNK)])
            planned += sum(await _both(making.work(chunks, news, since), making.work(chunks, news, since)))
    return planned


class _Round(Struct, frozen=True):
    """What one planning of all that is due goes by."""

    store: Store
    now: datetime
    rooms: Mapping[str, Room]
    new_id: Callable[[], str]
    dues: Mapping[Channel, Due]
    # What a batch of papers has found out it keeps, for one thread at a time.
    deciding: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def work(self, chunks: Iterator[list[Channel]], news: News, since: date) -> int:
        return sum([await self.plan(chunk, news, since) for chunk in chunks])

    async def plan(self, chunk: list[Channel], news: News, since: date) -> int:
        done = 0
        try:
            # Read while another batch is decided: this is SQLite's work as well.
            wished = await self.store.read(wishes, [channel.id for channel in chunk])
            async with self.deciding:
                decided = await self.store.read(self.decide, chunk, news, since, wished)
            for some in _together(decided):
                done += _tell(await self.store.write(record_due, some, self.dues))
        except StoreError:
            raise
        except Exception as error:
            if half := len(chunk) // 2:  # what is recorded has changed its channel, and is not recorded again
                return done + await self.plan(chunk[:half], news, since) + await self.plan(chunk[half:], news, since)
            await _unplanned(self.store, chunk[0], error)
        return done

    def decide(
        self, connection: Connection, chunk: Sequence[Channel], news: News, since: date, wished: Wishes
    ) -> list[Ready]:
        # With all that recording takes: that is then SQLite's work, which leaves the interpreter to the next batch.
        serve = {channel: due for channel in chunk if (due := self.dues[channel].serve)}
        drafts = draft(connection, serve, news, self.now, self.rooms, since, wished)
        return [ready(each, self.new_id) for each in drafts]


def _together(decided: Sequence[Ready]) -> Iterator[Sequence[Ready]]:
    """As many of them as one transaction records."""
    start = items = 0
    for at, each in enumerate(decided):
        if at > start and (at - start == MOST or items + len(each.rows.items) > ITEMS):
            yield decided[start:at]
            start, items = at, 0
        items += len(each.rows.items)
    if start < len(decided):
        yield decided[start:]


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
