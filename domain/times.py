"""When a channel gets its digest: days, a local time, what to wait for; and which instants that means.

Everything here is pure. Instants are aware datetimes in UTC; only the channel's own time is local.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
EMPTY = ("silent", "say", "never")
CATCH_UP = timedelta(hours=6)
_DAY = timedelta(days=1)


class Schedule(Struct, frozen=True):
    """Days (0 is Monday) and local time in an IANA timezone; what to wait for, and until when at most.

    `limit` is papers an edition; `empty` is what is said on days without papers:
    silent, nothing but that a source is broken, once; say, why there is nothing; never, not even that.
    Raises ValueError without any day: `paused` is how a channel gets nothing.
    """

    days: frozenset[int] = EVERY_DAY
    at: time = time(9)
    timezone: str = "UTC"
    wait: str = ""
    until: time | None = None
    limit: int = 10
    layout: str = "rich"
    empty: str = "silent"
    paused: bool = False

    def __post_init__(self) -> None:
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError(f"a schedule needs days from 0 to 6, not {sorted(self.days)}")

    def __str__(self) -> str:
        parts = [days_text(self.days), f"{self.at:%H:%M}", self.timezone]
        if self.wait and self.until:
            parts.append(f"wait {self.wait} until {self.until:%H:%M}")
        parts.append(f"limit {self.limit} layout {self.layout}")
        if self.empty != EMPTY[0]:
            parts.append(f"empty {self.empty}")
        if self.paused:
            parts.append("pause")
        return " ".join(parts)

    def next_after(self, instant: datetime) -> datetime:
        """The first due instant after the given one."""
        zone = ZoneInfo(self.timezone)
        day = instant.astimezone(zone).date() - _DAY
        while True:
            if day.weekday() in self.days:
                due = local_instant(day, self.at, zone)
                if due > instant:
                    return due
            day += _DAY

    def last_until(self, instant: datetime) -> datetime:
        """The latest due instant that is not after the given one."""
        zone = ZoneInfo(self.timezone)
        day = instant.astimezone(zone).date() + _DAY
        while True:
            if day.weekday() in self.days:
                due = local_instant(day, self.at, zone)
                if due <= instant:
                    return due
            day -= _DAY

    def deadline(self, due: datetime) -> datetime:
        """Until when an edition due at `due` may wait for its source; `due` itself if it does not wait."""
        if not self.wait or self.until is None:
            return due
        zone = ZoneInfo(self.timezone)
        day = due.astimezone(zone).date()
        late = local_instant(day, self.until, zone)
        return late if late >= due else local_instant(day + _DAY, self.until, zone)


class Due(Struct, frozen=True):
    """What to do about a channel's time now: which due instant to serve (None: none yet), and the next one."""

    serve: datetime | None
    next_due: datetime


def due_now(schedule: Schedule, next_due: datetime, last_due: datetime | None, now: datetime) -> Due:
    """Decide about missed times and jumped clocks.

    Several missed times become one: the latest, served at once if it, or the end of its waiting, was under
    6 hours ago, otherwise with the next. A stored time further away than the schedule can mean was written
    under a wrong clock and is drawn back. What was served is not served twice: neither when this clock comes
    to it again, nor when it is less than a day ahead of this clock.
    """
    if next_due <= now:
        latest = max(next_due, schedule.last_until(now))
        served = last_due is not None and latest <= last_due <= now
        missed = now - schedule.deadline(latest) >= CATCH_UP
        return Due(None if served or missed else latest, schedule.next_after(now))
    ahead = last_due if last_due and last_due - now < _DAY else now
    return Due(None, min(next_due, schedule.next_after(max(now, ahead))))


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant of a local time: of two, the first; of one that a clock change skips, the first after it."""
    local = datetime.combine(day, at)
    instant = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local:
        return instant
    # Skipped: the change lies between what the offsets after and before it make of the local time.
    low, high = local.replace(tzinfo=zone, fold=1).astimezone(UTC), instant
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return high.replace(microsecond=0)


def days_text(days: Iterable[int]) -> str:
    """The shortest usual words for a set of days."""
    chosen = frozenset(days)
    named = {EVERY_DAY: "daily", WEEKDAYS: "weekdays", WEEKEND: "weekends"}
    return named.get(chosen) or ",".join(DAYS[day] for day in sorted(chosen))
