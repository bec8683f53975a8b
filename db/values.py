"""Values as SQLite keeps them, for rows that go straight to the driver; what many rows have alike is made once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quoted

_remembered = lru_cache(maxsize=10_000)


def listed(values: tuple[str | int, ...]) -> str:
    """A short list of texts or whole numbers, as a JSON column has it."""
    return f"[{', '.join([quoted(each) if isinstance(each, str) else str(each) for each in values])}]"


listed_again = _remembered(listed)


@_remembered
def day(value: date | None) -> str | None:
    """A day, as a `Date` column has it."""
    return value.isoformat() if value else None


@_remembered
def instant(value: datetime | None) -> str | None:
    """An instant, as a `Utc` column has it."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if value else None


@_remembered
def kept(value: str) -> datetime:
    """The instant that a `Utc` column has."""
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
