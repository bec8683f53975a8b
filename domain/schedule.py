"""When a channel gets its digest: days, a local time, what to wait for; and which instants that means.

Everything here is pure. Instants are aware datetimes in UTC; only the channel's own time is local.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from rapidfuzz import process

from domain.errors import UsageError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
MIN_LIMIT, MAX_LIMIT = 1, 100
EMPTY = ("silent", "say")
CATCH_UP = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days (0 is Monday) and local time in an IANA timezone; what to wait for, and until when at most.

    `limit` is papers an edition; `empty` is whether a day without papers is said or silent.
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
        day = instant.astimezone(zone).date() - timedelta(days=1)
        while True:
            if day.weekday() in self.days:
                due = local_instant(day, self.at, zone)
                if due > instant:
                    return due
            day += timedelta(days=1)

    def last_until(self, instant: datetime) -> datetime:
        """The latest due instant that is not after the given one."""
        zone = ZoneInfo(self.timezone)
        day = instant.astimezone(zone).date() + timedelta(days=1)
        while True:
            if day.weekday() in self.days:
                due = local_instant(day, self.at, zone)
                if due <= instant:
                    return due
            day -= timedelta(days=1)

    def deadline(self, due: datetime) -> datetime:
        """Until when an edition due at `due` may wait for its source; `due` itself if it does not wait."""
        if not self.wait or self.until is None:
            return due
        zone = ZoneInfo(self.timezone)
        day = due.astimezone(zone).date()
        late = local_instant(day, self.until, zone)
        return late if late >= due else local_instant(day + timedelta(days=1), self.until, zone)


@dataclass(frozen=True, slots=True)
class Due:
    """What to do about a channel's time now: which due instant to serve (None: none yet), and the next one."""

    serve: datetime | None
    next_due: datetime


def due_now(schedule: Schedule, next_due: datetime, last_due: datetime | None, now: datetime) -> Due:
    """Decide about missed times and jumped clocks.

    Several missed times become one: the latest, served at once if it was under 6 hours ago, otherwise with
    the next. A stored time further away than the schedule can mean was written under a wrong clock and is
    drawn back; a time served less than a day ahead of this clock is not served twice.
    """
    if next_due <= now:
        latest = max(next_due, schedule.last_until(now))
        following = schedule.next_after(now)
        return Due(latest if now - latest < CATCH_UP else None, following)
    served = last_due if last_due and last_due - now < timedelta(days=1) else None
    expected = schedule.next_after(max(now, served) if served else now)
    return Due(None, min(next_due, expected))


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


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() if not name.startswith(("posix", "right"))}


def timezone_named(text: str) -> str:
    """The IANA name as it is spelt, whatever the case. Raises UsageError with the nearest names."""
    name = _zones().get(text.lower().replace(" ", "_"))
    if name:
        return name
    near = [
        _zones()[found[0]]
        for found in process.extract(
            text.lower(), [*_zones(), *(z.split("/")[-1] for z in _zones())], limit=3, score_cutoff=60
        )
        if found[0] in _zones()
    ] or [full for city, full in ((z.split("/")[-1], _zones()[z]) for z in _zones()) if city == text.lower()]
    raise UsageError(
        f"There is no timezone “{text[:40]}”.",
        f"Did you mean {' or '.join(near)}?" if near else "Write one like Europe/Paris or America/New_York.",
    )


def known_timezone(name: str) -> bool:
    """Whether this machine knows the zone: a store may come from one with newer data."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?", re.IGNORECASE)


def time_named(text: str) -> time:
    """Read `09:00`, `9:00`, `9am` or `18.30`. Raises UsageError."""
    found = _TIME.fullmatch(text)
    if found:
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        if hour < 24 and minute < 60 and (found[2] or half):
            return time(hour, minute)
    raise UsageError(f"“{text[:40]}” is no time of day.", "Write one like 09:00 or 18:30.")


@dataclass(slots=True)
class _Words:
    left: list[str]
    layouts: tuple[str, ...]
    sources: tuple[str, ...]
    changed: dict[str, Any] = field(default_factory=dict)

    def next(self, after: str, example: str) -> str:
        if not self.left:
            raise UsageError(f"“{after}” needs something after it.", f"For example: {after} {example}")
        return self.left.pop(0)


def change(schedule: Schedule, text: str, *, layouts: Iterable[str], sources: Iterable[str] = ()) -> Schedule:
    """The schedule with what the words name changed, in any order; what is not named stays.

    `layouts` and `sources` are the names that exist. Raises UsageError naming the word that cannot be read.
    """
    words = _Words(re.sub(r"\s*,\s*", ",", text.replace("–", "-")).split(), tuple(layouts), tuple(sources))
    if not words.left:
        raise UsageError("No change was named.", f"For example: {EXAMPLE}")
    while words.left:
        _read(words.left.pop(0), words)
    changed = replace(schedule, **words.changed)
    if changed.wait and changed.until is None:
        raise UsageError(f"How long may it wait for {changed.wait}?", f"For example: wait {changed.wait} until 11:00")
    return changed


EXAMPLE = "weekdays 09:00 Europe/Paris limit 10 layout rich"


def _read(word: str, words: _Words) -> None:
    lower = word.lower()
    set_ = words.changed.__setitem__
    match lower:
        case "at" | "and" | "on":
            pass
        case "pause" | "resume" | "off":
            set_("paused", lower != "resume")
        case "limit" | "layout" | "empty" | "wait" | "until":
            _read_named(lower, words)
        case "nowait":
            set_("wait", "")
            set_("until", None)
        case _ if (days := _days(lower)) is not None:
            set_("days", days)
        case _ if _TIME.fullmatch(lower):
            set_("at", time_named(lower))
        case _:
            _read_zone(word, words)


def _read_named(name: str, words: _Words) -> None:
    set_ = words.changed.__setitem__
    if name == "limit":
        value = words.next(name, "10")
        if not value.isdecimal() or not MIN_LIMIT <= int(value[:9]) <= MAX_LIMIT:
            raise UsageError(
                f"A limit is a number from {MIN_LIMIT} to {MAX_LIMIT}, not “{value[:40]}”.",
                "For example: limit 10",
            )
        set_("limit", int(value))
    elif name == "layout":
        set_("layout", _one_of(name, words.next(name, "rich"), words.layouts))
    elif name == "empty":
        set_("empty", _one_of(name, words.next(name, "say"), EMPTY))
    elif name == "until":
        set_("until", time_named(words.next(name, "11:00")))
    else:
        source = words.next("wait", "arxiv until 11:00").lower()
        if source in {"none", "no"}:
            set_("wait", "")
            set_("until", None)
        else:
            set_("wait", _one_of("wait", source, words.sources) if words.sources else source)


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value.lower() not in known:
        raise UsageError(f"There is no {name} “{value[:40]}”.", f"There is: {', '.join(known)}.")
    return value.lower()


def _read_zone(word: str, words: _Words) -> None:
    try:
        words.changed["timezone"] = timezone_named(word)
    except UsageError as error:
        if "/" in word:
            raise
        near = process.extractOne(word.lower(), _KNOWN_WORDS, score_cutoff=70)
        raise UsageError(
            f"“{word[:40]}” is no part of a schedule.",
            f"Did you mean {near[0]}?" if near else (error.hint if "Did" in error.hint else f"For example: {EXAMPLE}"),
        ) from None


_KNOWN_WORDS = [
    "daily",
    "weekdays",
    "weekends",
    "wait",
    "until",
    "limit",
    "layout",
    "empty",
    "pause",
    "resume",
    *DAYS,
]
_NAMED_DAYS = {
    "daily": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "weekday": WEEKDAYS,
    "weekends": WEEKEND,
    "weekend": WEEKEND,
}
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _day(text: str) -> int | None:
    singular = text.removesuffix("s") if text.endswith("days") else text
    return next(
        (n for n, full in enumerate(_FULL) if singular == full or (len(text) >= 3 and full.startswith(text))),
        None,
    )


def _days(text: str) -> frozenset[int] | None:
    if text in _NAMED_DAYS:
        return _NAMED_DAYS[text]
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.partition("-")
        low, high = _day(first), _day(last) if dash else _day(first)
        if low is None or high is None:
            return None
        found.update((low + n) % 7 for n in range((high - low) % 7 + 1))
    return frozenset(found)
