"""What stands beside everything: the channels with their next digests, and how each source is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection

from db import channels, outbox, runs
from domain.channel import Channel
from domain.delivery import State

WELL = {"fresh", "quiet", "waiting"}
DIRECT = "local:me"


class SourceHealth(Struct, frozen=True):
    """A source in a word: how its last run went, and when that was; neither before the first."""

    name: str
    outcome: str
    why: str
    at: datetime | None

    @property
    def well(self) -> bool:
        """Whether nobody need do anything about it."""
        return not self.outcome or self.outcome in WELL


class Aside(Struct, frozen=True):
    """Everything that stands beside a page."""

    channels: tuple[Channel, ...]
    sources: tuple[SourceHealth, ...]
    stuck: int

    def of(self, platform: str) -> list[Channel]:
        """The channels of a platform, a person's own first."""
        return sorted((c for c in self.channels if c.platform == platform), key=lambda c: (c.id != DIRECT, c.id))

    def channel(self, name: str) -> Channel | None:
        """The channel, if anybody subscribed to something there."""
        return next((channel for channel in self.channels if channel.id == name), None)


def look(connection: Connection, sources: Sequence[str], now: datetime) -> Aside:
    """Read it."""
    ran = {run.source: run for run in runs.latest(connection)}
    health = (
        SourceHealth(name, run.outcome if run else "", run.why if run else "", run.finished_at if run else None)
        for name in sorted({*sources, *ran})
        for run in [ran.get(name)]
    )
    counts = outbox.counts(connection)
    stuck = sum(counts.get(state, 0) for state in (State.UNKNOWN, State.PAUSED, State.DEAD))
    return Aside(tuple(channels.every(connection)), tuple(health), stuck)
