"""Timezones by the names people write, and which one was meant by a name that is none."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from domain.errors import UsageError
from domain.spelling import nearest

# Abbreviations are not names: several places share most of them, and half the year they are wrong.
_ABBREVIATIONS = {
    "aest": ("Australia/Sydney",),
    "bst": ("Europe/London",),
    "cdt": ("America/Chicago",),
    "cest": ("Europe/Berlin", "Europe/Paris"),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    "edt": ("America/New_York",),
    "ist": ("Asia/Kolkata", "Europe/Dublin"),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "mdt": ("America/Denver",),
    "pdt": ("America/Los_Angeles",),
    "pst": ("America/Los_Angeles",),
    "sgt": ("Asia/Singapore",),
}
_SHOWN = 3


def timezone_named(text: str) -> str:
    """The IANA name as it is spelt, whatever the case. Raises UsageError with the nearest names."""
    name = find(text)
    if name:
        return name
    near = meant(text) or resembling(text)
    raise UsageError(
        f"There is no timezone “{text[:40]}”.",
        f"Did you mean {' or '.join(near)}?" if near else "Write one like Europe/Paris or America/New_York.",
    )


def find(text: str) -> str | None:
    """The IANA name as it is spelt, or None."""
    return _zones().get(_plain(text))


def known_timezone(name: str) -> bool:
    """Whether this machine knows the zone: a store may come from one with newer data."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def meant(text: str) -> list[str]:
    """The zones that a city or an abbreviation names, such as Europe/Berlin for `berlin`."""
    plain = _plain(text)
    return [*_ABBREVIATIONS.get(plain, ()), *_cities().get(plain, ())][:_SHOWN]


def resembling(text: str) -> list[str]:
    """The zones whose name or city is spelt much like the text, nearest first."""
    plain = _plain(text)
    allowed = 1 if len(plain) < 6 else 2
    found = [_zones()[name] for name in nearest(plain, _zones(), allowed)]
    for city in nearest(plain, _cities(), allowed):
        found += _cities()[city]
    return list(dict.fromkeys(found))[:_SHOWN]


def beginning(text: str) -> list[str]:
    """The zones whose name, or whose city, begins so, by name."""
    plain = _plain(text)
    return [zone for name, zone in _zones().items() if name.startswith(plain) or f"/{plain}" in name]


def _plain(text: str) -> str:
    return "_".join(text.lower().split())[:100]


@cache
def _zones() -> dict[str, str]:
    # Sorted, so that the same typing mistake gets the same answer everywhere. Names of machines' own making
    # begin small: posixrules, localtime.
    return {name.lower(): name for name in sorted(available_timezones()) if name[0].isupper()}


@cache
def _cities() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in _zones().values():
        if "/" in name:
            found.setdefault(name.rpartition("/")[2].lower(), []).append(name)
    return found
