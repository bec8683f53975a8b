"""The schedule as a form, over the parser that reads its words: for a page, or for a chat's dialogue. Pure.

A field that is empty or absent is one that nothing was chosen in; whoever shows fewer fields than there are adds
the others from `values`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import time

from msgspec.structs import replace

from domain.errors import UsageError
from domain.schedule import DAYS, EMPTY, WEEKEND, Schedule, change

FIELDS = ("days", "at", "timezone", "wait", "until", "limit", "layout", "empty", "paused")
_NEEDED = {
    "days": ("day", "mon,wed,fri"),
    "at": ("time", "09:00"),
    "timezone": ("timezone", "Europe/Paris"),
    "limit": ("limit", "10"),
    "layout": ("layout", "rich"),
    "empty": ("word on empty days", EMPTY[0]),
}
# Two schedules that differ in everything: what reads a field must leave all else of both as it is.
_BASES = (
    Schedule(wait="one", until=time(1)),
    Schedule(WEEKEND, time(3), "Asia/Tokyo", "two", time(2), 99, "?", EMPTY[1], paused=True),
)


def values(schedule: Schedule) -> dict[str, str]:
    """What stands in the fields: `days` as mon,tue; times as 09:00; `paused` as pause, or empty."""
    return {
        "days": ",".join(DAYS[day] for day in sorted(schedule.days)),
        "at": f"{schedule.at:%H:%M}",
        "timezone": schedule.timezone,
        "wait": schedule.wait,
        "until": f"{schedule.until:%H:%M}" if schedule.wait and schedule.until else "",
        "limit": str(schedule.limit),
        "layout": schedule.layout,
        "empty": schedule.empty,
        "paused": "pause" if schedule.paused else "",
    }


def words(given: Mapping[str, str]) -> str:
    """What the fields say in the words of `schedule`; they can be read where `errors` finds none."""
    said = {name: given.get(name, "").strip() for name in FIELDS}
    return " ".join(
        [
            said["days"],
            said["at"],
            said["timezone"],
            f"wait {said['wait']} until {said['until']}" if said["wait"] else "nowait",
            *(f"{name} {said[name]}" for name in ("limit", "layout", "empty")),
            "pause" if said["paused"] else "resume",
        ]
    )


def errors(
    given: Mapping[str, str], *, layouts: Collection[str], sources: Collection[str] = ()
) -> dict[str, UsageError]:
    """What is wrong with each field that cannot be read, with what to do; empty where the schedule can be."""
    found: dict[str, UsageError] = {}
    for name in FIELDS:
        value = given.get(name, "").strip()
        try:
            _read(name, value, layouts, sources)
        except UsageError as error:
            found[name] = error
    wait, until = (given.get(name, "").strip() for name in ("wait", "until"))
    if bool(wait) != bool(until) and not found.keys() & {"wait", "until"}:
        missing = "until" if wait else "wait"
        try:
            change(Schedule(), f"wait {wait}" if wait else f"until {until}", layouts=layouts, sources=sources)
        except UsageError as error:
            found[missing] = error
    return found


def _read(name: str, value: str, layouts: Collection[str], sources: Collection[str]) -> None:
    """Raise UsageError unless the value can be read as this field, and says nothing of another."""
    if not value and name in _NEEDED:
        called, example = _NEEDED[name]
        raise UsageError(f"A schedule needs a {called}.", f"For example: {example}")
    if not value or name == "paused":
        return
    own: Iterable[str] = ("wait", "until") if name == "wait" else (name,)
    text = {
        "wait": f"wait {value} until 12:00",
        **{each: f"{each} {value}" for each in ("until", "limit", "layout", "empty")},
    }.get(name, value)
    for base in _BASES:
        after = change(base, text, layouts=layouts, sources=sources)
        if replace(after, **{each: getattr(base, each) for each in own}) != base:
            called, example = _NEEDED.get(name, (name, "11:00"))
            raise UsageError(f"“{value[:40]}” is no {called}.", f"Write one like {example}.")
