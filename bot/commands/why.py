"""why: for one paper in this channel, the words that matched, or the step that dropped it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import local_time, paper_data
from db import channels, ledger, loading, looks
from digests.editions import looks_back
from digests.why import MUTED, NEXT, Reason, outlook, reasons
from domain.channel import Channel
from domain.edition import Place
from domain.highlight import marked, spans
from domain.message import Block, Heading, Line, Listing, Message, Note, Span, line
from domain.paper import Paper
from domain.parse import parse
from domain.query import Text

SENT, HELD = "sent", "held"
_STATES = {Place.SEAT: SENT, Place.HELD: HELD, Place.MUTED: MUTED}
SHOWN = 10  # subscriptions


class _Found(Struct, frozen=True):
    paper: Paper
    state: str
    said: str
    reasons: Sequence[Reason]
    wanted: Sequence[Text]
    edition: int | None = None


def _explain(connection: Connection, asked: Asked, name: str, text: str) -> _Found:
    paper = loading.named(connection, text)
    channel = channels.existing(connection, name)
    there = channels.subscriptions(connection, [name])[name]
    seen = reasons(paper, there, asked.now)
    made = ledger.decision(connection, name, paper)
    if made and made.edition is not None:
        wanted = [leaf for query in made.item.queries for leaf in parse(query).wanted()]
        return _Found(paper, _STATES[made.item.place], decided(made, channel), seen, wanted, made.edition)
    mutes = [numbered.mute for numbered in channels.mutes(connection, [name])[name]]
    since = looks_back(connection, [channel], asked.now)[channel]
    passed = [gap.why for gap in looks.gaps(connection, [name]) if gap.after < paper.day < gap.before]
    state, step = outlook(paper, there, mutes, asked.now, since, *passed[-1:])
    if state == NEXT:
        due = f"due {local_time(channel.next_due, channel.schedule.timezone)}"
        step += f" That is {'paused' if channel.schedule.paused else due}."
    return _Found(paper, state, step, seen, [leaf for r in seen if r.matched for leaf in r.query.wanted()])


def decided(made: ledger.Decision, channel: Channel) -> str:
    """What became of a paper in a channel: in which edition it is, or what keeps it from one."""
    item = made.item
    if made.edition is None:
        return f"Muted: {item.why}."
    when = f" of {local_time(made.planned_at, channel.schedule.timezone)}" if made.planned_at else ""
    held = f"Held back from edition {made.edition}{when}: {item.why}."
    said = f"In edition {made.edition}{when}{', late' if item.late else ''}."
    return f"{held if item.place is Place.HELD else said} It matched {' and '.join(item.queries)}."


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    found = await desk.store.read(_explain, asked, name, args["paper"])
    paper = found.paper
    in_title = [leaf for leaf in found.wanted if leaf.field in {"", "title"}]
    in_text = spans(paper.text, [leaf for leaf in found.wanted if leaf.field in {"", "abstract"}])
    blocks: list[Block] = [
        Heading(f"Why {paper.id} in {name}"),
        Note(marked(paper.title, spans(paper.title, in_title))),
        Note(line(Span(found.said, "strong"))),
    ]
    if found.reasons:
        blocks.append(Listing(tuple(map(_told, found.reasons[:SHOWN]))))
    if in_text:
        blocks.append(Note(marked(paper.text, in_text), quiet=True))
    data = {
        "channel": name,
        **paper_data(paper),
        "state": found.state,
        "reason": found.said,
        "edition": found.edition,
        "matched": [_data(r, terms=list(r.terms)) for r in found.reasons if r.matched],
        "unmatched": [_data(r, missing=list(r.missing)) for r in found.reasons if not r.matched],
    }
    return Answer(Message(tuple(blocks)), data)


def _told(reason: Reason) -> Line:
    query = Span(reason.query.text, "code")
    if reason.matched:
        return line(f"{reason.number}. ", query, f" matches by {', '.join(reason.terms) or 'its filters'}")
    return line(f"{reason.number}. ", query, f" does not match: {'; '.join(reason.missing)}")


def _data(reason: Reason, **more: Any) -> dict[str, Any]:
    return {"subscription": reason.number, "query": reason.query.text, **more}


COMMAND = Command(
    "why",
    "Why a paper is, or is not, in this channel's digest",
    _run,
    params=(Param("paper", "the paper's number, arXiv id, DOI or URL", "paper"), ME),
    examples=("why p12",),
)
