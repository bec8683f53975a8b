"""What a subscription would have brought over the last days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from domain.paper import Paper

DAYS = 30
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Backtest:
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
        return round(self.papers / len(self.counts), 1)

    @property
    def per_week(self) -> float:
        """How many a week, on average."""
        return round(7 * self.papers / len(self.counts), 1)

    @property
    def peak(self) -> int:
        """How many on the fullest day."""
        return max(self.counts)


def first_day(today: date) -> date:
    """The first of the days that count."""
    return today - timedelta(days=DAYS - 1)


def backtest(papers: Sequence[Paper], today: date) -> Backtest:
    """Count matching papers by the day they would have come; those never announced do not count."""
    start = first_day(today)
    counted = [p for p in papers if start <= p.day <= today and (p.dated or not p.archived)]
    counts = [0] * DAYS
    for paper in counted:
        counts[(paper.day - start).days] += 1
    newest = sorted(counted, key=lambda p: (p.day, p.number), reverse=True)
    return Backtest(tuple(counts), tuple(newest[:EXAMPLES]))
