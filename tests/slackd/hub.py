"""The state of the server: who is there, what was asked, what was refused, and what shall go wrong."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.slackd.changes import Changes
from tests.slackd.faults import Fault, Plan
from tests.slackd.rates import Rates
from tests.slackd.refused import Json, Refusal, Refused
from tests.slackd.world import Member, Post, Room, Team, new_id

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS, RESPONSE_USES = 1800.0, 5
ACK_SECONDS = 3.0


@dataclass(frozen=True)
class Asking:
    """A request that arrived: its method, arguments, team and time."""

    method: str
    args: Json
    team: str
    at: float


@dataclass
class Interaction:
    """Something that a person did, which the app may answer: by its trigger, or by its response_url."""

    number: int
    team: Team
    person: Member
    room: Room | None
    at: float
    trigger: str
    trigger_used: bool = False
    response_uses: int = 0
    secret: str = field(default_factory=lambda: secrets.token_hex(12))
    origin: Post | None = None


@dataclass
class View:
    """A modal or a Home as it is shown, with what a person entered."""

    id: str
    team: str
    person: str
    data: Json
    hash: str
    opened_by: int = 0
    state: dict[str, Json] = field(default_factory=dict)
    root: str = ""
    previous: str | None = None


class Hub:
    """Everything that the methods, the deliveries and the people work with."""

    def __init__(self, manifest: Json, scale: float = 1.0) -> None:
        self.manifest = manifest
        self.app_id = new_id("A")
        self.client_id, self.client_secret = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}", "client-secret"
        self.signing_secret = secrets.token_hex(16)
        self.app_token = f"xapp-1-{self.app_id}-{secrets.token_hex(16)}"
        self.origin = ""
        self.teams: dict[str, Team] = {}
        self.codes: dict[str, tuple[str, str, str]] = {}  # code: team, person, redirect_uri
        self.tickets: set[str] = set()
        self.interactions: dict[int, Interaction] = {}
        self.modals: dict[tuple[str, str], list[View]] = {}
        self.homes: dict[tuple[str, str], View] = {}
        self.uploads: dict[str, Json] = {}
        self.asked: list[Asking] = []
        self.refusals: list[Refusal] = []
        self.late: list[str] = []  # what was acknowledged after 3 seconds, or never
        self.expected: set[str] = set()
        self.plans: list[Plan] = []
        self.heaviest = 0  # characters of the largest blocks seen
        self.stored: Callable[[Post], None] = lambda _: None  # told of each message before its answer
        self.changes = Changes()
        self.rates = Rates(self.now, scale)
        self._skipped = 0.0
        self._count = count(1)
        self._last_ts = 0

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self._skipped

    def skip(self, seconds: float) -> None:
        """Let so much time pass at once."""
        self._skipped += seconds

    def new_ts(self) -> str:
        """A message's time, which is its name too: each is later than all before it."""
        self._last_ts = max(int(self.now() * 1e6), self._last_ts + 1)
        return f"{self._last_ts // 10**6}.{self._last_ts % 10**6:06d}"

    def number(self) -> int:
        """A number never given before."""
        return next(self._count)

    # What a test asks for

    def fail(self, method: str, fault: Fault, **how: Any) -> Plan:
        """Let something go wrong; see `Plan`."""
        self.plans.append(Plan(method, fault, **how))
        return self.plans[-1]

    def fault(self, method: str, args: Json) -> Fault | None:
        """What goes wrong with this request."""
        return next((plan.fault for plan in self.plans if plan.takes(method, args)), None)

    def expect(self, *errors: str) -> None:
        """From now on, refusing with one of these errors is what the test is about."""
        self.expected.update(errors)

    @contextmanager
    def expecting(self, *errors: str) -> Iterator[None]:
        """Meanwhile each of these errors shall be met."""
        before, seen = set(self.expected), len(self.refusals)
        self.expected.update(errors)
        try:
            yield
        finally:
            self.expected = before
        met = {refusal.error for refusal in self.refusals[seen:]}
        assert met >= set(errors), f"nothing was refused with {set(errors) - met}"
        self.refusals[seen:] = [each for each in self.refusals[seen:] if each.error not in errors]

    def refuse(self, where: str, no: Refused, args: Json) -> None:
        """Remember what was refused."""
        self.refusals.append(Refusal(where, no.error, no.details, args))

    @property
    def unexpected(self) -> list[str]:
        """What was refused, or acknowledged too late, and no test expected."""
        return [str(each) for each in self.refusals if each.error not in self.expected] + [
            f"acknowledged late or never: {each}" for each in self.late if "late" not in self.expected
        ]

    def requests(self, method: str) -> list[Asking]:
        """What was asked by this method, in order."""
        return [each for each in self.asked if each.method == method]

    # What the app holds

    def team_of(self, token: str) -> Team:
        """Whose token this is."""
        if not token:
            raise Refused("not_authed")
        for team in self.teams.values():
            if token in team.revoked:
                raise Refused("token_revoked")
            if team.token and token == team.token:
                return team
        raise Refused("invalid_auth")

    def interaction(
        self, team: Team, person: Member, room: Room | None = None, origin: Post | None = None
    ) -> Interaction:
        """A person does something now."""
        number = self.number()
        trigger = f"{number}.{secrets.randbelow(10**9)}.{secrets.token_hex(8)}"
        made = Interaction(number, team, person, room, self.now(), trigger, origin=origin)
        self.interactions[number] = made
        return made

    def pull(self, team: Team, trigger: str) -> Interaction:
        """What this trigger belongs to. It is good once, for three seconds."""
        found = next((each for each in self.interactions.values() if each.trigger == trigger), None)
        if found is None or found.team is not team:
            raise Refused("invalid_trigger_id")
        if found.trigger_used:
            raise Refused("exchanged_trigger_id")
        if self.now() - found.at > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        found.trigger_used = True
        return found

    def response_url(self, interaction: Interaction) -> str:
        """Where this interaction is answered."""
        return f"{self.origin}/actions/{interaction.team.id}/{interaction.number}/{interaction.secret}"
