"""unmute: show again what was muted."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, undo
from db import channels
from domain.errors import NotFoundError
from domain.message import Actions, Heading, Message, Note, line
from domain.query import Query


def _unmute(connection: Connection, name: str, query: Query, asked: Asked) -> channels.Numbered:
    there = channels.mutes(connection, [name])[name]
    for numbered in there:
        if numbered.mute.query.key == query.key:
            channels.unmute(connection, numbered.number, asked.now)
            return numbered
    listed = ", ".join(numbered.mute.query.text for numbered in there[:5])
    raise NotFoundError(
        f"{name} does not mute {query.text}.", f"It mutes: {listed}." if listed else "It mutes nothing."
    )


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name, query = owner(asked, args), asked_query(args)
    numbered = await desk.store.write(_unmute, name, query, asked)
    back = await undo(desk, asked, name, "mute", mute=numbered.number)
    message = Message.of(
        Heading(f"No longer muted: {numbered.mute.query.text}"),
        Note(line("What it hid and is still new may come with the next digest.")),
        Actions((back,)),
    )
    return Answer(message, {"channel": name, "mute": numbered.mute.query.text})


COMMAND = Command(
    "unmute",
    "Show again what was muted",
    _run,
    params=(Param("query", "what was muted", "mute", rest=True), ME),
    examples=("unmute survey",),
    changes=True,
)
