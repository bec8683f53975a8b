"""mute: what shall never appear in this channel, or for oneself."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, undo
from db import channels
from domain.channel import Mute
from domain.message import Actions, Heading, Message, Note, Span, line
from domain.query import Query


def _mute(connection: Connection, name: str, query: Query, asked: Asked) -> tuple[channels.Numbered, bool]:
    for numbered in channels.mutes(connection, [name])[name]:
        if numbered.mute.query.key == query.key:
            return numbered, False
    mute = Mute(name, query, asked.person, asked.now)
    return channels.Numbered(channels.mute(connection, mute), mute), True


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name, query = owner(asked, args), asked_query(args)
    muted, new = await desk.store.write(_mute, name, query, asked)
    buttons = (await undo(desk, asked, name, "unmute", mute=muted.number),) if new else ()
    text = muted.mute.query.text
    message = Message.of(
        Heading(f"{'Muted' if new else 'Already muted'}: {text}"),
        Note(line(f"No digest of {name} will show what matches it; ", Span("why", "code"), " says so of any paper.")),
        Actions(buttons) if buttons else None,
    )
    return Answer(message, {"channel": name, "mute": text})


COMMAND = Command(
    "mute",
    "Never show what matches, in this channel or for you",
    _run,
    params=(Param("query", "what to leave out", "query", rest=True), ME),
    examples=("mute survey", "mute blockchain to:me"),
    changes=True,
)
