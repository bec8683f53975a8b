"""What a test can have go wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.slackd.refused import Json


@dataclass(frozen=True)
class Answered:
    """It answers `ok: false` with this error, or with an HTTP status if there is one, and does nothing else."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    body: str | None = None


@dataclass(frozen=True)
class Dropped:
    """The connection is lost: `taken` after everything was done, otherwise before anything was.

    What was posted is found in the history only after `hidden` seconds.
    """

    taken: bool = True
    hidden: float = 0.0


@dataclass(frozen=True)
class Slow:
    """The answer takes so many seconds."""

    seconds: float


Fault = Answered | Dropped | Slow


@dataclass
class Plan:
    """A fault for some of the requests to a method: after the first `after`, `times` of those that `when` picks."""

    method: str
    fault: Fault
    times: int = 1
    after: int = 0
    when: Callable[[Json], bool] = field(default=lambda _: True)
    met: int = 0

    def takes(self, method: str, args: dict[str, Any]) -> bool:
        """Whether it is this request's turn; counts it."""
        if method != self.method or not self.times or not self.when(args):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        self.met += 1
        return True
