"""The words of a schedule, in any order: `weekdays 09:00 Europe/Paris wait arxiv until 11:00 limit 10`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from typing import Any

from msgspec.structs import replace

from domain.errors import UsageError
from domain.spelling import nearest
from domain.times import (
    CATCH_UP,
    DAYS,
    EMPTY,
    EVERY_DAY,
    WEEKDAYS,
    WEEKEND,
    Due,
    Schedule,
    days_text,
    due_now,
    local_instant,
)
from domain.timezones import find, known_timezone, meant, resembling, timezone_named

__all__ = [
    "CATCH_UP",
    "DAYS",
    "EMPTY",
    "EVERY_DAY",
    "EXAMPLE",
    "MAX_LIMIT",
    "MIN_LIMIT",
    "WEEKDAYS",
    "WEEKEND",
    "Due",
    "Schedule",
    "change",
    "days_text",
    "due_now",
    "known_timezone",
    "local_instant",
    "time_named",
    "timezone_named",
]

MIN_LIMIT, MAX_LIMIT = 1, 100
EXAMPLE = "weekdays 09:00 Europe/Paris limit 10 layout rich"
_TIME = re.compile(r"([0-9]{1,2})(?:[:.h]([0-9]{2})|(h))?(am|pm)?", re.IGNORECASE)
_DAY_RANGE = re.compile(rf"\b((?:{'|'.join(DAYS)})[a-z]*)\s*[-–—]\s*(?=(?:{'|'.join(DAYS)}))", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,6}")
_TYPED = str.maketrans("：，", ":,")
_HALF_APART = re.compile(r"(?<=[0-9])\s+(?=[ap]m\b)", re.IGNORECASE)
_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED_DAYS = {
    "daily": EVERY_DAY,
    "day": EVERY_DAY,
    "everyday": EVERY_DAY,
    "weekdays": WEEKDAYS,
    "weekday": WEEKDAYS,
    "weekends": WEEKEND,
    "weekend": WEEKEND,
}
_KNOWN_WORDS = (
    *("daily", "weekdays", "weekends", "wait", "until", "limit", "layout", "empty", "pause", "resume"),
    *DAYS,
    *_FULL,
)
_FILLERS = frozenset({"at", "and", "on", "but", "every"})
_CALLED = {
    "at": "time",
    "empty": "word on empty days",
    "paused": "word on pausing",
    "until": "time to wait until",
    "wait": "source to wait for",
}


def time_named(text: str) -> time:
    """Read `09:00`, `9:00`, `9am`, `18.30` or `18h`. Raises UsageError."""
    found = _TIME.fullmatch(text)
    if found:
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[4] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 24
        if hour < 24 and minute < 60 and (found[2] or found[3] or half):
            return time(hour, minute)
    raise UsageError(f"“{text[:40]}” is no time of day.", "Write one like 09:00 or 18:30.")


def change(schedule: Schedule, text: str, *, layouts: Iterable[str], sources: Iterable[str] = ()) -> Schedule:
    """The schedule with what the words name changed, in any order; what is not named stays.

    Days add up: `mon wed fri` is `mon,wed,fri`. `layouts` and `sources` are the names that exist.
    Raises UsageError naming the word that cannot be read.
    """
    words = _Words(text, tuple(layouts), tuple(sources))
    while words.left:
        words.read(words.left.pop(0))
    if not words.changed:
        raise UsageError("No change was named.", f"For example: {EXAMPLE}")
    changed = replace(schedule, **words.changed)
    if words.changed.get("wait") and changed.until is None:
        raise UsageError(f"How long may it wait for {changed.wait}?", f"For example: wait {changed.wait} until 11:00")
    if words.changed.get("until") and not changed.wait:
        raise UsageError(
            f"What shall it wait for until {changed.until:%H:%M}?",
            f"For example: wait {(*words.sources, 'arxiv')[0]} until {changed.until:%H:%M}",
        )
    return changed


class _Words:
    """The words not read yet, and what those read have changed."""

    def __init__(self, text: str, layouts: tuple[str, ...], sources: tuple[str, ...]) -> None:
        text = _HALF_APART.sub("", _DAY_RANGE.sub(r"\1-", text.translate(_TYPED)))
        self.left = [word for piece in text.split() if (word := piece.strip(",;"))]
        self.layouts = layouts
        self.sources = sources
        self.changed: dict[str, Any] = {}

    def next(self, after: str, example: str) -> str:
        if not self.left:
            raise UsageError(f"“{after}” needs something after it.", f"For example: {after} {example}")
        return self.left.pop(0)

    def set(self, name: str, value: Any, word: str) -> None:
        if self.changed.setdefault(name, value) != value:
            called = _CALLED.get(name, name)
            raise UsageError(f"“{word[:40]}” is one {called} too many.", "Write only the one that you want.")

    def read(self, word: str) -> None:
        lower = word.lower()
        days = _days(lower)
        if days is not None:
            self.changed["days"] = self.changed.get("days", frozenset()) | days
        elif _TIME.fullmatch(lower):
            self.set("at", time_named(lower), word)
        elif lower in {"pause", "resume", "off"} or (lower == "on" and not (self.left or self.changed)):
            self.set("paused", lower in {"pause", "off"}, word)
        elif lower not in _FILLERS:
            self.read_named(word, lower)

    def read_named(self, word: str, lower: str) -> None:
        match lower:
            case "limit":
                self.read_limit(self.next(lower, "10"))
            case "layout":
                value = self.next(lower, "rich")
                self.set(lower, _one_of(lower, value, self.layouts), value)
            case "empty":
                value = self.next(lower, "say")
                self.set(lower, _one_of(lower, value, EMPTY), value)
            case "wait" | "nowait":
                self.read_wait(lower)
            case "not" if self.left and self.left[0].lower() == "past":
                pass  # "but not past 11:00"
            case "until" | "past":
                value = self.next(lower, "11:00")
                self.set("until", time_named(value), value)
            case _:
                self.read_zone(word)

    def read_limit(self, value: str) -> None:
        if not (_NUMBER.fullmatch(value) and MIN_LIMIT <= int(value) <= MAX_LIMIT):
            raise UsageError(
                f"A limit is a number from {MIN_LIMIT} to {MAX_LIMIT}, not “{value[:40]}”.",
                "For example: limit 10",
            )
        self.set("limit", int(value), value)

    def read_wait(self, word: str) -> None:
        source = "none" if word == "nowait" else self.next("wait", "arxiv until 11:00").lower()
        if source == "for":
            source = self.next("wait for", "arxiv until 11:00").lower()
        if source in {"none", "no"}:
            self.set("wait", "", source)
            self.set("until", None, source)
        else:
            self.set("wait", _one_of("source", source, self.sources) if self.sources else source, source)

    def read_zone(self, word: str) -> None:
        # Chats and people write spaces where names have underscores: America/New York, Ho Chi Minh.
        texts = [" ".join([word, *self.left[:more]]) for more in (2, 1, 0)]
        for text in texts:
            zone = find(text)
            if zone:
                del self.left[: len(text.split()) - 1]
                self.set("timezone", zone, text)
                return
        if "/" in word:
            timezone_named(word)
        for text in texts:
            near = meant(text)
            if near:
                break
        else:
            text, near = word, nearest(word.lower(), _KNOWN_WORDS, allowed=1 if len(word) < 6 else 2)[:3]
        near = near or resembling(word)
        raise UsageError(
            f"“{text[:40]}” is no part of a schedule.",
            f"Did you mean {' or '.join(near)}?" if near else f"For example: {EXAMPLE}",
        )


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value.lower() not in known:
        raise UsageError(f"There is no {name} “{value[:40]}”.", f"There is: {', '.join(known)}.")
    return value.lower()


def _day(text: str) -> int | None:
    singular = text.removesuffix("s") if text.endswith("days") else text
    return next(
        (n for n, full in enumerate(_FULL) if singular == full or (len(text) >= 3 and full.startswith(text))),
        None,
    )


def _days(text: str) -> frozenset[int] | None:
    found: set[int] = set()
    for part in filter(None, text.split(",")):
        first, dash, last = part.partition("-")
        low, high = _day(first), _day(last) if dash else _day(first)
        if part in _NAMED_DAYS:
            found |= _NAMED_DAYS[part]
        elif low is None or high is None:
            return None
        else:
            found.update((low + n) % 7 for n in range((high - low) % 7 + 1))
    return frozenset(found)
