"""One digest of one channel: what is in it, what was held back, and why."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from domain.paper import Paper

NEW_FOR = timedelta(days=14)
REACH = timedelta(days=60)  # at most, that one edition makes up for: nobody wants last year's news


def first_new(today: date) -> date:
    """The first day whose papers are new today."""
    return today - NEW_FOR + timedelta(days=1)


class Place(StrEnum):
    """What became of a paper that matched."""

    SEAT = "seat"  # in the edition
    HELD = "held"  # over the limit; the edition's pager shows it
    MUTED = "muted"  # a mute names it


class Item(NamedTuple):  # there are many of them: a tuple is made in a third of the time
    """A paper that matched a channel: by which subscriptions (numbers), where it went, and why there.

    `late`: it was announced before the channel's previous edition, and came to us after that.
    """

    paper: Paper
    place: Place
    subscriptions: tuple[int, ...]
    queries: tuple[str, ...]
    why: str = ""
    late: bool = False


class Edition(Struct, frozen=True):
    """A channel's numbered digest. Items stand in the order shown, seats first; times are UTC."""

    channel: str
    number: int
    due_at: datetime
    planned_at: datetime
    items: tuple[Item, ...]

    @property
    def seats(self) -> tuple[Item, ...]:
        """What it shows."""
        return self._placed(Place.SEAT)

    @property
    def held(self) -> tuple[Item, ...]:
        """What its pager shows after that."""
        return self._placed(Place.HELD)

    @property
    def muted(self) -> tuple[Item, ...]:
        """What matched and was muted."""
        return self._placed(Place.MUTED)

    def _placed(self, place: Place) -> tuple[Item, ...]:
        return tuple([item for item in self.items if item.place is place])
