"""What a source is: it yields papers since a cursor, and says how it went."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from domain.errors import PaperroundError
from domain.paper import Record, Rejected


class FetchError(PaperroundError):
    """A place that papers come from could not be asked.

    `outcome` is what the look came to: stalled (it does not answer in time, or asks us to wait), or failed.
    `status` is the HTTP status, 0 where there was none; `wait` the seconds it asked us to wait, None if it
    asked for none; `passing` whether the very same request may do better soon.
    """

    def __init__(
        self,
        what: str,
        hint: str = "",
        *,
        outcome: str = "failed",
        status: int = 0,
        wait: float | None = None,
        passing: bool = False,
    ) -> None:
        super().__init__(what, hint)
        self.outcome = outcome
        self.status = status
        self.wait = wait
        self.passing = passing


class Fetched(Struct, frozen=True):
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
        """Look once, from the cursor of the last look (None at first).

        Raises FetchError where the place cannot be asked: the run is recorded as the error says, and the cursor
        stays. Must not raise for anything else that the place does.
        """
        ...
