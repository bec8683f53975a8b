"""search: ranked results, with corrections where the words do not occur, and paged."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import PAGE, asked_query, card, matched_words, page_of, pager
from db import search
from domain.message import Actions, Block, Button, Heading, Message, Note, Span, line
from domain.query import Query

MAX_LIMIT = 1_000


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    query = asked_query(args)
    page, limit = page_of(args), int(args.get("limit", PAGE))
    found = await desk.store.read(search.search, query, asked.now.date(), limit=limit, offset=(page - 1) * limit)
    blocks: list[Block] = [Heading(f"{found.total:,} {'paper' if found.total == 1 else 'papers'} for {query.text}")]
    if found.corrections:
        taken = ", ".join(f"{typed} → {word}" for typed, word in found.corrections.items())
        blocks.append(Note(line("Also looked for ", Span(taken, "strong"), ".")))
    relaxed = any(hit.via == "relaxed" for hit in found.hits)
    if relaxed:
        blocks.append(Note(line("Few papers have all of these words; the best partial matches are marked as such.")))
    if not found.hits:
        blocks.append(Note(line(_nothing(query, page))))
    via = {"corrected": "corrected", "relaxed": "partial match"}
    for hit in found.hits:
        shown = found.corrected if hit.via == "corrected" and found.corrected else query
        blocks.append(card(hit.paper, shown, via=via.get(hit.via, "")))
    blocks += await pager(desk, asked, "search", args, page, found.total)
    if page == 1 and found.total:
        blocks.append(Actions((Button("Subscribe to this", f"subscribe {query.text}"),)))
    data = {
        "query": query.text,
        "corrections": found.corrections,
        "total": found.total,
        "papers": [
            {
                "id": hit.paper.id,
                "title": hit.paper.title,
                "authors": list(hit.paper.authors),
                "categories": list(hit.paper.categories),
                "published": _date(hit.paper.published or hit.paper.announced),
                "url": hit.paper.url,
                "matched": matched_words(
                    hit.paper, found.corrected if hit.via == "corrected" and found.corrected else query
                ),
                "via": hit.via,
            }
            for hit in found.hits
        ],
    }
    return Answer(Message(tuple(blocks)), data)


def _date(day: object) -> str | None:
    return str(day) if day else None


def _nothing(query: Query, page: int) -> str:
    if page > 1:
        return "There are no more."
    return f"Nothing here matches {query.text}. Try fewer or other words, or a beginning such as diffus*."


COMMAND = Command(
    "search",
    "Find papers",
    _run,
    params=(Param("query", "what to look for", "query", rest=True),),
    examples=('search diffusion "language model" -survey', "search author:hinton since:30d"),
    in_channel=False,
)
