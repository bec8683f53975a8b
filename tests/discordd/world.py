"""What there is in this Discord: people, guilds, channels, messages, and who may do what where."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.discordd.refusals import Json, refuse

EPOCH_MS = 1_420_070_400_000  # of snowflakes
TEXT, DM, NEWS, THREAD, PRIVATE_THREAD, FORUM = 0, 1, 5, 11, 12, 15
THREADS = frozenset({10, THREAD, PRIVATE_THREAD})

ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
VIEW = 1 << 10
SEND = 1 << 11
EMBED = 1 << 14
ATTACH = 1 << 15
HISTORY = 1 << 16
MANAGE_THREADS = 1 << 34
CREATE_THREADS = 1 << 35
SEND_IN_THREADS = 1 << 38
EVERYTHING = (1 << 50) - 1
USUAL = VIEW | SEND | EMBED | ATTACH | HISTORY | CREATE_THREADS | SEND_IN_THREADS | 1 << 31  # and use commands


@dataclass(eq=False, repr=False)
class User:
    """Somebody, a bot too."""

    id: int
    name: str
    bot: bool = False
    closed: bool = False  # takes no direct messages
    locale: str = "en-US"


@dataclass(eq=False, repr=False)
class Role:
    id: int
    name: str
    permissions: int


@dataclass(eq=False, repr=False)
class Member:
    user: User
    roles: list[Role] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Stored:
    """A message. `only` sees it, if it is ephemeral; `shown_at` is when a look-up finds it (monotonic)."""

    data: Json
    nonce: str = ""
    only: User | None = None
    shown_at: float = 0.0
    pings: list[str] = field(default_factory=list)

    @property
    def id(self) -> int:
        return int(self.data["id"])


@dataclass(eq=False, repr=False)
class Place:
    """A channel, thread or direct message. `overwrites`: allowed and denied bits by the id of role or user."""

    id: int
    type: int
    name: str
    guild: Guild | None = None
    parent: Place | None = None
    with_: User | None = None
    overwrites: dict[int, tuple[int, int]] = field(default_factory=dict)
    messages: list[Stored] = field(default_factory=list)
    tags: list[Json] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)
    flags: int = 0
    archived: bool = False
    locked: bool = False

    @property
    def channel(self) -> str:
        """What Paperround calls it."""
        return f"discord:{self.guild.id if self.guild else '@me'}/{self.id}"

    @property
    def posted(self) -> list[Stored]:
        """What everybody there sees, oldest first."""
        return [each for each in self.messages if each.only is None]


@dataclass(eq=False, repr=False)
class Guild:
    """A server. The bot is in it while `installed`; it is down while not `available`."""

    id: int
    name: str
    owner: User
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    system: Place | None = None
    installed: bool = True
    available: bool = True


class World:
    """Everything there is; the bot too."""

    def __init__(self) -> None:
        self._count = itertools.count()
        self._last = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.places: dict[int, Place] = {}
        self.bot = self.user("paperround", bot=True)
        self.application = self.bot.id

    def id(self) -> int:
        """A snowflake of now, larger than all before."""
        self._last = max(self._last + 1, (int(time.time() * 1000) - EPOCH_MS) << 22)
        return self._last

    def user(self, name: str, *, bot: bool = False) -> User:
        """Let somebody be there."""
        made = User(self.id(), name, bot)
        self.users[made.id] = made
        return made

    def guild(
        self, name: str, owner: User, *, bot: int = USUAL, everyone: int = USUAL, shard: int | None = None
    ) -> Guild:
        """A server with @everyone and, unless `bot` is 0, a role of the bot's own. `shard` of four, if it matters."""
        number = self.id()
        while shard is not None and (number >> 22) % 4 != shard:
            number = self._last = number + (1 << 22)
        made = Guild(number, name, owner)
        made.roles[number] = Role(number, "@everyone", everyone)
        role = Role(self.id(), "paperround", bot)
        made.roles[role.id] = role
        made.members[owner.id] = Member(owner)
        made.members[self.bot.id] = Member(self.bot, [role])
        self.guilds[number] = made
        return made

    def place(self, guild: Guild, name: str, kind: int = TEXT, parent: Place | None = None) -> Place:
        """A channel, or a thread of one."""
        return self._placed(Place(self.id(), kind, name, guild, parent))

    def thread(self, parent: Place, name: str, number: int | None = None) -> Place:
        """A public thread."""
        return self._placed(Place(number or self.id(), THREAD, name, parent.guild, parent))

    def direct(self, user: User) -> Place:
        """The direct messages of somebody and the bot."""
        found = next((each for each in self.places.values() if each.with_ is user), None)
        return found or self._placed(Place(self.id(), DM, user.name, with_=user))

    def _placed(self, made: Place) -> Place:
        self.places[made.id] = made
        if made.guild:
            made.guild.places[made.id] = made
        return made

    def remove(self, place: Place) -> None:
        """Let a channel be gone, its threads too."""
        for each in [each for each in self.places.values() if place in (each, each.parent)]:
            self.places.pop(each.id)
            if each.guild:
                each.guild.places.pop(each.id)

    def permissions(self, user: User, place: Place) -> int:
        """What somebody may do there, after overwrites; threads have those of their channel."""
        if place.guild is None:
            return EVERYTHING if place.with_ is user or user is self.bot else 0
        member = place.guild.members.get(user.id)
        if member is None:
            return 0
        everyone = place.guild.id
        granted = place.guild.roles[everyone].permissions
        for role in member.roles:
            granted |= role.permissions
        if place.guild.owner is user or granted & ADMINISTRATOR:
            return EVERYTHING
        where = place.parent if place.type in THREADS and place.parent else place
        for ids in ([everyone], [role.id for role in member.roles], [user.id]):
            found = [where.overwrites[number] for number in ids if number in where.overwrites]
            for _, denied in found:
                granted &= ~denied
            for allowed, _ in found:
                granted |= allowed
        return granted if granted & VIEW else 0

    def reachable(self, number: int) -> Place:
        """A channel as the bot reaches it; refused where it is not there or not to be seen."""
        place = self.places.get(number)
        if place is None:
            refuse(10003)
        if place.guild and (not place.guild.installed or not self.permissions(self.bot, place) & VIEW):
            refuse(50001)
        return place

    def may(self, place: Place, bits: int) -> None:
        """Refuse unless the bot has all these permissions there."""
        if self.permissions(self.bot, place) & bits != bits:
            refuse(50013)

    def grant(self, place: Place, allow: int = 0, deny: int = 0) -> None:
        """Set the bot's own overwrite in a channel."""
        place.overwrites[self.bot.id] = (allow, deny)


def iso(moment: float | None = None) -> str:
    """A time as Discord writes it."""
    return datetime.fromtimestamp(time.time() if moment is None else moment, UTC).isoformat()
