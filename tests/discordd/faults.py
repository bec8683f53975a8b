"""What goes wrong on demand, at which requests and how often."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.discordd.refusals import Json, Refused

SEND = "POST /channels/{channel_id}/messages"
HISTORY = "GET /channels/{channel_id}/messages"
LOOK = "GET /channels/{channel_id}/messages/{message_id}"
POST_THREAD = "POST /channels/{channel_id}/threads"
THREAD_OF = "POST /channels/{channel_id}/messages/{message_id}/threads"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
FOLLOW_UP = "POST /webhooks/{webhook_id}/{webhook_token}"


@dataclass
class Fault:
    """A mishap at requests of one route. `met` is set when it first happened.

    `refusal` answers instead of doing anything; `done` says that all was done nevertheless. `drop` breaks the
    connection instead of answering. `wait` lets the request stand until it is set. `hidden`: for so many seconds
    what is stored is not found. `then` is called when all was done, before the answer. `after`: it lets so many by.
    """

    route: str
    times: int = 1
    refusal: Refused | None = None
    done: bool = False
    drop: bool = False
    wait: asyncio.Event | None = None
    hidden: float = 0.0
    then: Callable[[], None] | None = None
    major: str = ""
    after: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)
    count: int = 0


def status(code: int, body: Json | None = None) -> Refused:
    """An answer of the platform's own trouble."""
    return Refused(code, body or {"message": f"{code}: trouble", "code": 0}, {"X-Injected": "1"})


class Faults:
    """The mishaps that are to come."""

    def __init__(self) -> None:
        self.coming: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Let this happen at the next requests that it is about."""
        self.coming.append(fault)
        return fault

    def next(self, route: str, major: str) -> Fault | None:
        """The mishap of this request."""
        for fault in self.coming:
            if fault.route == route and fault.major in {"", major}:
                if fault.after:
                    fault.after -= 1
                    continue
                fault.count += 1
                if fault.count >= fault.times:
                    self.coming.remove(fault)
                fault.met.set()
                return fault
        return None
