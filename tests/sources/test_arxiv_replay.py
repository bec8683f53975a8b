"""Days of announcements, lived through: each paper once, on one day; weekends quiet; nothing lost whatever fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest

from db.store import Store
from sources.arxiv import calendar
from sources.arxiv.oai import RECENT
from tests.faults.table import kept
from tests.shared import shared
from tests.sources.local import Known
from tests.sources.replay import Replayed, corpus, invented, replay

FAULTS = [
    pytest.param({}, id="all well"),
    pytest.param({"failing": 0.1}, id="a tenth fails"),
    pytest.param({"skipping": 0.3}, id="days are skipped"),
    pytest.param({"killed": 0.2}, id="killed before the commit"),
    pytest.param({"losing": 0.1}, id="a tenth of the requests is lost"),
    pytest.param({"failing": 0.1, "losing": 0.1, "skipping": 0.1, "killed": 0.2}, id="all at once"),
]


def first_days(days: Mapping[date, Sequence[str]]) -> dict[str, date]:
    found: dict[str, date] = {}
    for day in sorted(days):
        for each in days[day]:
            found.setdefault(each, day)
    return found


def complete(days: Mapping[date, Sequence[str]], result: Replayed, known: Mapping[str, Known], skipped: float) -> None:
    """No paper is missing, and each was new once.

    But for what was held back for long and fell into a day that was skipped: a harvest cannot tell it from an old
    paper that changed, so it is kept for search alone.
    """
    lost = set(known) - set(result.announced)
    first = first_days(days)
    held = {each for each, day in first.items() if day - date.fromisoformat(known[each].created) > RECENT}
    assert lost <= (held if skipped else set()), sorted(lost)[:5]
    assert len(lost) < 0.01 * len(known)
    # What a look saved before it was killed is new to nobody.
    assert result.new == len(known) if not result.killed else result.new <= len(known)


@pytest.mark.parametrize("faults", FAULTS)
async def test_each_paper_is_announced_once_and_nothing_is_lost(store: Store, faults: dict[str, float]) -> None:
    days, known = invented()
    result = await replay(store, days, known, **faults)  # type: ignore[arg-type]  # shares, and no seed
    complete(days, result, known, faults.get("skipping", 0))
    assert result.announced == first_days(days)
    if not faults:
        for day, outcomes in result.outcomes.items():
            expected = {"fresh", "quiet"} if calendar.announces(day) else {"quiet"}
            assert set(outcomes) == expected, day


@pytest.mark.shared
async def test_weeks_of_the_real_lists(store: Store) -> None:
    await _real(store, 30, {"failing": 0.1}, every=20)


@pytest.mark.faults
@pytest.mark.shared
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("faults", FAULTS)
async def test_all_of_the_real_lists(store: Store, faults: dict[str, float], request: pytest.FixtureRequest) -> None:
    result, many = await _real(store, None, faults)
    announced = len(result.announced)
    went = (result.looks, result.failed, result.requests, result.killed, result.skipped)
    numbers = (*went, many, announced, many - announced)
    kept(f"168 days of arXiv, {request.node.callspec.id}", [f"{number:,}" for number in numbers])


async def _real(store: Store, count: int | None, faults: dict[str, float], every: int = 1) -> tuple[Replayed, int]:
    days, known = corpus(shared("data/corpora"), count, every)
    result = await replay(store, days, known, **faults)  # type: ignore[arg-type]  # shares, and no seed
    complete(days, result, known, faults.get("skipping", 0))
    first = first_days(days)
    # A day that nobody was there for, or whose list was late, may give its papers the next day's date.
    late = {
        each for each, day in result.announced.items() if not timedelta(0) <= day - first[each] <= timedelta(days=4)
    }
    assert not late, sorted(late)[:5]
    if not faults:
        assert result.announced == first
        repeated = [day for day in days if set(days[day]) == set(days.get(day - timedelta(days=1), ()))]
        assert repeated
        assert {outcome for day in repeated for outcome in result.outcomes[day]} <= {"quiet", "waiting"}
    return result, len(known)
