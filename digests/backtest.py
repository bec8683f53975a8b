"""What a subscription would have brought over the last days. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from domain.paper import Paper

DAYS = 30
EXAMPLES = 5


class Backtest(Struct, frozen=True):
    """Papers on each of the last days, the oldest day first, and the newest of them as examples."""

    counts: tuple[int, ...]
    examples: tuple[Paper, ...]

    @property
    def papers(self) -> int:
        """How many in all."""
        return sum(self.counts)

    @property
    def per_day(self) -> float:
        """How many a day, on average."""
        return _average(self.papers, len(self.counts))

    @property
    def per_week(self) -> float:
        """How many a week, on average."""
        return _average(7 * self.papers, len(self.counts))

    @property
    def peak(self) -> int:
        """How many on the fullest day."""
        return max(self.counts)

    def per_edition(self, days: int) -> float:
        """How many an edition, on average, where there are so many of them a week."""
        return _average(7 * self.papers, len(self.counts) * days)


def _average(papers: int, parts: int) -> float:
    # A paper in thirty days is not none at all.
    average = papers / parts
    return round(average, 1) if average >= 0.1 else round(average, 2)


def first_day(today: date) -> date:
    """The first of the days that count."""
    return today - timedelta(days=DAYS - 1)


def backtest(days: Mapping[date, int], newest: Sequence[Paper], today: date) -> Backtest:
    """What a query would have brought, from how many of its papers came on each day, and the newest of them."""
    start = first_day(today)
    counts = tuple(days.get(start + timedelta(days=n), 0) for n in range(DAYS))
    return Backtest(counts, tuple(paper for paper in newest[:EXAMPLES] if start <= paper.day <= today))
