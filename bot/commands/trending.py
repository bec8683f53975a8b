"""trending: what people like these days: upvotes elsewhere, votes and bookmarks here."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import PAGE, card, counted, page_of, pager, paper_data
from db import shelf
from domain.errors import UsageError
from domain.message import Block, Heading, Message, Note, line
from domain.query import TRENDING_DAYS, UNIT_DAYS

MOST = 200


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    age = args.get("age", f"{TRENDING_DAYS}d")
    found = re.fullmatch(r"([0-9]{1,4})([dwmy])", age.lower())
    if not found or not int(found[1]):
        raise UsageError(f"“{age[:40]}” is no age.", "Write one like 7d, 2w or 1m.")
    today, page = asked.now.date(), page_of(args)
    days = min(int(found[1]) * UNIT_DAYS[found[2]], (today - date.min).days)
    ranked = await desk.store.read(shelf.trending, today - timedelta(days=days), MOST)
    blocks: list[Block] = [Heading(f"Trending over {counted(days, 'day')}")]
    if not ranked:
        blocks.append(Note(line("No paper of these days has upvotes, votes or bookmarks.")))
    for paper, points in ranked[(page - 1) * PAGE : page * PAGE]:
        age_ = max(0, (today - paper.day).days)
        blocks.append(card(paper, via=f"{counted(points, 'point')} · {counted(age_, 'day')} old"))
    blocks += pager(f"trending {age}", page, len(ranked))
    shown = [{**paper_data(paper), "points": points, "day": str(paper.day)} for paper, points in ranked]
    return Answer(Message(tuple(blocks)), {"days": days, "papers": shown})


COMMAND = Command(
    "trending",
    "What people like these days",
    _run,
    params=(Param("age", "how far back, such as 7d", "age", required=False),),
    examples=("trending", "trending 2w"),
    in_channel=False,
    paged=True,
)
