"""What a subscription would have brought: counts by day, averages, examples."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digests.backtest import DAYS, EXAMPLES, backtest, first_day
from tests.papers import TODAY, paper


def test_thirty_days_end_today() -> None:
    assert TODAY - first_day(TODAY) == timedelta(days=29)
    days = {TODAY: 3, first_day(TODAY): 2, first_day(TODAY) - timedelta(days=1): 50, TODAY + timedelta(days=1): 50}
    found = backtest(days, [], TODAY)
    assert len(found.counts) == DAYS
    assert (found.counts[0], found.counts[-1]) == (2, 3)
    assert (found.papers, found.peak) == (5, 3)


@pytest.mark.parametrize(
    ("papers", "per_day", "per_week"),
    [(0, 0, 0), (1, 0.03, 0.2), (2, 0.07, 0.5), (30, 1, 7), (45, 1.5, 10.5), (1000, 33.3, 233.3)],
)
def test_averages_say_something_of_rare_papers_too(papers: int, per_day: float, per_week: float) -> None:
    found = backtest({TODAY: papers}, [], TODAY)
    assert (found.per_day, found.per_week) == (per_day, per_week)
    assert (found.per_edition(7), found.per_edition(1)) == (per_day, per_week)


def test_examples_are_the_newest_that_count() -> None:
    newest = [paper(n, announced=TODAY - timedelta(days=n)) for n in range(-1, 9)]
    found = backtest({TODAY: 1}, newest[1:], TODAY)
    assert [each.number for each in found.examples] == list(range(EXAMPLES))
    old = [paper(1, announced=TODAY - timedelta(days=29)), paper(2, announced=TODAY - timedelta(days=30))]
    assert [each.number for each in backtest({}, old, TODAY).examples] == [1]
