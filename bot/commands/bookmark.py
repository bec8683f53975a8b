"""bookmark: keep a paper, with a note and tags; asking again changes them."""

from __future__ import annotations

import regex
from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import undo
from db import loading, shelf
from domain.channel import Bookmark
from domain.message import Actions, Button, Heading, Message, Note, Span, line
from domain.paper import Paper

MAX_NOTE, MAX_TAG, MAX_TAGS = 2_000, 40, 20
_TAG = regex.compile(r"(?<![^\s,;])#([\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*)")


def tags_of(text: str) -> tuple[str, ...]:
    """The tags of a text, each once, in lower case and without their #."""
    return tuple(dict.fromkeys(tag.lower()[:MAX_TAG] for tag in _TAG.findall(text)))[:MAX_TAGS]


def without_tags(text: str) -> str:
    """The text with its tags blanked out: what is left stands where it stood."""
    return _TAG.sub(lambda found: " " * len(found.group()), text)


def kept_with(mark: Bookmark) -> str:
    """A bookmark's note and tags, as one would type them."""
    return " ".join([*filter(None, [mark.note]), *(f"#{tag}" for tag in mark.tags)])


def _keep(connection: Connection, asked: Asked, args: Args) -> tuple[Paper, Bookmark, Bookmark | None]:
    paper = loading.named(connection, args["paper"])
    before = shelf.bookmarked(connection, asked.person, paper.number)
    text = args.get("note", "")
    tags, note = tags_of(text), " ".join(without_tags(text).split()).strip(" ,;")
    if before:
        # Naming one of the two changes that one; the other stays.
        tags, note = tags or before.tags, note or before.note
    mark = Bookmark(asked.person, paper.number, note[:MAX_NOTE], tags, before.created_at if before else asked.now)
    shelf.bookmark(connection, mark)
    return paper, mark, before


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    paper, mark, before = await desk.store.write(_keep, asked, args)
    buttons = [Button("Remove", f"unbookmark {paper.id}"), Button("All bookmarks", "bookmarks")]
    if mark != before:
        old = {"note": before.note, "tags": list(before.tags)} if before else None
        buttons.insert(0, await undo(desk, asked, asked.channel, "bookmark", paper=paper.number, before=old))
    said = "Bookmarked" if before is None else "Already bookmarked" if mark == before else "Bookmark changed"
    kept = kept_with(mark)
    message = Message.of(
        Heading(said),
        Note(line(Span(paper.title, "strong", paper.url))),
        Note(line(kept)) if kept else None,
        Actions(tuple(buttons)),
    )
    return Answer(message, {"paper": paper.id, "title": paper.title, "note": mark.note, "tags": list(mark.tags)})


COMMAND = Command(
    "bookmark",
    "Keep a paper, with a note and #tags",
    _run,
    params=(
        Param("paper", "the paper's number, arXiv id, DOI or URL", "paper"),
        Param("note", "a note, and tags with #", "note", required=False, rest=True),
    ),
    examples=("bookmark p12", "bookmark 2402.16107 read before Friday #fusion #journal-club"),
    in_channel=False,
)
