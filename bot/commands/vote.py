"""vote: more or less of this kind, please. It re-orders this channel's later editions and hides nothing."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import undo
from db import loading, shelf
from domain.message import Actions, Heading, Message, Note, Span, line
from domain.paper import Paper

VALUES = {"up": 1, "down": -1, "none": 0}
_NAMES = {value: name for name, value in VALUES.items()}


def _vote(connection: Connection, asked: Asked, text: str, value: int) -> tuple[Paper, int]:
    paper = loading.named(connection, text)
    return paper, shelf.vote(connection, asked.channel, paper.number, asked.person, value, asked.now)


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    value = VALUES[args["value"].lower()]
    paper, before = await desk.store.write(_vote, asked, args["paper"], value)
    back = await undo(desk, asked, asked.channel, "vote", paper=paper.number, value=before)
    said = {1: "👍 More like this", -1: "👎 Less like this", 0: "Your vote is taken back"}[value]
    message = Message.of(
        Heading(said),
        Note(line(Span(paper.title, "strong", paper.url))),
        Note(line("Votes move papers up or down in later digests of this channel; they hide none.")),
        Actions((back,)),
    )
    data = {"channel": asked.channel, "paper": paper.id, "title": paper.title}
    return Answer(message, {**data, "vote": _NAMES[value], "before": _NAMES[before]})


COMMAND = Command(
    "vote",
    "More or less like this in later digests",
    _run,
    params=(
        Param("paper", "the paper's number, arXiv id, DOI or URL", "paper"),
        Param("value", "up, down, or none to take it back", "choice", choices=tuple(VALUES)),
    ),
    examples=("vote p12 up",),
)
