"""What answers are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.base import Args, Asked, Desk
from db import tickets
from digests.cards import byline, facts, menu, title
from digests.layouts.rich import shortened
from domain.errors import QueryError
from domain.highlight import marked, spans
from domain.message import Actions, Block, Button, Card, Line, Note, Span, line
from domain.paper import Paper
from domain.parse import parse
from domain.query import Query, Text

PAGE = 10


def card(paper: Paper, query: Query | None = None, *, note: str = "", via: str = "") -> Card:
    """A paper in an answer; what the query wanted is marked."""
    wanted = query.wanted() if query else ()
    text = note or shortened(paper.text)
    return Card(
        paper=paper.id,
        title=title(paper, wanted),
        url=paper.url,
        byline=byline(paper),
        facts=(paper.id, *facts(paper), *([via] if via else [])),
        text=marked(text, spans(text, wanted)),
        buttons=(Button("Bookmark", f"bookmark {paper.id}"),),
        menu=menu(paper),
    )


def matched_words(paper: Paper, query: Query) -> list[str]:
    """The words of the paper that the query wanted, as they stand there, each once."""
    places = (("title", (paper.title,)), ("abstract", (paper.text,)), ("author", paper.authors))
    found: dict[str, str] = {}
    for field, texts in places:
        wanted = [leaf for leaf in query.wanted() if leaf.field in {"", field}]
        for text in texts:
            for start, end in spans(text, wanted, author=field == "author"):
                found.setdefault(text[start:end].casefold(), text[start:end])
    return list(found.values())


def paper_data(paper: Paper) -> dict[str, Any]:
    """A paper, short, for programs."""
    return {"paper": paper.id, "title": paper.title, "url": paper.url}


def asked_query(args: Args, name: str = "query") -> Query:
    """The query among the arguments. Raises QueryError."""
    return parse(args[name])


def pointed(error: QueryError, text: str) -> Line:
    """The query with the place that cannot be read marked."""
    return tuple(
        s
        for s in (Span(text[: error.start]), Span(text[error.start : error.end], "mark"), Span(text[error.end :]))
        if s.text
    )


def local_time(instant: datetime, timezone: str) -> str:
    """An instant in a channel's time, its zone said."""
    return f"{instant.astimezone(ZoneInfo(timezone)):%A %d %B %Y, %H:%M} {timezone}"


def per_day(count: float, unit: str) -> str:
    """A frequency as one says it."""
    return f"{count:g} {'paper' if count == 1 else 'papers'} a {unit}"


def quiet(*parts: str | Span) -> Note:
    """An aside."""
    return Note(line(*parts), quiet=True)


async def pager(desk: Desk, asked: Asked, command: str, args: Args, page: int, total: int) -> list[Block]:
    """Buttons to the other pages of a listing; nothing where one page holds it all."""
    last = max(1, -(-total // PAGE))
    if last == 1:
        return []
    kept = {name: value for name, value in args.items() if name not in {"page", "ticket"}}
    ticket = args.get("ticket") or str(
        await desk.store.write(
            tickets.issue, "more", asked.person, asked.channel, {"command": command, "args": kept}, asked.now
        )
    )
    buttons = []
    if page > 1:
        buttons.append(Button("Previous", f"more {ticket} {page - 1}"))
    if page < last:
        buttons.append(Button("Next", f"more {ticket} {page + 1}"))
    return [quiet(f"Page {page} of {last}"), Actions(tuple(buttons))]


def page_of(args: Args) -> int:
    """Which page is wanted, from 1 on."""
    return max(1, int(args.get("page", "1")))


async def undo(desk: Desk, asked: Asked, channel: str, action: str, **data: object) -> Button:
    """A button that takes back what was just done: `action` names the step in `bot/commands/undo.py`."""
    number = await desk.store.write(tickets.issue, "undo", asked.person, channel, {"action": action, **data}, asked.now)
    return Button("Undo", f"undo {number}")


def wanted_texts(queries: Iterable[str]) -> Sequence[Text]:
    """The words that canonical queries want."""
    return [leaf for text in queries for leaf in parse(text).wanted()]
