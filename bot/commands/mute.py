"""mute: what shall never appear in this channel, or for oneself."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, undo
from db import channels
from domain.channel import Mute
from domain.message import Actions, Heading, Message, Note, Span, line
from domain.query import Query


def _mute(connection: Connection, name: str, query: Query, asked: Asked) -> tuple[int, bool]:
    for numbered in channels.mutes(connection, [name])[name]:
        if numbered.mute.query.key == query.key:
            return numbered.number, True
    return channels.mute(connection, Mute(name, query, asked.person, asked.now)), False


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name, query = owner(asked, args), asked_query(args)
    number, again = await desk.store.write(_mute, name, query, asked)
    buttons = () if again else (await undo(desk, asked, name, "unmute", mute=number),)
    message = Message.of(
        Heading(f"{'Already muted' if again else 'Muted'}: {query.text}"),
        Note(line(f"No digest of {name} will show what matches it; ", Span("why", "code"), " says so of any paper.")),
        Actions(buttons) if buttons else None,
    )
    return Answer(message, {"channel": name, "mute": query.text})


COMMAND = Command(
    "mute",
    "Never show what matches, in this channel or for you",
    _run,
    params=(Param("query", "what to leave out", "query", rest=True), ME),
    examples=("mute survey", "mute blockchain to:me"),
    changes=True,
)
