"""When arXiv announces: its week, its hours, and its own holidays. Pure.

Announcements come out from Sunday to Thursday at 20:00 US Eastern; the feeds show them from midnight on, under the
date of that next day: https://info.arxiv.org/help/availability.html, https://info.arxiv.org/help/rss.html
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")
OUT, FEED = time(20), time(0)  # when an announcement comes out, and when the feeds have it
PATIENCE = timedelta(hours=6)  # after which a feed that has nothing is late and no longer slow
_DAY = timedelta(days=1)

# Weekdays on which arXiv announces nothing; after a Friday here, nothing comes on Sunday evening. From the list of
# arXiv's own software (`arXiv::Config::Holidays`) as of May 2026, and https://info.arxiv.org/help/availability.html
KNOWN_UNTIL = date(2026, 12, 31)
HOLIDAYS = {
    date(2025, 1, 1): "New Year",
    date(2025, 1, 20): "Martin Luther King Day",
    date(2025, 6, 19): "Juneteenth",
    date(2025, 7, 4): "Independence Day",
    date(2025, 9, 1): "Labor Day",
    date(2025, 11, 27): "Thanksgiving",
    date(2025, 12, 25): "Christmas",
    date(2025, 12, 30): "winter break",
    date(2026, 1, 1): "New Year",
    date(2026, 1, 19): "Martin Luther King Day",
    date(2026, 6, 19): "Juneteenth",
    date(2026, 7, 3): "Independence Day",
    date(2026, 9, 7): "Labor Day",
    date(2026, 11, 26): "Thanksgiving",
    date(2026, 12, 25): "winter break",
    date(2026, 12, 29): "winter break",
    date(2026, 12, 31): "winter break",
}


def holiday(day: date) -> str:
    """The holiday for which nothing is announced under this date, where there would be; else empty."""
    if day.weekday() > 4:
        return ""
    return HOLIDAYS.get(day - (3 if day.weekday() == 0 else 1) * _DAY, "")


def announces(day: date) -> bool:
    """Whether an announcement bears this date. After `KNOWN_UNTIL`, holidays are not known."""
    return day.weekday() < 5 and not holiday(day)


def ready(day: date) -> datetime:
    """When the feeds have the announcement of a date, in UTC."""
    return datetime.combine(day, FEED, EASTERN).astimezone(UTC)


def day_of(now: datetime) -> date:
    """The date in arXiv's timezone."""
    return now.astimezone(EASTERN).date()


def latest(now: datetime) -> date:
    """The date of the latest announcement that the feeds should have by now."""
    day = day_of(now)
    while not announces(day) or ready(day) > now:
        day -= _DAY
    return day


def last_by(now: datetime) -> datetime:
    """When the feeds have, or had, the last announcement that they have by an instant, in UTC."""
    return ready(latest(now))


def following(day: date) -> date:
    """The date of the first announcement after this date."""
    day += _DAY
    while not announces(day):
        day += _DAY
    return day


def preparing(now: datetime) -> date | None:
    """The date of the announcement that is out, and not yet in the feeds. None where there is none."""
    local = now.astimezone(EASTERN)
    next_ = following(latest(now))
    return next_ if next_ == local.date() + _DAY and local.time() >= OUT else None


def between(after: date, before: date) -> list[date]:
    """The dates of announcements after one date and before another, in order."""
    days = [after + _DAY * n for n in range(1, max(0, (before - after).days))]
    return [day for day in days if announces(day)]
