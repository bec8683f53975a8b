"""unbookmark: keep a paper no longer; it can be taken back for 7 days."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import undo
from db import loading, shelf
from domain.errors import NotFoundError
from domain.message import Actions, Heading, Message, Note, Span, line
from domain.paper import Paper


def _remove(connection: Connection, asked: Asked, text: str) -> Paper:
    paper = loading.named(connection, text)
    if not shelf.unbookmark(connection, asked.person, paper.number, asked.now):
        raise NotFoundError(f"You have no bookmark of {paper.id}.", "`bookmarks` shows those you have.")
    return paper


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    paper = await desk.store.write(_remove, asked, args["paper"])
    back = await undo(desk, asked, asked.channel, "unbookmark", paper=paper.number)
    message = Message.of(
        Heading("Bookmark removed"), Note(line(Span(paper.title, "strong", paper.url))), Actions((back,))
    )
    return Answer(message, {"paper": paper.id, "title": paper.title})


COMMAND = Command(
    "unbookmark",
    "Remove a bookmark",
    _run,
    params=(Param("paper", "the paper's number, arXiv id, DOI or URL", "kept"),),
    examples=("unbookmark p12",),
    in_channel=False,
)
