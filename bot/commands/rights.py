"""Who may do what, as one table: every command in each of its forms, and the people there are on each platform.

Rights are asked where commands are performed, by `changes` and `changes_with` of each; this reads them out.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from bot.commands.base import Command

EVERYONE, CHANGERS = "everyone", "who may change the channel"
# What these do stands under a number that was given to somebody.
TICKETS = {
    "again": "who was given the button",
    "undo": "who did it; what was done to the channel also who may change it",
}


class Form(Struct, frozen=True):
    """A command as it is asked, and who may: with `to:me`, where it takes that, everyone."""

    words: str
    who: str


def forms(commands: Iterable[Command]) -> list[Form]:
    """Every command in each of its forms, in the commands' order."""
    found = []
    for command in commands:
        always = CHANGERS if command.changes else TICKETS.get(command.name, EVERYONE)
        found.append(Form(command.name, always))
        if command.changes_with:
            name, value = command.changes_with
            found.append(Form(f"{command.name} {value or name.upper()}", CHANGERS))
    return found


class Kind(Struct, frozen=True):
    """A kind of people on a platform: whether they are heard, and may change a channel until `allow` says otherwise."""

    platform: str
    who: str
    heard: bool = True
    changes: bool = True


PEOPLE = (
    Kind("local", "whoever may use the machine, or has the page's token"),
    Kind("local", "anybody else", heard=False, changes=False),
    Kind("slack", "an owner or administrator of the workspace"),
    Kind("slack", "a full member"),
    Kind("slack", "a guest, or somebody of another organisation", changes=False),
    Kind("slack", "a bot", heard=False, changes=False),
    Kind("discord", "who may manage the channel"),
    Kind("discord", "any other member", changes=False),
    Kind("discord", "a bot", heard=False, changes=False),
)
