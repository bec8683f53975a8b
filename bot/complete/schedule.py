"""How the words of a schedule may go on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from bot.complete.choice import Choice, Typing, beginning, plain
from digests.layouts import LAYOUTS
from domain import timezones
from domain.schedule import DAYS, EMPTY

_WORDS = ("daily", "weekdays", "weekends", *DAYS, "pause", "resume", "limit", "layout", "wait", "nowait", "empty")
_HOURS = tuple(f"{hour:02}:00" for hour in range(24))
_FOLLOWS = {"layout": tuple(LAYOUTS), "empty": EMPTY, "limit": ("5", "10", "20", "50"), "until": _HOURS}
_LETTERS = 2  # that tell a zone


def schedule(connection: Connection, typing: Typing) -> list[Choice]:
    """Days, hours, zones by name or city, and what follows `limit`, `layout`, `wait`, `until` and `empty`."""
    before, space, last = typing.text.rpartition(" ")
    previous = (before.split() or [""])[-1].lower()
    zones: Sequence[str] = ()
    if previous in {"wait", "for"}:
        words: Sequence[str] = (*(f"{source} until 11:00" for source in typing.sources), "none")
    elif previous in _FOLLOWS:
        words = _FOLLOWS[previous]
    else:
        words = (*_WORDS, *_HOURS) if last else _WORDS
        zones = timezones.beginning(last) if len(last) >= _LETTERS else ()
    return plain(before + space + word for word in (*beginning(last, words), *zones))
