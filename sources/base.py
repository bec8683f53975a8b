"""What a source is: it yields papers since a cursor, and says how it went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from domain.paper import Record, Rejected


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one look at a source brought.

    `cursor` is where the next look goes on, and is kept only together with the papers. `outcome` is fresh,
    quiet (nothing to announce), waiting (not out yet), stalled or failed, and `why` says it to a person.
    """

    entries: Iterable[Record | Rejected]
    cursor: Any
    outcome: str
    why: str = ""


class Source(Protocol):
    """A place that papers come from. `every` is seconds between two looks."""

    name: str
    every: float

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        """Look once, from the cursor of the last look (None at first). Must not raise for what the place does."""
        ...
