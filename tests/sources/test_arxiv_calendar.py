"""When arXiv announces: its week, its holidays, its evenings, in its own timezone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sources.arxiv import calendar
from tests.sources.local import at, days_from


def test_a_week_has_five_announcements() -> None:
    week = days_from(date(2026, 3, 2), 7)
    assert [calendar.announces(day) for day in week] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("holiday", "silent"),
    [
        (date(2026, 11, 26), date(2026, 11, 27)),  # a Thursday: nothing that evening, so nothing under Friday
        (date(2026, 6, 19), date(2026, 6, 22)),  # a Friday: nothing on Sunday evening, so nothing under Monday
        (date(2026, 9, 7), date(2026, 9, 8)),
    ],
)
def test_after_a_holiday_nothing_is_announced(holiday: date, silent: date) -> None:
    assert not calendar.announces(silent)
    assert calendar.holiday(silent) == calendar.HOLIDAYS[holiday]
    assert calendar.announces(holiday)  # it came out the evening before
    assert calendar.following(holiday) > silent


def test_the_feeds_have_it_from_midnight_in_new_york() -> None:
    assert calendar.ready(date(2026, 3, 2)) == datetime(2026, 3, 2, 5, tzinfo=UTC)
    assert calendar.ready(date(2026, 3, 9)) == datetime(2026, 3, 9, 4, tzinfo=UTC)  # after the clocks changed
    assert calendar.latest(datetime(2026, 3, 2, 4, 59, tzinfo=UTC)) == date(2026, 2, 27)
    assert calendar.latest(datetime(2026, 3, 2, 5, tzinfo=UTC)) == date(2026, 3, 2)
    assert calendar.latest(at(date(2026, 3, 8))) == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("zone", "deadline", "came"),
    [
        ("Europe/Paris", "2026-03-03T11:00", "2026-03-03T05:00"),
        ("Asia/Shanghai", "2026-03-03T11:00", "2026-03-02T05:00"),
        ("Asia/Shanghai", "2026-03-03T13:00", "2026-03-03T05:00"),
        ("America/New_York", "2026-07-06T11:00", "2026-07-03T04:00"),
        ("Europe/Paris", "2026-03-08T11:00", "2026-03-06T05:00"),
    ],
)
def test_what_can_be_there_by_a_deadline_depends_on_where_one_is(zone: str, deadline: str, came: str) -> None:
    by = datetime.fromisoformat(deadline).replace(tzinfo=ZoneInfo(zone))
    assert calendar.last_by(by) == datetime.fromisoformat(f"{came}Z")


def test_what_is_out_and_not_in_the_feeds_is_under_way() -> None:
    assert calendar.preparing(at(date(2026, 3, 2), 19)) is None
    assert calendar.preparing(at(date(2026, 3, 2), 20)) == date(2026, 3, 3)
    assert calendar.preparing(at(date(2026, 3, 6), 22)) is None  # a Friday
    assert calendar.preparing(at(date(2026, 3, 8), 22)) == date(2026, 3, 9)
    assert calendar.preparing(at(date(2026, 11, 26), 22)) is None


def test_the_days_between_two_announcements_are_those_that_announce() -> None:
    assert calendar.between(date(2026, 3, 5), date(2026, 3, 10)) == [date(2026, 3, 6), date(2026, 3, 9)]
    assert calendar.between(date(2026, 3, 5), date(2026, 3, 5)) == []
    assert calendar.between(date(2026, 3, 5), date(2026, 3, 4)) == []


def test_holidays_are_weekdays_and_known_until_a_stated_day() -> None:
    assert all(day.weekday() < 5 for day in calendar.HOLIDAYS)
    assert max(calendar.HOLIDAYS) <= calendar.KNOWN_UNTIL
    assert calendar.KNOWN_UNTIL - min(calendar.HOLIDAYS) > timedelta(days=365)
