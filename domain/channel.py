"""A channel, its people's wishes, and who may change them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from domain.compact import compact
from domain.errors import UsageError
from domain.query import Query
from domain.schedule import Schedule

PLATFORMS = ("local", "slack", "discord")
EVERYONE, MANAGERS = "everyone", "managers"
FIRST_EDITION_BACK = timedelta(days=3)
SOFT = timedelta(days=7)
_CHANNEL = re.compile(
    r"local:[a-z0-9][a-z0-9._-]{0,63}|slack:[a-z0-9]{2,40}/[a-z0-9]{2,40}|discord:(?:[0-9]{1,20}|@me)/[0-9]{1,20}",
    re.ASCII | re.IGNORECASE,
)


class Channel(Struct, frozen=True):
    """A place on a platform: `local:general`, `slack:T024BE7LD/C061EG9SL`, `discord:813…/417…`.

    `stopped` is why deliveries rest though nobody paused them (gone, forbidden); empty when they do not.
    `allowed` says who may change it: `everyone`, `managers`, or people's ids. `editions` counts its editions.
    """

    id: str
    schedule: Schedule
    created_at: datetime
    next_due: datetime
    last_due: datetime | None = None
    stopped: str = ""
    allowed: tuple[str, ...] = (EVERYONE,)
    editions: int = 0

    def __hash__(self) -> int:
        """By its name alone: two that are equal have the same."""
        return hash(self.id)

    @property
    def platform(self) -> str:
        """The name of its platform: what stands before the colon."""
        return self.id.partition(":")[0]


def allowed_at_first(channel: str) -> tuple[str, ...]:
    """Who may change a channel until somebody says otherwise: on Discord, where a server is many, who manages it."""
    return (MANAGERS,) if channel.startswith("discord:") else (EVERYONE,)


def channel_id(text: str) -> str:
    """The channel's id in its one spelling, whatever the case. Raises UsageError with an example."""
    text = text.strip()
    if not _CHANNEL.fullmatch(text):
        raise UsageError(
            f"“{text[:60]}” is no channel.",
            "Write one like local:general, slack:T024BE7LD/C061EG9SL or discord:81384788765712384/41771983423143937.",
        )
    platform, _, rest = text.lower().partition(":")
    return f"{platform}:{rest.upper() if platform == 'slack' else rest}"


@lru_cache(maxsize=1_000)  # many are made at one time
def _starts(created_at: datetime) -> datetime:
    return created_at - FIRST_EDITION_BACK


class Wish(NamedTuple):
    """A subscription or a mute as planning reads it: its number, its query's text, and its query to match by."""

    number: int
    text: str
    compact: str
    created_at: datetime

    @property
    def starts(self) -> datetime:
        """From when on papers count for it: a first edition reaches a little back."""
        return _starts(self.created_at)


class Subscription(Struct, frozen=True):
    """A channel's interest. `number` counts within the channel and is never used again."""

    channel: str
    number: int
    query: Query
    created_by: str
    created_at: datetime

    @property
    def starts(self) -> datetime:
        """From when on papers count for it."""
        return _starts(self.created_at)

    @property
    def wish(self) -> Wish:
        """The same for planning."""
        return Wish(self.number, self.query.text, compact(self.query.root), self.created_at)


class Mute(Struct, frozen=True):
    """What shall never appear: in a channel, or for a person (`owner` is either's id)."""

    owner: str
    query: Query
    created_by: str
    created_at: datetime


class Bookmark(Struct, frozen=True):
    """A paper someone kept, with a note and tags (without their #)."""

    owner: str
    paper: int
    note: str
    tags: tuple[str, ...]
    created_at: datetime
