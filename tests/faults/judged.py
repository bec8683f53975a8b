"""What became of every edition of the soak, and what is wrong.

`audit` must be clean, each message of the ledger in its channel once and nothing else, each paper once in a channel,
nothing refused by a platform, and each edition there within its minute, by the platform's clock, or explained: by a
wait for its source, or by nobody having been there. When each was due is counted here, not by the code under test.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from db import schema
from db.audit import audit
from db.store import Store
from domain.delivery import State
from domain.schedule import Schedule
from tests.faults.chats import Came

CATCH_UP = timedelta(hours=6)
WAITS = timedelta(hours=2)  # at most, of a channel that waits for its source
MINUTE = timedelta(minutes=1)
RUSH = timedelta(minutes=5)  # for all that had to wait until somebody was there again
Gaps = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Edition:
    """When it was planned, and when its first message was in the channel."""

    planned: datetime
    came: datetime


Times = Mapping[str, Mapping[datetime, Edition]]  # by channel and due instant


@dataclass(frozen=True, slots=True)
class Verdict:
    """The due editions by what became of each, what is wrong, and how many there are of what."""

    kinds: Counter[str]
    wrong: list[str]
    figures: dict[str, int]


def due(schedule: Schedule, begin: datetime, days: int) -> list[datetime]:
    """When a schedule's editions are due, in UTC: a time that is skipped comes at the first instant after."""
    zone, found = ZoneInfo(schedule.timezone), []
    for n in range(-1, days + 1):
        wall = datetime.combine(begin.date() + timedelta(days=n), schedule.at, zone)
        instant = wall.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
            # Skipped: the first minute at which the clock there shows as much or more.
            minutes = (instant + timedelta(minutes=m) for m in range(-180, 180))
            instant = next(m for m in minutes if m.astimezone(zone).replace(tzinfo=None) >= wall.replace(tzinfo=None))
        if wall.weekday() in schedule.days and begin < instant < begin + timedelta(days=days):
            found.append(instant)
    return found


def kind_of(
    schedule: Schedule, instant: datetime, there: Mapping[datetime, Edition], away: Gaps, fresh: list[datetime]
) -> str:
    """What became of the edition that was due at an instant."""
    latest = instant + WAITS if schedule.wait else instant
    backs = [back for left, back in away if left < latest + MINUTE and instant <= back]
    edition = there.get(instant)
    if edition is None:
        if any(back - instant > CATCH_UP - WAITS for back in backs):
            return "in the channel's next one, for nobody was there"
        # Papers come at midnight: the one before has those of this day already.
        if any(other.planned.date() == instant.date() and other.planned < instant for other in there.values()):
            return "nothing new since the one before, which came late"
        return "missing"
    if edition.came < instant + MINUTE:
        return "came at their minute"
    if schedule.wait and latest <= edition.planned and edition.came < latest + MINUTE:
        return "waited for their source as long as they may"
    if schedule.wait and any(instant < came <= edition.planned < latest for came in fresh):
        return (
            "waited until their source came" if edition.came < edition.planned + MINUTE else "late after their source"
        )
    if any(edition.came < back + RUSH for back in backs):
        return "late, for nobody was there"
    return f"late by {edition.came - instant}"


def judged(
    store: Store, schedules: Mapping[str, Schedule], begin: datetime, days: int, away: Gaps, fresh: list[datetime],
    came: Mapping[str, list[Came]],
) -> Verdict:  # fmt: skip
    """Each due instant of each channel, by what became of it; and those that nothing explains."""
    times, wrong = _times(store, came)
    kinds: Counter[str] = Counter()
    for name, schedule in schedules.items():
        wanted = due(schedule, begin, days)
        for instant in wanted:
            kind = kind_of(schedule, instant, times[name], away, fresh)
            kinds[kind] += 1
            if kind.startswith(("missing", "late by", "late after")):
                wrong.append(f"{name} of {instant}: {kind}")
        more = sorted({*times[name]} - {*wanted})
        end = begin + timedelta(days=days)
        wrong += [f"{name} has an edition for {instant}, which it should not" for instant in more if instant < end]
        papers = Counter(paper for each in came[name] for paper in each.papers)
        wrong += [f"{name} shows {paper} {many} times" for paper, many in papers.items() if many > 1]
    with store.reading() as connection:
        found = audit(connection)
    wrong += [f"{breach}" for breach in found.breaches]
    wrong += [f"{many} deliveries are {state}" for state, many in found.open.items()]
    return Verdict(kinds, wrong, {**found.checked, "messages": sum(map(len, came.values()))})


def _times(store: Store, came: Mapping[str, list[Came]]) -> tuple[Times, list[str]]:
    """When each edition was planned and its first message there; and where ledger and channels do not agree."""
    there = {(name, each.ref): each.at for name, messages in came.items() for each in messages}
    wrong = [] if len(there) == sum(map(len, came.values())) else ["two messages have one reference"]
    times: dict[str, dict[datetime, Edition]] = {name: {} for name in came}
    sent, editions = schema.deliveries, schema.editions
    edition = (editions.c.channel == sent.c.channel) & (editions.c.number == sent.c.edition)
    with store.reading() as connection:
        for row in connection.execute(select(sent, editions.c.planned_at, editions.c.due_at).join(editions, edition)):
            at = there.pop((row.channel, row.ref), None)
            if at is None or row.state != State.SENT:
                wrong.append(f"{row.id} is {row.state}, and {'not there' if at is None else 'there'}")
            elif row.part == 1:
                times[row.channel][row.due_at] = Edition(row.planned_at, at)
    wrong += [f"{name} has {ref}, which is none of the ledger's, or a double" for name, ref in there]
    return times, wrong
