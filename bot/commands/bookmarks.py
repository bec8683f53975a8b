"""bookmarks: what one has kept, all of it or what matches words and #tags."""

from __future__ import annotations

from typing import Any

from msgspec import structs
from msgspec.structs import replace
from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.bookmark import kept_with, tags_of, without_tags
from bot.commands.parts import PAGE, card, counted, page_of, pager
from db import shelf
from digests.match import Batch
from domain.channel import Bookmark
from domain.message import Actions, Block, Button, Heading, Message, Note, line
from domain.paper import Paper
from domain.parse import parse

LONGEST = 100  # characters of what was asked, in the heading


def chosen(connection: Connection, asked: Asked, text: str) -> list[tuple[Bookmark, Paper]]:
    """The person's bookmarks that have all tags of the text and match the rest as a query, notes included."""
    words = without_tags(text)
    kept = shelf.bookmarks(connection, asked.person, tags_of(text))
    if not words.strip():
        return kept
    query = parse(words)
    noted = [replace(paper, abstract=f"{paper.text}\n{mark.note}") for mark, paper in kept]
    found = {paper.number for paper in Batch(noted, asked.now.date()).matches(query)}
    return [(mark, paper) for mark, paper in kept if paper.number in found]


def _page(connection: Connection, asked: Asked, text: str, page: int) -> tuple[int, list[tuple[Bookmark, Paper]]]:
    """How many were chosen, and those of one page; where tags alone choose, no others are read."""
    first = (page - 1) * PAGE
    if without_tags(text).strip():
        kept = chosen(connection, asked, text)
        return len(kept), kept[first : first + PAGE]
    tags = tags_of(text)
    shown = shelf.bookmarks(connection, asked.person, tags, PAGE, first)
    return shelf.counted(connection, asked.person, tags), shown


def _data(mark: Bookmark, paper: Paper) -> dict[str, Any]:
    return {
        "paper": paper.id,
        "title": paper.title,
        "url": paper.url,
        "note": mark.note,
        "tags": list(mark.tags),
        "created_at": mark.created_at.isoformat(),
    }


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    text, page = args.get("query", "").strip(), page_of(args)
    if "page" in args:
        many, kept = await desk.store.read(_page, asked, text, page)
        shown = kept
    else:  # programs get all of them at once
        kept = await desk.store.read(chosen, asked, text)
        many, shown = len(kept), kept[:PAGE]
    blocks: list[Block] = [Heading(f"{counted(many, 'bookmark')}{' for ' + text[:LONGEST] if text else ''}")]
    if not many:
        empty = "None of yours match." if text else "You have none yet. The Bookmark button on any paper keeps it here."
        blocks.append(Note(line(empty)))
    for mark, paper in shown:
        marked = card(paper, note=kept_with(mark))
        blocks.append(structs.replace(marked, buttons=(Button("Remove", f"unbookmark {paper.id}"),)))
    blocks += pager(f"bookmarks {text}".strip(), page, many)
    if shown and page == 1:
        blocks.append(Actions((Button("Export as BibTeX", f"export bibtex {text}".strip()),)))
    data = {"query": text, "total": many, "bookmarks": [_data(mark, paper) for mark, paper in kept]}
    return Answer(Message(tuple(blocks)), data)


COMMAND = Command(
    "bookmarks",
    "Your bookmarks, all or those that match",
    _run,
    params=(Param("query", "words or #tags to look for", "query", required=False, rest=True),),
    examples=("bookmarks", "bookmarks #journal-club diffusion"),
    in_channel=False,
    paged=True,
)
