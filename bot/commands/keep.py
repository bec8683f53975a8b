"""keep: bookmark several papers at once, as a chat's "Bookmark papers" does with those that a message mentions."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import counted, paper_data, undo
from db import loading, shelf
from domain.channel import Bookmark
from domain.errors import PaperroundError, UsageError
from domain.identifier import identifier
from domain.message import Actions, Button, Heading, Line, Listing, Message, Note, Span, line
from domain.paper import Paper

MOST, SHOWN = 100, 10


@dataclass(slots=True)
class _Kept:
    new: list[Paper] = field(default_factory=list)
    before: list[Paper] = field(default_factory=list)
    unknown: dict[str, PaperroundError] = field(default_factory=dict)


def _keep(connection: Connection, asked: Asked, names: list[str]) -> _Kept:
    kept = _Kept()
    for name in names:
        try:
            paper = loading.named(connection, name)
        except PaperroundError as error:
            kept.unknown[name] = error
            continue
        if paper in kept.new or paper in kept.before:
            continue
        if shelf.bookmarked(connection, asked.person, paper.number):
            kept.before.append(paper)
        else:
            shelf.bookmark(connection, Bookmark(asked.person, paper.number, "", (), asked.now))
            kept.new.append(paper)
    return kept


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    names = list(dict.fromkeys(args["papers"].split()))
    if len(names) > MOST:
        raise UsageError(f"Those are {len(names)} papers; {MOST} can be kept at once.", "Name fewer.")
    kept = await desk.store.write(_keep, asked, names)
    buttons = [Button("All bookmarks", "bookmarks")]
    if kept.new:
        numbers = [paper.number for paper in kept.new]
        buttons.insert(0, await undo(desk, asked, asked.channel, "keep", papers=numbers))
    told = [*map(_title, kept.new), *(line(*_title(paper), " · bookmarked already") for paper in kept.before)]
    if len(told) > SHOWN:
        told[SHOWN:] = [line(f"and {len(told) - SHOWN} more; `bookmarks` has them all")]
    missing = [line(f"{error.what} ", _what_to_do(desk, name, error)) for name, error in kept.unknown.items()]
    message = Message.of(
        Heading(f"Bookmarked {counted(len(kept.new), 'paper')}"),
        Listing(tuple(told)) if told else None,
        *map(Note, missing),
        Actions(tuple(buttons)),
    )
    data = {
        "kept": [paper_data(paper) for paper in kept.new],
        "before": [paper_data(paper) for paper in kept.before],
        "unknown": [{"named": name, "error": error.what} for name, error in kept.unknown.items()],
    }
    return Answer(message, data)


def _title(paper: Paper) -> Line:
    return line(Span(paper.title, "strong", paper.url))


def _what_to_do(desk: Desk, name: str, error: PaperroundError) -> str:
    known = identifier(name)
    return f"`submit {known.url}` brings it here." if known and "submit" in desk.commands else error.hint


COMMAND = Command(
    "keep",
    "Bookmark several papers at once",
    _run,
    params=(Param("papers", "papers' numbers, arXiv ids, DOIs or URLs", rest=True),),
    examples=("keep p12 2402.16107",),
    in_channel=False,
    hidden=True,
)
