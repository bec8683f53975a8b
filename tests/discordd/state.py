"""Everything that a request may need, and what a request is."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tests.discordd import payloads
from tests.discordd.faults import Fault, Faults
from tests.discordd.gateway import Gateway
from tests.discordd.interactions import Interactions
from tests.discordd.rates import Rates
from tests.discordd.refusals import Json
from tests.discordd.world import Guild, Place, World

TOKEN = "discordd.token.that-is-secret"  # noqa: S105  # of this server alone


@dataclass(eq=False, repr=False)
class Call:
    """A request: its route, what stands in its path, its body and how many files came with it."""

    route: str
    ids: dict[str, str]
    body: Any
    query: dict[str, str]
    files: list[tuple[str, bytes]]
    fault: Fault | None = None

    def number(self, name: str) -> int:
        """An id of the path."""
        return int(self.ids[name])


Reply: TypeAlias = tuple[int, Any]


@dataclass(eq=False, repr=False)
class State:
    """The server's memory."""

    world: World = field(default_factory=World)
    rates: Rates = field(default_factory=Rates)
    faults: Faults = field(default_factory=Faults)
    commands: list[Json] = field(default_factory=list)
    syncs: int = 0
    nonce_seconds: float = 180.0
    revoked: bool = False

    def __post_init__(self) -> None:
        self.gateway = Gateway(self.world, TOKEN)
        self.interactions = Interactions(self.world)

    # What happens to guilds and channels, and is told.

    def add(self, guild: Guild) -> None:
        """The bot is let in, or a guild is back."""
        guild.installed = guild.available = True
        self.gateway.tell("GUILD_CREATE", payloads.guild(guild, self.world), guild)

    def kick(self, guild: Guild) -> None:
        """The bot is sent away."""
        guild.installed = False
        self.gateway.tell("GUILD_DELETE", {"id": str(guild.id)}, guild)

    def outage(self, guild: Guild) -> None:
        """A guild is down."""
        guild.available = False
        self.gateway.tell("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild)

    def delete(self, place: Place) -> None:
        """A channel is deleted."""
        self.world.remove(place)
        event = "THREAD_DELETE" if place.type in {11, 12} else "CHANNEL_DELETE"
        self.gateway.tell(event, payloads.place(place, self.world), place.guild)

    def grant(self, place: Place, allow: int = 0, deny: int = 0) -> None:
        """Somebody changes what the bot may do in a channel."""
        self.world.grant(place, allow, deny)
        self.gateway.tell("CHANNEL_UPDATE", payloads.place(place, self.world), place.guild)


Handler: TypeAlias = Callable[[State, Call], Awaitable[Reply]]


def shown(body: object) -> str:
    """A body, short."""
    return json.dumps(body, ensure_ascii=False)[:600]
