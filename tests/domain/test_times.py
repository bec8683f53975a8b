"""When a schedule is due: over whole years, across clock changes, and under clocks that jump."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.times import (
    CATCH_UP,
    DAYS,
    EVERY_DAY,
    WEEKDAYS,
    WEEKEND,
    Due,
    Schedule,
    days_text,
    due_now,
    local_instant,
)

DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
ZONES = ("America/New_York", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC")
TIMES = st.one_of(
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.sampled_from([time(hour, minute) for hour in (0, 1, 2, 3) for minute in (0, 15, 30, 45)]),
)
SCHEDULES = st.builds(
    Schedule,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    at=TIMES,
    timezone=st.sampled_from(ZONES),
)
INSTANTS = st.integers(0, 10**9).map(lambda seconds: utc(2011, 1, 1) + seconds * SECOND)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@given(SCHEDULES, st.sampled_from((2011, 2012, 2024, 2026)))
def test_one_due_instant_for_each_scheduled_day_of_a_year(schedule: Schedule, year: int) -> None:
    zone = ZoneInfo(schedule.timezone)
    days = [date(year, 1, 1) + n * DAY for n in range(366) if (date(year, 1, 1) + n * DAY).year == year]
    wanted = [day for day in days if day.weekday() in schedule.days]
    due = local_instant(wanted[0], schedule.at, zone) - SECOND
    last = local_instant(wanted[-1], schedule.at, zone)
    found = []
    while (due := schedule.next_after(due)) <= last:
        found.append(due)
    assert found == sorted(set(found))
    for day in wanted:
        target = datetime.combine(day, schedule.at)
        near = bisect_left(found, target.replace(tzinfo=UTC) - 2 * DAY)
        mine = [due for due in found[near : near + 5] if first_at_or_after(due, target, zone)]
        assert len(mine) == 1, (day, mine)
    assert len(found) == len({local_instant(day, schedule.at, zone) for day in wanted})


def first_at_or_after(due: datetime, target: datetime, zone: ZoneInfo) -> bool:
    """Whether this is the first instant at which the clock on the wall shows the target, or has passed it."""
    wall, before = (instant.astimezone(zone).replace(tzinfo=None, fold=0) for instant in (due, due - SECOND))
    if wall == target:
        return due.astimezone(zone).fold == 0
    return before < target < wall


@given(SCHEDULES, INSTANTS)
def test_next_and_last_agree(schedule: Schedule, instant: datetime) -> None:
    following, latest = schedule.next_after(instant), schedule.last_until(instant)
    assert latest <= instant < following
    assert schedule.next_after(latest) == following
    assert schedule.last_until(following) == following
    assert schedule.last_until(following - SECOND) == latest
    assert schedule.next_after(latest - SECOND) == latest
    assert following.tzinfo is latest.tzinfo is UTC


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # Skipped: the first instant after the gap.
        ("America/New_York", date(2026, 3, 8), time(2, 30), utc(2026, 3, 8, 7)),
        ("America/New_York", date(2026, 3, 8), time(2, 0), utc(2026, 3, 8, 7)),
        ("America/New_York", date(2026, 3, 8), time(3, 0), utc(2026, 3, 8, 7)),
        ("America/New_York", date(2026, 3, 8), time(1, 59), utc(2026, 3, 8, 6, 59)),
        ("Europe/Paris", date(2026, 3, 29), time(2, 30), utc(2026, 3, 29, 1)),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), utc(2026, 10, 3, 15, 30)),
        ("Pacific/Apia", date(2011, 12, 30), time(9, 0), utc(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 30), time(0, 0), utc(2011, 12, 30, 10)),
        ("Pacific/Apia", date(2011, 12, 31), time(9, 0), utc(2011, 12, 30, 19)),
        # Repeated: the first of both.
        ("America/New_York", date(2026, 11, 1), time(1, 30), utc(2026, 11, 1, 5, 30)),
        ("Europe/Paris", date(2026, 10, 25), time(2, 30), utc(2026, 10, 25, 0, 30)),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), utc(2026, 4, 4, 14, 45)),
        # Neither.
        ("Asia/Kathmandu", date(2026, 3, 29), time(9, 0), utc(2026, 3, 29, 3, 15)),
        ("Europe/Paris", date(2026, 7, 1), time(9, 0), utc(2026, 7, 1, 7)),
        ("Europe/Paris", date(2026, 1, 1), time(9, 0), utc(2026, 1, 1, 8)),
    ],
)
def test_clock_changes_by_name(zone: str, day: date, at: time, expected: datetime) -> None:
    assert local_instant(day, at, ZoneInfo(zone)) == expected
    schedule = Schedule(at=at, timezone=zone)
    assert schedule.last_until(expected) == expected
    assert schedule.next_after(expected) > expected
    assert schedule.next_after(expected - SECOND) == expected


def test_a_repeated_time_comes_once() -> None:
    schedule = Schedule(at=time(1, 30), timezone="America/New_York")
    first = utc(2026, 11, 1, 5, 30)
    assert schedule.next_after(first) == utc(2026, 11, 2, 6, 30)


@pytest.mark.parametrize(
    ("at", "until", "due", "deadline"),
    [
        (time(9), time(11), utc(2026, 7, 1, 7), utc(2026, 7, 1, 9)),
        (time(9), time(9), utc(2026, 7, 1, 7), utc(2026, 7, 1, 7)),
        (time(23), time(1), utc(2026, 7, 1, 21), utc(2026, 7, 1, 23)),
        (time(1), time(2, 30), utc(2026, 3, 29, 0), utc(2026, 3, 29, 1)),
    ],
)
def test_deadlines(at: time, until: time, due: datetime, deadline: datetime) -> None:
    schedule = Schedule(at=at, timezone="Europe/Paris", wait="arxiv", until=until)
    assert schedule.deadline(due) == deadline
    assert Schedule(at=at, timezone="Europe/Paris").deadline(due) == due


@pytest.mark.parametrize("days", [frozenset(), frozenset({7}), frozenset({-1, 0})])
def test_a_schedule_without_days_is_none(days: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="days from 0 to 6"):
        Schedule(days=days)


def test_days_in_words() -> None:
    assert [days_text(days) for days in (EVERY_DAY, WEEKDAYS, WEEKEND, {4, 0, 2}, {6})] == [
        "daily",
        "weekdays",
        "weekends",
        "mon,wed,fri",
        "sun",
    ]
    assert len(DAYS) == 7


DAILY = Schedule(at=time(9))  # UTC
MONDAY = utc(2026, 11, 16, 9)


def test_before_its_time_nothing_is_served() -> None:
    assert due_now(DAILY, MONDAY, None, MONDAY - SECOND) == Due(None, MONDAY)


def test_in_time() -> None:
    assert due_now(DAILY, MONDAY, MONDAY - DAY, MONDAY) == Due(MONDAY, MONDAY + DAY)


@pytest.mark.parametrize("late", [MINUTE, HOUR, CATCH_UP - SECOND])
def test_missed_by_less_than_6_hours_is_served_at_once(late: timedelta) -> None:
    assert due_now(DAILY, MONDAY, None, MONDAY + late) == Due(MONDAY, MONDAY + DAY)


@pytest.mark.parametrize("late", [CATCH_UP, 10 * HOUR, DAY - SECOND])
def test_missed_by_more_is_served_with_the_next(late: timedelta) -> None:
    assert due_now(DAILY, MONDAY, None, MONDAY + late) == Due(None, MONDAY + DAY)


def test_several_missed_times_become_one() -> None:
    assert due_now(DAILY, MONDAY, MONDAY - DAY, MONDAY + 3 * DAY + HOUR) == Due(MONDAY + 3 * DAY, MONDAY + 4 * DAY)
    assert due_now(DAILY, MONDAY, MONDAY - DAY, MONDAY + 3 * DAY + 7 * HOUR) == Due(None, MONDAY + 4 * DAY)


def test_waiting_for_a_source_is_not_missing_a_time() -> None:
    patient = Schedule(at=time(9), wait="arxiv", until=time(17))
    assert due_now(patient, MONDAY, None, MONDAY + 8 * HOUR).serve == MONDAY
    assert due_now(patient, MONDAY, None, MONDAY + 8 * HOUR + CATCH_UP) == Due(None, MONDAY + DAY)


def test_a_time_far_away_is_drawn_back() -> None:
    assert due_now(DAILY, MONDAY + 400 * DAY, MONDAY - DAY, MONDAY - HOUR) == Due(None, MONDAY)
    assert due_now(DAILY, MONDAY + 400 * DAY, None, MONDAY - HOUR) == Due(None, MONDAY)


def test_what_was_served_under_a_clock_ahead_is_not_served_again() -> None:
    # The clock went an hour back after Monday's edition.
    assert due_now(DAILY, MONDAY + DAY, MONDAY, MONDAY - HOUR) == Due(None, MONDAY + DAY)
    # It went back by more than a day, and came to Monday again.
    assert due_now(DAILY, MONDAY, MONDAY, MONDAY + MINUTE) == Due(None, MONDAY + DAY)


def run(
    schedule: Schedule, start: datetime, end: datetime, ahead: dict[datetime, timedelta]
) -> list[tuple[datetime, datetime]]:
    """What is served, and when really, by a clock that is ahead of the truth by so much from each instant on."""
    real, wrong = start, timedelta(0)
    next_due, last_due = schedule.next_after(start), None
    served = []
    while real < end:
        wrong = ahead.get(real, wrong)
        due = due_now(schedule, next_due, last_due, real + wrong)
        next_due, last_due = due.next_due, due.serve or last_due
        if due.serve:
            served.append((due.serve, real))
        real += 30 * MINUTE
    return served


HOURS = st.integers(1, 23).map(lambda hours: hours * HOUR)
MANY_DAYS = st.integers(1, 400).map(lambda days: days * DAY)
STARTS = st.integers(0, 7 * 144).map(lambda ticks: utc(2026, 11, 16) + ticks * 10 * MINUTE)


@given(SCHEDULES, STARTS, HOURS, st.booleans())
def test_a_clock_set_hours_wrong_and_back_again_neither_stops_nor_doubles(
    schedule: Schedule, start: datetime, wrong: timedelta, forward: bool
) -> None:
    ahead = {start + DAY: wrong if forward else -wrong, start + 2 * DAY: timedelta(0)}
    served = run(schedule, start, start + 30 * DAY, ahead)
    dues = [due for due, _ in served]
    assert len(dues) == len(set(dues))
    after = [due for due, real in served if real > start + 4 * DAY]
    expected = after[0] - SECOND
    for due in after:
        expected = schedule.next_after(expected)
        assert due == expected
    assert after[-1] > start + 20 * DAY


@given(SCHEDULES, STARTS, MANY_DAYS, st.booleans())
def test_a_clock_set_days_wrong_and_corrected_does_not_stop(
    schedule: Schedule, start: datetime, wrong: timedelta, forward: bool
) -> None:
    ahead = {start + DAY: wrong if forward else -wrong, start + DAY + HOUR: timedelta(0)}
    served = run(schedule, start, start + 30 * DAY, ahead)
    after = [(due, real) for due, real in served if real >= start + DAY + HOUR]
    assert after[0][1] < start + 10 * DAY, "it goes on within the week"
    assert all(timedelta(0) <= real - due < CATCH_UP for due, real in after)
    dues = [due for due, _ in after]
    assert all(schedule.next_after(first) == second for first, second in pairwise(dues))


def test_a_clock_set_back_for_good_goes_on_from_there() -> None:
    served = run(DAILY, MONDAY - HOUR, MONDAY + 9 * DAY, {MONDAY + HOUR: -3 * DAY})
    assert [real - due for due, real in served[1:]] == [3 * DAY] * (len(served) - 1)
    assert len(served) >= 8
