"""history: where a paper came from, which editions carried or held it, and what one has kept of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.bookmark import kept_with
from bot.commands.parts import paper_data
from bot.commands.why import decided
from db import channels, history, loading, shelf
from domain.channel import Bookmark
from domain.message import Actions, Block, Button, Heading, Line, Listing, Message, Note, Span, line
from domain.paper import Paper

MOST = 50  # editions
OFFERED = 3


def _look(
    connection: Connection, asked: Asked, text: str
) -> tuple[Paper, list[history.Origin], list[tuple[history.Passage, str]], Bookmark | None]:
    paper = loading.named(connection, text)
    # In a channel, what concerns it, and one's own: what others follow is not for everybody.
    visible = {asked.channel, asked.person} if asked.channel else None
    passed = history.passages(connection, paper, visible, MOST)
    there = {name: channels.existing(connection, name) for name in {each.channel for each in passed}}
    told = [(each, decided(each.decision, there[each.channel])) for each in passed]
    return paper, history.origins(connection, paper), told, shelf.bookmarked(connection, asked.person, paper.number)


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    paper, origins, passed, mark = await desk.store.read(_look, asked, args["paper"])
    blocks: list[Block] = [
        Heading(f"The history of {paper.id}"),
        Note(line(Span(paper.title, "strong", paper.url))),
        Listing(tuple(line(Span(o.source, "strong"), f" brought it on {_day(o.first_seen)}") for o in origins)),
        Listing(tuple(_passage(*each) for each in passed)) if passed else Note(line("No edition here has had it.")),
    ]
    if mark:
        kept = kept_with(mark)
        blocks.append(Note(line(f"You bookmarked it on {_day(mark.created_at)}{': ' + kept if kept else ''}.")))
    here = [each.decision.edition for each, _ in passed if each.channel == asked.channel]
    offered = [Button(f"Edition {number}", f"edition {number}") for number in here if number is not None][:OFFERED]
    if not mark:
        offered.append(Button("Bookmark", f"bookmark {paper.id}"))
    offered.append(Button("Abstract", f"abstract {paper.id}"))
    blocks.append(Actions(tuple(offered)))
    data = {
        **paper_data(paper),
        "sources": [_origin(each, asked) for each in origins],
        "editions": [_data(each) for each, _ in passed],
        "bookmark": {"note": mark.note, "tags": list(mark.tags), "created_at": mark.created_at.isoformat()}
        if mark
        else None,
    }
    return Answer(Message(tuple(blocks)), data)


def _day(instant: datetime) -> str:
    return f"{instant:%d %B %Y}"


def _passage(passage: history.Passage, said: str) -> Line:
    return line(Span(passage.channel, "strong"), f": {said}")


def _origin(origin: history.Origin, asked: Asked) -> dict[str, str]:
    found = {"source": origin.source, "first_seen": origin.first_seen.isoformat()}
    # Which file or page it stood in is for whoever keeps the store.
    return found if asked.channel else {**found, "place": origin.place}


def _data(passage: history.Passage) -> dict[str, Any]:
    made = passage.decision
    return {
        "channel": passage.channel,
        "edition": made.edition,
        "planned_at": made.planned_at.isoformat() if made.planned_at else None,
        "place": made.item.place.value,
        "matched_by": list(made.item.queries),
        "why": made.item.why,
        "late": made.item.late,
    }


COMMAND = Command(
    "history",
    "Where a paper came from, and which editions had it",
    _run,
    params=(Param("paper", "the paper's number, arXiv id, DOI or URL", "paper"),),
    examples=("history p12",),
    in_channel=False,
)
