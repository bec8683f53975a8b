"""allow: who may change this channel."""

from __future__ import annotations

import re

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import undo
from db import channels
from domain.channel import EVERYONE, MANAGERS
from domain.errors import UsageError
from domain.message import Actions, Heading, Message, Note, Span, line


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    channel = await desk.store.read(channels.existing, asked.channel)
    who = _people(args["who"], asked)
    await desk.store.write(channels.allow, channel.id, who)
    back = await undo(desk, asked, channel.id, "allow", allowed=list(channel.allowed))
    message = Message.of(
        Heading(f"{', '.join(who)} may change {channel.id}"),
        Note(
            line(
                "Whoever manages the channel on its platform always may. Before: ",
                Span(", ".join(channel.allowed), "code"),
            )
        ),
        Actions((back,)),
    )
    return Answer(message, {"channel": channel.id, "allowed": list(who)})


def _people(text: str, asked: Asked) -> tuple[str, ...]:
    platform = asked.person.partition(":")[0]
    words = [word for piece in text.split() if (word := piece.strip("<>,;"))]
    found = tuple(dict.fromkeys(word.lower() if word.lower() in {EVERYONE, MANAGERS} else word for word in words))
    for word in found:
        if word not in {EVERYONE, MANAGERS} and not re.fullmatch(rf"{platform}:[\w.@/-]+", word):
            raise UsageError(
                f"“{word[:40]}” is nobody here.",
                f"Write {EVERYONE}, {MANAGERS}, or people's ids such as {asked.person}.",
            )
    if asked.person not in found and not asked.manager and EVERYONE not in found:
        # Nobody locks themselves out by a slip.
        found = (*found, asked.person)
    return found


COMMAND = Command(
    "allow",
    "Say who may change this channel",
    _run,
    params=(Param("who", "everyone, managers, or people's ids", "who", rest=True),),
    examples=("allow everyone", "allow managers"),
    changes=True,
)
