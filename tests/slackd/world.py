"""What a Slack holds: teams, their people, channels and messages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.slackd.refused import Json, Refused

_numbers = count(1)


def new_id(letter: str) -> str:
    """An id as Slack makes them: a letter and ten others, never the same twice."""
    return f"{letter}0{next(_numbers):07d}AZ"


@dataclass
class Member:
    """A person, or the bot. `guest` is no full member."""

    id: str
    name: str
    timezone: str = "Europe/Paris"
    bot: bool = False
    guest: bool = False
    admin: bool = False

    def to_json(self, team: str) -> Json:
        return {
            "id": self.id,
            "team_id": team,
            "name": self.name,
            "real_name": self.name.title(),
            "deleted": False,
            "is_bot": self.bot,
            "is_admin": self.admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": self.guest,
            "is_ultra_restricted": False,
            "is_app_user": self.bot,
            "tz": self.timezone,
            "tz_label": "Some Time",
            "tz_offset": 0,
            "profile": {"real_name": self.name.title(), "display_name": self.name},
        }


@dataclass
class Post:
    """A message in a channel. `only_for` one person if ephemeral; `found_from` on, the history shows it."""

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    metadata: Json | None = None
    only_for: str = ""
    found_from: float = 0.0
    edits: int = 0
    deleted: bool = False
    unfurls: Json = field(default_factory=dict)
    unfurl_links: bool = True
    unfurl_media: bool = True
    files: list[Json] = field(default_factory=list)
    asked: int = 0  # the interaction that this answers through its response_url

    def to_json(self, *, metadata: bool = False) -> Json:
        said: Json = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text}
        if self.blocks:
            said["blocks"] = self.blocks
        if self.attachments:
            said["attachments"] = self.attachments
        if self.thread_ts:
            said["thread_ts"] = self.thread_ts
        if self.edits:
            said["edited"] = {"user": self.user, "ts": self.ts}
        if self.metadata and metadata:
            said["metadata"] = self.metadata
        if self.files:
            said["files"] = self.files
        return said


@dataclass
class Room:
    """A channel, or a conversation of two (`of`: the person whom the bot speaks to)."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)
    private: bool = False
    archived: bool = False
    deleted: bool = False
    of: str = ""
    posts: list[Post] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """How scopes and events call it: channels, groups or im."""
        return "im" if self.of else "groups" if self.private else "channels"

    def to_json(self, bot: str) -> Json:
        said: Json = {
            "id": self.id,
            "created": 1_700_000_000,
            "is_archived": self.archived,
            "is_im": bool(self.of),
            "is_org_shared": False,
        }
        if self.of:
            return said | {"user": self.of, "is_open": True}
        return said | {
            "name": self.name,
            "is_channel": not self.private,
            "is_group": self.private,
            "is_private": self.private,
            "is_mpim": False,
            "is_general": False,
            "is_member": bot in self.members,
            "num_members": len(self.members),
        }

    def post(self, ts: str) -> Post:
        found = next((each for each in self.posts if each.ts == ts and not each.deleted and not each.only_for), None)
        if found is None:
            raise Refused("message_not_found")
        return found


@dataclass
class Team:
    """A workspace. `token` is its bot's; empty where the app is not installed."""

    id: str
    name: str
    bot: Member
    token: str = ""
    scopes: frozenset[str] = frozenset()
    revoked: set[str] = field(default_factory=set)
    members: dict[str, Member] = field(default_factory=dict)
    rooms: dict[str, Room] = field(default_factory=dict)

    def room(self, name: str, *, hidden: bool = True) -> Room:
        """The channel of this id. A private one that the bot is not in is not there for it."""
        found = self.rooms.get(name)
        if found is None and name in self.members:
            found = self.direct(name)
        if found is None or found.deleted or (hidden and found.private and self.bot.id not in found.members):
            raise Refused("channel_not_found")
        return found

    def direct(self, person: str) -> Room:
        """Where the bot and this person speak."""
        found = next((room for room in self.rooms.values() if room.of == person), None)
        if found is None:
            found = Room(new_id("D"), "", {self.bot.id, person}, of=person)
            self.rooms[found.id] = found
        return found

    def posts(self) -> Iterator[Post]:
        """Every message that is there, in order of time within each channel."""
        for room in self.rooms.values():
            yield from (post for post in room.posts if not post.deleted)
