"""What is known of a category's announcements, and what a look at its feed means. Pure: the time is passed in.

A feed is judged by the ids it lists. Its dates lie: it is built anew each night whether its content is or not, and has
stated the day before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from sources.arxiv import calendar
from sources.arxiv.rss import Listing

FIRST_BACK = timedelta(days=4)  # a first look reaches so far back: a channel's first edition wants three days
LONGEST_GAP = timedelta(days=31)  # what is missing for longer is nobody's news; `fetch --since` brings it for search
MOST_FILLED = 5  # dates filled in one look, the latest first
_DAY = timedelta(days=1)


class State(Struct, frozen=True):
    """A category: `day` is the date of the latest announcement taken, `mark` that listing's, `top` its highest id.

    `missing` are dates whose announcements have not been had, `floor` the highest id from before the first of them.
    `trouble` is what kept the last try to have them.
    """

    day: date | None = None
    top: int | None = None
    mark: str = ""
    looked: datetime | None = None
    filled: datetime | None = None
    missing: tuple[date, ...] = ()
    floor: int | None = None
    trouble: str = ""
    validators: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Any) -> State:
        """From what a cursor holds; from nothing, where that cannot be read."""
        try:
            return cls(
                date.fromisoformat(data["day"]) if data["day"] else None,
                data["top"],
                data["mark"],
                datetime.fromisoformat(data["looked"]) if data["looked"] else None,
                datetime.fromisoformat(data["filled"]) if data["filled"] else None,
                tuple(map(date.fromisoformat, data["missing"])),
                data["floor"],
                data["trouble"],
                data["validators"],
            )
        except (KeyError, TypeError, ValueError):
            return cls()

    def data(self) -> dict[str, Any]:
        """For a cursor."""
        return {
            "day": self.day.isoformat() if self.day else None,
            "top": self.top,
            "mark": self.mark,
            "looked": self.looked.isoformat() if self.looked else None,
            "filled": self.filled.isoformat() if self.filled else None,
            "missing": [day.isoformat() for day in self.missing],
            "floor": self.floor,
            "trouble": self.trouble,
            "validators": dict(self.validators),
        }

    def complete(self, now: datetime) -> bool:
        """Whether the latest announcement has been taken."""
        return self.day is not None and self.day >= calendar.latest(now)

    def late(self, now: datetime) -> bool:
        """Whether the feed should long have had an announcement that it does not have."""
        return not self.complete(now) and now >= calendar.ready(calendar.latest(now)) + calendar.PATIENCE

    def looks(self, now: datetime, rest: timedelta) -> bool:
        """Whether it is time to look at the feed: always while it lacks something, else after a rest."""
        return not self.complete(now) or self.looked is None or not timedelta(0) <= now - self.looked < rest

    def fills(self, now: datetime, rest: timedelta) -> bool:
        """Whether it is time to ask for what is missing. A clock that was set back does not keep it from that."""
        return bool(self.missing) and (self.filled is None or not timedelta(0) <= now - self.filled < rest)

    @property
    def filling(self) -> tuple[date, ...]:
        """The dates to ask for next."""
        return self.missing[-MOST_FILLED:]

    def took(self, listing: Listing, now: datetime) -> tuple[State, date]:
        """After an announcement that was not had before, and the date it is taken to be of.

        Its own date where that can be; else the latest that is due, or for stragglers the one that was had.
        """
        due = calendar.latest(now)
        stated = listing.date
        if stated and stated <= calendar.day_of(now) and (self.day is None or stated > self.day):
            day = stated
        else:
            day = max(due, self.day or due)
        missing = set(self.missing) - {day}
        if self.day:
            missing |= set(calendar.between(self.day, day))
            if self._skipped(listing):
                # Something was announced of which no date tells: all days since may hold it, holidays too.
                missing |= {self.day + _DAY * n for n in range(1, (max(due, day) - self.day).days + 1)}
        numbers = listing.numbers
        top = max(filter(None, (self.top, numbers[_at(numbers, 0.95)] if numbers else None)), default=None)
        return replace(self.lacking(missing, now), day=max(day, self.day or day), mark=listing.mark, top=top), day

    def lacking(self, days: set[date], now: datetime) -> State:
        """With these days missing, as far as they are of interest to anybody."""
        earliest = calendar.day_of(now) - LONGEST_GAP
        floor = self.floor if self.missing else self.top
        return replace(self, missing=tuple(sorted(day for day in days if day > earliest)), floor=floor)

    def owing(self, now: datetime) -> State:
        """With what a feed that says nothing leaves open: at first the last days, later a day that is late."""
        today = calendar.day_of(now)
        if self.day is None:
            return self.lacking({*self.missing, *calendar.between(today - FIRST_BACK, today + _DAY)}, now)
        if self.late(now):
            due = calendar.latest(now)
            return self.lacking({*self.missing, *calendar.between(self.day, due + _DAY)}, now)
        return self

    def was_filled(self) -> State:
        """After the dates of `filling` have been asked for elsewhere, and came, or were not there either."""
        day = max(filter(None, (self.day, *self.missing)), default=None)
        return replace(self, day=day, missing=self.missing[:-MOST_FILLED], filled=None, trouble="")

    def _skipped(self, listing: Listing) -> bool:
        # Ids are given in the order of announcing: between two listings that follow on each other few are left
        # out, fewer than one of them spans. A few old ids in each (papers held back) do not count.
        numbers = listing.numbers
        if self.top is None or len(numbers) < 20:
            return False
        low, high = numbers[_at(numbers, 0.05)], numbers[_at(numbers, 0.95)]
        same_month = low // 100_000 == self.top // 100_000
        return same_month and low - self.top > max(high - low, 500)


def _at(numbers: list[int], share: float) -> int:
    return int(share * (len(numbers) - 1))
