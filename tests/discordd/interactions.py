"""What people do with the application, from their click to the last thing it says about that."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from tests.discordd import payloads
from tests.discordd.refusals import Json, refuse
from tests.discordd.world import Place, Stored, User, World

COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
PONG, SAY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
ANSWERS = {
    COMMAND: {SAY, DEFER, MODAL},
    COMPONENT: {SAY, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {SAY, DEFER, DEFER_UPDATE, UPDATE},
}
FIRST_SECONDS, LIFE_SECONDS = 3.0, 900.0
FOLLOW_UPS = 5  # where nobody but the user installed the application


@dataclass(eq=False, repr=False)
class Interaction:
    """One of them. `original` is what the first answer made, or the message that it changes."""

    id: int
    token: str
    kind: int
    user: User
    place: Place
    data: Json
    message: Stored | None = None
    began: float = field(default_factory=time.monotonic)
    answer: int = 0
    body: Json = field(default_factory=dict)
    took: float = 0.0
    ephemeral: bool = False
    deferred: bool = False
    original: Stored | None = None
    follow_ups: list[Stored] = field(default_factory=list)
    edits: int = 0
    deleted: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def complete(self) -> bool:
        """Whether the person was told something, and nothing is promised any more."""
        if not self.answer or (self.deferred and not self.deleted):
            return False
        return self.answer != DEFER_UPDATE or bool(self.edits or self.follow_ups or self.deleted)

    def in_time(self) -> None:
        """Refuse a first answer that comes too late, or twice."""
        if self.answer:
            refuse(40060)
        if time.monotonic() - self.began > FIRST_SECONDS:
            refuse(10062)

    def alive(self) -> None:
        """Refuse what comes after the token's life, or before the first answer."""
        if time.monotonic() - self.began > LIFE_SECONDS:
            refuse(50027)
        if not self.answer:
            refuse(10015)

    async def tell(self) -> None:
        """Wake who waits for it."""
        async with self.changed:
            self.changed.notify_all()


class Interactions:
    """All there were. `late`: how many got no answer in time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.by_token: dict[str, Interaction] = {}

    def make(self, kind: int, user: User, place: Place, data: Json, message: Stored | None = None) -> Interaction:
        """Somebody does something."""
        made = Interaction(self.world.id(), secrets.token_urlsafe(24), kind, user, place, data, message)
        self.by_token[made.token] = made
        return made

    def payload(self, of: Interaction) -> Json:
        """As INTERACTION_CREATE brings it."""
        world, place = self.world, of.place
        said: Json = {
            "id": str(of.id),
            "application_id": str(world.application),
            "type": of.kind,
            "data": of.data,
            "token": of.token,
            "version": 1,
            "channel": payloads.place(place, world) | {"permissions": str(world.permissions(of.user, place))},
            "channel_id": str(place.id),
            "app_permissions": str(world.permissions(world.bot, place)),
            "locale": of.user.locale,
            "entitlements": [],
            "attachment_size_limit": 10_485_760,
            "context": 0 if place.guild else 1,
        }
        if place.guild:
            member = place.guild.members[of.user.id]
            owners = {"0": str(place.guild.id)} if place.guild.installed else {"1": str(of.user.id)}
            said |= {
                "guild_id": str(place.guild.id),
                "guild": {"id": str(place.guild.id), "locale": "en-US", "features": []},
                "guild_locale": "en-US",
                "member": payloads.member(member) | {"permissions": str(world.permissions(of.user, place))},
                "authorizing_integration_owners": owners,
            }
        else:
            said |= {"user": payloads.user(of.user), "authorizing_integration_owners": {"0": "0", "1": str(of.user.id)}}
        if of.message:
            said["message"] = of.message.data
        return said
