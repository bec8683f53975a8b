"""What a command is: one thing a person can ask, written once for every platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from bot.rates import Rates
from db.store import Store
from domain.channel import EVERYONE, Channel, allowed_at_first
from domain.errors import NotAllowedError, NotFoundError
from domain.message import Message
from domain.paper import Record

if TYPE_CHECKING:  # most commands send nothing
    from digests.deliver import Courier
    from digests.room import Room


async def _nobody(text: str) -> Record:
    raise NotFoundError(f"Nothing is looked up here: {text[:60]}", "Import it from a file.")


class Desk(Struct, frozen=True):
    """Everything that commands work with. `couriers` are the platforms that are connected.

    `look_up` finds, on the web, the paper that somebody names. It raises PaperroundError where there is none.

    `new_id` makes the ids of deliveries; `timezone` is that of new channels where the platform tells none; `rates`
    counts how often people ask.
    """

    store: Store
    new_id: Callable[[], str]
    timezone: str = "UTC"
    commands: Mapping[str, Command] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    couriers: Mapping[str, Courier] = field(default_factory=dict)
    look_up: Callable[[str], Awaitable[Record]] = _nobody
    rates: Rates = field(default_factory=Rates)

    @property
    def rooms(self) -> dict[str, Room]:
        """What one message of each connected platform holds."""
        return {name: courier.platform.room for name, courier in self.couriers.items()}


class Param(Struct, frozen=True):
    """One argument. `kind` tells what `bot/offers.py` can offer for it; of `text` and `number` nobody knows.

    The last one may take the `rest` of the words; `keyed` ones are written `name:value` anywhere.
    """

    name: str
    meaning: str
    kind: str = "text"
    required: bool = True
    rest: bool = False
    keyed: bool = False
    choices: tuple[str, ...] = ()


class Asked(Struct, frozen=True):
    """Who asks, where and when. `manager`: the platform says the person manages the channel.

    `timezone` is the person's IANA zone where the platform tells it. Whoever is no full `member` (a guest) may
    change only what is their own.
    """

    person: str
    channel: str
    now: datetime
    manager: bool = False
    timezone: str = ""
    member: bool = True


class Answer(Struct, frozen=True):
    """What is said back: as a message, and as data for programs. Private unless it is for the channel."""

    message: Message
    data: Mapping[str, Any] = field(default_factory=dict)
    private: bool = True


Args = Mapping[str, str]


class Command(Struct, frozen=True):
    """A verb.

    `in_channel`: it is about the channel it is asked in. `changes`: it changes that, so not everyone may;
    `changes_with`: it does with this argument, if that has this value (empty: any).
    `paged`: it takes a `page` too, which only `more` names. `hidden`: it is for buttons.
    `in_place`: its button replaces the private answer it stands under; what was posted for all stays as it is.
    """

    name: str
    meaning: str
    run: Callable[[Desk, Asked, Args], Awaitable[Answer]]
    params: tuple[Param, ...] = ()
    examples: tuple[str, ...] = ()
    in_channel: bool = True
    changes: bool = False
    changes_with: tuple[str, str] | None = None
    paged: bool = False
    hidden: bool = False
    in_place: bool = False

    def changing(self, args: Args) -> bool:
        """Whether it changes the channel when it is asked so."""
        if self.changes_with is None:
            return self.changes
        name, value = self.changes_with
        return bool(args.get(name)) and value in {"", args[name]}

    @property
    def usage(self) -> str:
        """How it is written."""
        return " ".join([self.name, *map(_shown, self.params)])


def _shown(param: Param) -> str:
    name = "|".join(param.choices) if param.choices else param.name.upper()
    shown = f"{param.name}:{name}" if param.keyed else name
    return shown if param.required else f"[{shown}]"


ME = Param("to", "`to:me` for yourself instead of the channel", "choice", required=False, keyed=True, choices=("me",))


def owner(asked: Asked, args: Args) -> str:
    """Whose it is: the channel's, or with `to:me` the person's own."""
    return asked.person if args.get("to") == "me" else asked.channel


def may_change(channel: Channel | None, name: str, asked: Asked) -> None:
    """Raise NotAllowedError unless the person may change this channel (None: it is not known yet)."""
    if name == asked.person or asked.manager:
        return
    allowed = channel.allowed if channel else allowed_at_first(name)
    if not (EVERYONE in allowed and asked.member) and asked.person not in allowed:
        who = "full members" if EVERYONE in allowed else " and ".join(allowed)
        raise NotAllowedError(
            f"Only {who} may change {name}.",
            "Ask one of them, or use to:me for a digest of your own.",
        )
