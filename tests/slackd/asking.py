"""One request to the Web API: its arguments, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.slackd.hub import Hub
from tests.slackd.refused import Json, Refused
from tests.slackd.world import Room, Team


@dataclass(frozen=True)
class Ask:
    """What a method works with."""

    hub: Hub
    team: Team
    method: str
    args: Json

    def string(self, name: str) -> str:
        """A text that must be given."""
        value = self.args.get(name)
        if value in (None, ""):
            raise Refused("invalid_arguments", f"missing required field: {name}")
        if not isinstance(value, str):
            raise Refused("invalid_arguments", f"{name} must be a string")
        return value

    def integer(self, name: str, default: int, most: int) -> int:
        """A number in 1..most."""
        try:
            value = int(self.args.get(name) or default)
        except ValueError:
            value = 0
        if not 1 <= value <= most:
            raise Refused("invalid_limit", f"{name} of {self.args.get(name)}")
        return value

    def flag(self, name: str) -> bool:
        """A yes or no, in whatever form it came."""
        value: Any = self.args.get(name, False)
        return value in (True, 1, "1", "true", "True")

    def may(self, *scopes: str) -> None:
        """Raise Refused unless the token has these scopes."""
        for scope in scopes:
            if scope not in self.team.scopes:
                raise Refused("missing_scope", scope, needed=scope, provided=",".join(sorted(self.team.scopes)))

    def readable(self, verb: str) -> Room:
        """The channel that is asked about, if the scopes for its kind are there."""
        room = self.team.room(self.string("channel"))
        self.may(f"{room.kind}:{verb}")
        return room
