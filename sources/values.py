"""Reads values out of JSON that somebody else wrote: each helper takes anything, and gives what can be used of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from domain.paper import Rejected
from sources.readable import storable, taken

_LONGEST_URL = 2_000
_DAY = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?(?!\d)")
_NO_LINK = re.compile(r"[\s<>\"\x00-\x20\x7f]")
# In a reply: ten times what there is in the largest real ones.
MOST_HELD, MOST_VALUES = 300_000, 1_000_000  # lists and objects; commas, for values
REPLY = "reply"  # the kind of what is said when a whole reply is none
EARLIEST, LATEST = 1600, 2200  # years a paper can be of


def loads(data: bytes) -> Any:
    """The JSON of a reply; what is not UTF-8 in it is marked. Raises ValueError for what is none, or holds far more
    than a list of papers does: a list takes thirty times the memory of its brackets.
    """
    if data.count(b"[") + data.count(b"{") > MOST_HELD or data.count(b",") > MOST_VALUES:
        raise ValueError
    try:
        return json.loads(data.decode("utf-8-sig", "replace"))
    except RecursionError as error:
        raise ValueError from error


def parsed(data: bytes, where: str) -> Any | Rejected:
    """The JSON of a reply, or why it is none."""
    try:
        return loads(data)
    except ValueError:
        shown = " ".join(data[:60].decode("utf-8", "replace").split())
        return Rejected(where, f"The reply is not JSON: “{storable(shown)}”", REPLY)


def at(value: Any, *path: str | int) -> Any:
    """What stands at this path of keys and places, or None."""
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and -len(value) <= step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def text(value: Any, *path: str | int) -> str:
    """The text at this path, without what cannot be stored; empty where there is none. A number counts as text."""
    found = at(value, *path)
    if isinstance(found, int | float) and not isinstance(found, bool):
        found = str(found)
    return taken(found).strip() if isinstance(found, str) else ""


def items(value: Any, *path: str | int) -> Sequence[Any]:
    """The list at this path; empty where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else ()


def texts(value: Any, *path: str | int) -> Iterator[str]:
    """The texts of the list at this path, those that are not empty."""
    return (found for each in items(value, *path) if (found := text(each)))


def link(value: str) -> str:
    """An address that may be shown as a link; empty for anything else."""
    value = storable(value).strip()
    try:
        url = urlsplit(value)
        host = url.hostname
    except ValueError:
        return ""
    fine = url.scheme in {"http", "https"} and host and len(value) <= _LONGEST_URL
    return value if fine and not _NO_LINK.search(value) else ""


def day(value: str) -> date | None:
    """The calendar date that a text begins with, `2024-07-30`, `2024/7/30T…`; None where it names no whole day."""
    found = _DAY.match(value)
    return _day(found[1], found[2], found[3]) if found and found[3] else None


def period(value: str) -> date | None:
    """The same for `2024-07` and `2024` too: the first day of the month or year that the text begins with."""
    found = _DAY.match(value)
    return _day(found[1], found[2] or 1, found[3] or 1) if found else None


def parts(value: Any, *, whole: bool = True) -> date | None:
    """The date that a list `[2024, 7, 30]` says; unless it must be `whole`, month and day may be missing."""
    numbers = [each for each in items(value) if isinstance(each, int) and not isinstance(each, bool)]
    if not numbers or (whole and len(numbers) < 3):
        return None
    year, month, number = (*numbers[:3], 1, 1)[:3]
    return _day(year, month, number)


def moment(value: Any) -> date | None:
    """The UTC date of an instant in milliseconds since 1970."""
    try:
        return datetime.fromtimestamp(value / 1000, UTC).date() if isinstance(value, int) else None
    except (ValueError, OverflowError, OSError):
        return None


def _day(year: str | int, month: str | int, number: str | int) -> date | None:
    try:
        found = date(int(year), int(month), int(number))
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None
