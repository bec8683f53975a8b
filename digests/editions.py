"""Making editions: reading what channels need, deciding, and recording each in one transaction."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import count
from types import MappingProxyType
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from db import channels, ledger, looks, outbox, runs, shelf
from db.store import Store
from digests.health import quiet_said, trouble_said
from digests.lay_out import Fits, lay_out
from digests.match import Batch, Standing
from digests.plan import Matched, choose, reaches_back
from digests.taste import taste
from domain.channel import Channel, Wish
from domain.delivery import Delivery
from domain.edition import Edition, first_new
from domain.errors import PaperroundError, StoreError
from domain.message import Message
from domain.schedule import Due, due_now
from domain.timezones import known_timezone

log = logging.getLogger(__name__)

UNPLANNED = "its digest cannot be made"
# When the last of what a source announces by an instant comes.
Calendars = Mapping[str, Callable[[datetime], datetime]]
NO_CALENDARS: Calendars = MappingProxyType({})
CHUNK = 100  # channels planned between two looks at the store, and recorded in one transaction


@dataclass(frozen=True, slots=True)
class Draft:
    """A decided edition that nothing is recorded of. `messages` is empty where nothing is to be said.

    `since` is the first day whose papers were looked at.
    """

    channel: Channel
    edition: Edition
    messages: tuple[Message, ...]
    since: date


def new_papers(connection: Connection, now: datetime, since: date | None = None) -> Batch:
    """The papers that are new now, or to a channel that looks back to a day, ready to be matched."""
    return Batch(ledger.candidates(connection, now, since), now.astimezone(UTC).date())


def looks_back(connection: Connection, wanted: Iterable[Channel], now: datetime) -> dict[Channel, date]:
    """The first day whose papers are new to each of these channels."""
    found = list(wanted)
    last = looks.last(connection, (channel.id for channel in found))
    return {channel: reaches_back(channel, last.get(channel.id), now) for channel in found}


def draft(
    connection: Connection,
    dues: Mapping[Channel, datetime],
    batch: Batch,
    now: datetime,
    fits: Mapping[str, Fits],
    since: date | None = None,
) -> list[Draft]:
    """Decide the next edition of each channel, for the due instant given with it, from the new papers.

    `since` is the first day that these are of, if they are of more than the usual ones.
    """
    since = since or first_new(now.astimezone(UTC).date())
    wanted = list(dues)
    names = [channel.id for channel in wanted]
    subscribed = _matched(batch, channels.wishes(connection, names))
    muted = _matched(batch, channels.muted(connection, names))
    had = ledger.decided(connection, names, now, since)
    previous = ledger.previous(connection, names)
    votes = shelf.votes(connection, names)
    troubles, ran = runs.troubles(connection, now), runs.latest(connection)
    drafts = []
    for channel in wanted:
        items = choose(
            batch,
            subscribed[channel.id],
            muted[channel.id],
            limit=channel.schedule.limit,
            had=had[channel.id],
            previous=max(filter(None, (previous.get(channel.id), channel.last_due)), default=None),
            taste=taste(votes[channel.id]),
        )
        edition = Edition(channel.id, channel.editions + 1, dues[channel], now, items)
        notes = trouble_said(troubles, channel.schedule, previous.get(channel.id))
        said = bool(edition.seats or notes) or channel.schedule.empty == "say"
        notes += quiet_said(ran, channel.schedule) if not edition.seats else []
        messages = lay_out(edition, channel.schedule, fits[channel.platform], notes) if said else []
        drafts.append(Draft(channel, edition, tuple(messages), since))
    return drafts


def _matched(batch: Batch, wished: Mapping[str, Sequence[Wish]]) -> dict[str, list[Matched]]:
    every = [wish for wishes in wished.values() for wish in wishes]
    masks = dict(Standing((n, wish.compact) for n, wish in enumerate(every)).matches(batch))
    number = count()
    return {owner: [(wish, masks.get(next(number), 0)) for wish in wishes] for owner, wishes in wished.items()}


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
    listed = list(drafts)
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
    fits: Mapping[str, Fits],
    new_id: Callable[[], str],
    calendars: Calendars = NO_CALENDARS,
) -> int:
    """Plan the editions of every channel whose time has come; returns how many have something to send.

    `calendars` are of sources by name, where it is known when they bring something. Only platforms in `fits` are
    planned for: a channel of one that is not connected waits. A channel that cannot be planned is left as it is, said
    in the log, and delays no other.
    """
    dues = await _dues(store, now, fits, calendars)
    if not dues:
        return 0
    alike: dict[date, list[Channel]] = defaultdict(list)
    for channel, since in (await store.read(looks_back, dues, now)).items():
        alike[since].append(channel)

    async def plan(chunk: list[Channel], batch: Batch, since: date) -> int:
        serve = {channel: due for channel in chunk if (due := dues[channel].serve)}
        try:
            drafts = await store.read(draft, serve, batch, now, fits, since)
            return _tell(await store.write(record_due, drafts, dues, new_id))
        except StoreError:
            raise
        except Exception as error:
            if len(chunk) > 1:
                return sum([await plan([channel], batch, since) for channel in chunk])
            await _unplanned(store, chunk[0], error)
            return 0

    planned = 0
    for since in sorted(alike, reverse=True):  # most look at the same days; those that make up for more come after
        batch, waiting = await store.read(new_papers, now, since), alike[since]
        for start in range(0, len(waiting), CHUNK):
            planned += await plan(waiting[start : start + CHUNK], batch, since)
    return planned


async def _dues(store: Store, now: datetime, platforms: Container[str], calendars: Calendars) -> dict[Channel, Due]:
    """What to serve to whom now."""
    found = {}
    sources = _Sources(store)
    waiting = [name for name in await store.read(channels.due, now) if name.partition(":")[0] in platforms]
    for start in range(0, len(waiting), CHUNK):
        for channel in (await store.read(channels.named, waiting[start : start + CHUNK])).values():
            if due := await _due(store, sources, channel, now, calendars):
                found[channel] = due
    return found


async def _due(store: Store, sources: _Sources, channel: Channel, now: datetime, calendars: Calendars) -> Due | None:
    """What to serve now, or None: it waits for its source, or was due too long ago and is moved on."""
    try:
        due = due_now(channel.schedule, channel.next_due, channel.last_due, now)
        if due.serve is None:
            await store.write(channels.advance, channel, due.next_due, None)
            since = (await store.read(looks_back, [channel], now))[channel]
            log.warning(
                "channel=%s missed its digest of %s, too long ago; the one of %s has the papers from %s on",
                *(channel.id, channel.next_due, due.next_due, since),
            )
            return None
        return None if await _must_wait(sources, channel, due.serve, now, calendars) else due
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
    for drafted in said:
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


class _Sources:
    """What sources came to, each looked up once for all the channels that wait."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: dict[tuple[str, str, datetime], bool] = {}

    async def came_to(self, source: str, outcome: str, since: datetime) -> bool:
        """As `runs.came_to` says it."""
        asked = source, outcome, since
        if asked not in self._known:
            self._known[asked] = await self.store.read(runs.came_to, *asked)
        return self._known[asked]


async def _must_wait(sources: _Sources, channel: Channel, due: datetime, now: datetime, calendars: Calendars) -> bool:
    schedule = channel.schedule
    if not schedule.wait or now >= schedule.deadline(due):
        return False
    since = datetime.combine(due.astimezone(ZoneInfo(schedule.timezone)), time(0), ZoneInfo(schedule.timezone))
    if comes := calendars.get(schedule.wait):
        # The last that can be there by the deadline. East of it, that came the day before, and waiting brings no more.
        since = comes(schedule.deadline(due))
    if await sources.came_to(schedule.wait, "fresh", since):
        return False
    # What comes in the evening is none of this morning's; but then the source has nothing more to announce.
    return not await sources.came_to(schedule.wait, "quiet", due)


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
