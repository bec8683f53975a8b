"""search: ranked results, with corrections where the words do not occur, and paged."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import PAGE, asked_query, card, counted, matched_words, page_of, pager, quiet
from db import search
from domain.message import Actions, Block, Button, Heading, Message, Note, Span, line
from domain.query import Query

MAX_LIMIT = 1_000
_VIA = {"corrected": "corrected", "relaxed": "partial match"}


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    query, page = asked_query(args), page_of(args)
    limit = int(args.get("limit", PAGE))
    found = await desk.store.read(search.search, query, asked.now.date(), limit=limit, offset=(page - 1) * limit)
    blocks: list[Block] = [Heading(f"{_many(found)} for {query.text}"), *_notes(found, query, page)]
    meant = {"strict": query, "corrected": found.corrected or query, "relaxed": query}
    for hit in found.hits:
        blocks.append(card(hit.paper, meant[hit.via], via=_VIA.get(hit.via, "")))
    if "limit" not in args:
        blocks += pager(f"search {query.text}", page, found.total)
    elif found.total > limit:
        blocks.append(quiet(f"The best {limit:,} of {'at least ' if found.more else ''}{found.total:,}."))
    if page == 1 and found.total:
        blocks.append(Actions((Button("Subscribe to this", f"subscribe {query.text}"),)))
    data = {
        "query": query.text,
        "corrections": found.corrections,
        "total": found.total,
        **({"more": True} if found.more else {}),
        "papers": [
            {
                "id": hit.paper.id,
                "title": hit.paper.title,
                "authors": list(hit.paper.authors),
                "categories": list(hit.paper.categories),
                "published": _date(hit.paper.published or hit.paper.announced),
                "url": hit.paper.url,
                "matched": matched_words(hit.paper, meant[hit.via]),
                "via": hit.via,
            }
            for hit in found.hits
        ],
    }
    return Answer(Message(tuple(blocks)), data)


def _many(found: search.Found) -> str:
    return f"{'At least ' if found.more else ''}{counted(found.total, 'paper')}"


def _notes(found: search.Found, query: Query, page: int) -> list[Block]:
    notes = []
    if any(hit.via == "corrected" for hit in found.hits):
        taken = ", ".join(f"{typed} → {word}" for typed, word in found.corrections.items())
        notes.append(line("Also looked for ", Span(taken, "strong"), "."))
    if any(hit.via == "relaxed" for hit in found.hits):
        notes.append(line("Few papers have all of these words; the best partial matches are marked as such."))
    if not found.hits:
        notes.append(line(_nothing(query, page)))
    return [Note(note) for note in notes]


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
    paged=True,
)
