"""What answers are put together from."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.base import Args, Asked, Desk
from db import tickets
from digests.cards import byline, facts, highlighted, menu, shortened, title
from domain.errors import QueryError, UsageError
from domain.highlight import spans
from domain.message import Actions, Block, Button, Card, Line, Note, Span, line
from domain.paper import Paper
from domain.parse import parse
from domain.query import Query

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
        text=highlighted(text, wanted, "abstract"),
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


def asked_query(args: Args) -> Query:
    """The query among the arguments. Raises QueryError."""
    return parse(args["query"])


def around(text: str, start: int, end: int, room: int = 30) -> tuple[str, str, str]:
    """A place in a text on one line: what is before it, the place itself, what follows; far ends are cut off."""
    first, last = max(0, start - room), end + room
    before = f"{'…' if first else ''}{text[first:start]}"
    place = text[start:end] if end - start <= 2 * room else f"{text[start : start + 2 * room]}…"
    after = f"{text[end:last]}{'…' if text[last:] else ''}"
    shown = [re.sub(r"\s", " ", part) for part in (before, place, after)]
    return shown[0], shown[1], shown[2]


def pointed(error: QueryError) -> Line:
    """The query with the place that cannot be read marked."""
    before, place, after = around(error.text, error.start, error.end)
    return line(before, Span(place or "▲", "mark"), after)


def local_time(instant: datetime, timezone: str) -> str:
    """An instant in a channel's time, its zone said."""
    return f"{instant.astimezone(ZoneInfo(timezone)):%A %d %B %Y, %H:%M} {timezone}"


def frequency(many: float, unit: str) -> str:
    """How often papers come, as one says it: `1 paper a day`, `4.2 papers a week`."""
    return f"{many:,g} {'paper' if many == 1 else 'papers'} a {unit}"


def mine(asked: Asked, name: str) -> str:
    """What a button adds to its command where it is about the person's own things and not the channel's."""
    return "" if name == asked.channel else " to:me"


def quiet(*parts: str | Span) -> Note:
    """An aside."""
    return Note(line(*parts), quiet=True)


def pager(command: str, page: int, total: int) -> list[Block]:
    """Buttons to the other pages of what a command lists; nothing where one page holds it all."""
    last = pages(total)
    if last == 1:
        return []
    buttons = []
    if page > 1:
        buttons.append(Button("Previous", f"more {min(page - 1, last)} {command}"))
    if page < last:
        buttons.append(Button("Next", f"more {page + 1} {command}"))
    return [quiet(f"Page {page} of {last}"), Actions(tuple(buttons))]


def pages(total: int) -> int:
    """How many pages so many entries fill; an empty listing is a page too."""
    return max(1, -(-total // PAGE))


def page_of(args: Args) -> int:
    """Which page is wanted, from 1 on."""
    return int(args.get("page", "1"))


def whole(text: str, example: str) -> int:
    """The number that somebody wrote. Raises UsageError showing the example."""
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise UsageError(f"“{text[:40]}” is no number.", f"For example: {example}")
    return int(text)


def counted(many: int, one: str, more: str = "") -> str:
    """A number of things as one says it: `1 paper`, `1,200 papers`."""
    return f"{many:,} {one if many == 1 else more or one + 's'}"


async def undo(desk: Desk, asked: Asked, channel: str, action: str, **data: object) -> Button:
    """A button that takes back what was just done: `action` names the step in `bot/commands/undo.py`."""
    number = await desk.store.write(tickets.issue, "undo", asked.person, channel, {"action": action, **data}, asked.now)
    return Button("Undo", f"undo {number}")
