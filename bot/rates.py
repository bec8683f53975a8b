"""How often one person may ask: so many commands a minute, in bursts, and then a friendly word on when to go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil

from domain.errors import PaperroundError

OWNER = "local:me"  # whoever has the machine, or the page's token; all who see the page share that name
KEPT = 10_000  # people who are remembered
MINUTE = 60.0


class Rates:
    """Counts commands by person, in memory: `a_minute` at once, and as many in each minute after it. 0 is no limit.

    `monotonic` counts seconds that no jump of the clock changes.
    """

    def __init__(self, a_minute: int = 0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.a_minute = a_minute
        self.monotonic = monotonic
        self._full: dict[str, float] = {}  # when each person could ask as much as anybody again

    def count(self, person: str) -> None:
        """Count a command of this person. Raises PaperroundError, with when to go on, where that is too many."""
        if not self.a_minute or person == OWNER:
            return
        now, each = self.monotonic(), MINUTE / self.a_minute
        full = max(now, self._full.get(person, now)) + each
        wait = full - now - MINUTE
        if wait > 0.001:  # less is a matter of rounding
            raise PaperroundError(
                f"That is more than {self.a_minute} commands in a minute.",
                f"Take a breath: go on in {ceil(wait)} second{'s' if wait > 1 else ''}.",
            )
        if len(self._full) >= KEPT:
            self._full = {name: at for name, at in self._full.items() if at > now}
        self._full[person] = full
