"""submit: put a paper into the pool by hand, under the name of who did it."""

from __future__ import annotations

from msgspec.structs import replace
from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import card, paper_data
from db import papers
from db.papers import SUBMITTED
from domain.errors import NotFoundError, UsageError
from domain.message import Heading, Message, Note, line
from domain.paper import Paper, Record


def _known(connection: Connection, text: str) -> Paper | None:
    try:
        return papers.named(connection, text)
    except (NotFoundError, UsageError):
        return None


def _take(connection: Connection, asked: Asked, record: Record) -> tuple[Paper, bool]:
    # Who puts a paper in announces it, also one that others only tell to be in a journal by now. The credit is a
    # source of its own, and speaks of the paper by all its names.
    said = replace(record, announced=asked.now.date(), quiet=False)
    (saved,) = papers.save(connection, [said], asked.now)
    (paper,) = papers.load(connection, [saved.paper])
    credit = replace(said, title=paper.title, source=SUBMITTED, identifiers=paper.identifiers, where=asked.person)
    papers.save(connection, [credit], asked.now)
    return papers.load(connection, [saved.paper])[0], saved.new


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    text = args["paper"].strip().strip("<>")
    there = await desk.store.read(_known, text)
    if there is None or there.archived:
        paper, new = await desk.store.write(_take, asked, await desk.look_up(text))
    else:
        paper, new = there, False
    said = "Submitted" if new else "Already here"
    why = "It is among the new papers." if paper.announced == asked.now.date() else "It stays as it is."
    message = Message.of(Heading(said), card(paper), Note(line(why), quiet=True))
    return Answer(message, {**paper_data(paper), "new": new})


COMMAND = Command(
    "submit",
    "Put a paper into the pool by hand",
    _run,
    params=(Param("paper", "the paper's URL, arXiv id or DOI", "text", rest=True),),
    examples=("submit https://arxiv.org/abs/2402.16107", "submit 10.1038/s41586-021-03819-2"),
    in_channel=False,
)
