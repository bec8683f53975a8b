"""why: for one paper in this channel, the words that matched, or the step that dropped it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import local_time, paper_data
from db import channels, ledger, papers
from digests.why import Reason, outlook, reasons
from domain.edition import Place
from domain.highlight import marked, spans
from domain.message import Block, Heading, Listing, Message, Note, Span, line
from domain.paper import Paper

STATES = {Place.SEAT: "sent", Place.HELD: "held", Place.MUTED: "muted"}


def _explain(connection: Connection, asked: Asked, text: str) -> tuple[Paper, str, str, list[Reason], int | None]:
    paper = papers.named(connection, text)
    channel = channels.existing(connection, asked.channel)
    there = channels.subscriptions(connection, [channel.id])[channel.id]
    seen = reasons(paper, there, asked.now)
    made = ledger.decision(connection, channel.id, paper)
    if made and made.edition is not None:
        item = made.item
        when = local_time(made.planned_at or asked.now, channel.schedule.timezone)
        by = f" It matched {' and '.join(item.queries)}."
        held = f"Held back from edition {made.edition} of {when}: {item.why}.{by}"
        said = f"In edition {made.edition} of {when}{', late' if item.late else ''}.{by}"
        return paper, STATES[item.place], held if item.place is Place.HELD else said, seen, made.edition
    mutes = [numbered.mute for numbered in channels.mutes(connection, [channel.id])[channel.id]]
    coming, step = outlook(paper, there, mutes, asked.now)
    state = "next" if coming else "muted" if " muted by " in step else "dropped"
    return paper, state, step, seen, None


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    paper, state, said, seen, edition = await desk.store.read(_explain, asked, args["paper"])
    wanted = [leaf for reason in seen if reason.matched for leaf in reason.query.wanted()]
    blocks: list[Block] = [
        Heading(f"Why {paper.id} in {asked.channel}"),
        Note(marked(paper.title, spans(paper.title, [leaf for leaf in wanted if leaf.field in {"", "title"}]))),
        Note(line(Span(said, "strong"))),
    ]
    lines = tuple(_told(reason) for reason in seen[:10])
    if lines:
        blocks.append(Listing(lines))
    abstract = [leaf for leaf in wanted if leaf.field in {"", "abstract"}]
    if spans(paper.text, abstract):
        blocks.append(Note(marked(paper.text, spans(paper.text, abstract)), quiet=True))
    return Answer(Message(tuple(blocks)), _data(asked, paper, state, said, seen, edition))


def _told(reason: Reason) -> Any:
    query = Span(reason.query.text, "code")
    if reason.matched:
        return line(f"{reason.number}. ", query, f" matches by {', '.join(reason.terms) or 'its filters'}")
    return line(f"{reason.number}. ", query, f" does not match: {'; '.join(reason.missing)}")


def _data(asked: Asked, paper: Paper, state: str, said: str, seen: list[Reason], edition: int | None) -> dict[str, Any]:
    return {
        "channel": asked.channel,
        **paper_data(paper),
        "state": state,
        "reason": said,
        "edition": edition,
        "matched": [
            {"subscription": r.number, "query": r.query.text, "terms": list(r.terms)} for r in seen if r.matched
        ],
        "unmatched": [
            {"subscription": r.number, "query": r.query.text, "missing": list(r.missing)} for r in seen if not r.matched
        ],
    }


COMMAND = Command(
    "why",
    "Why a paper is, or is not, in this channel's digest",
    _run,
    params=(Param("paper", "the paper's number, arXiv id, DOI or URL", "paper"),),
    examples=("why p12",),
)
