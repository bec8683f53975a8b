"""subscribe: a query for this channel or oneself, answered with what it would have brought."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, local_time, paper_data, per_day, undo
from db import channels, search
from db.papers import load
from digests.backtest import DAYS, Backtest, backtest, first_day
from digests.match import Batch
from domain.channel import Channel, Subscription
from domain.message import Actions, Bars, Block, Button, Heading, Listing, Message, Note, Span, line
from domain.query import And, Dated, Query
from domain.schedule import Schedule


def tested(connection: Connection, query: Query, today: date) -> Backtest:
    """What the query would have brought over the last days."""
    recent = Query(And((query.root, Dated("since", first_day(today)))))
    return backtest(load(connection, search.strict(connection, recent, today)), today)


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    query, name, today = asked_query(args), owner(asked, args), asked.now.date()
    schedule = Schedule(timezone=asked.timezone or desk.timezone)
    channel, subscription, others = await desk.store.write(_add, name, schedule, query, asked)
    found = await desk.store.read(tested, query, today)
    again = subscription.created_at != asked.now
    corrected = None if found.papers else await desk.store.read(search.correct, query)
    warnings = _warnings(found, channel, query, others)
    heading = f"{'Already' if again else 'Now'} following {subscription.query.text}"
    blocks: list[Block] = [
        Heading(heading),
        Note(line(f"Subscription {subscription.number} of {name}. Next digest: ", Span(_next(channel), "strong"), ".")),
        *answer_blocks(found),
        *(Note(line(warning)) for warning in warnings),
    ]
    buttons = [] if again else [await undo(desk, asked, name, "unsubscribe", subscription=subscription.number)]
    buttons.append(Button("Edit", f"edit {subscription.number}"))
    buttons.append(Button("Preview", "digest preview"))
    if corrected:
        blocks.append(Note(line("Did you mean ", Span(corrected[0].text, "strong"), "?")))
        buttons.append(Button("Follow that instead", f"edit {subscription.number} {corrected[0].text}"))
    blocks.append(Actions(tuple(buttons)))
    data = {
        "channel": name,
        "query": subscription.query.text,
        "subscription": subscription.number,
        "backtest": backtest_data(found),
        "warnings": warnings,
        "corrected": corrected[0].text if corrected else None,
    }
    return Answer(Message(tuple(blocks)), data)


def _add(
    connection: Connection, name: str, schedule: Schedule, query: Query, asked: Asked
) -> tuple[Channel, Subscription, list[Subscription]]:
    channel = channels.ensure(connection, name, schedule, asked.now)
    there = channels.subscriptions(connection, [name])[name]
    same = next((s for s in there if s.query.key == query.key), None)
    others = [s for s in there if s is not same]
    return channel, same or channels.subscribe(connection, name, query, asked.person, asked.now), others


def _next(channel: Channel) -> str:
    if channel.schedule.paused:
        return "paused (schedule resume)"
    return local_time(channel.next_due, channel.schedule.timezone)


def _warnings(found: Backtest, channel: Channel, query: Query, others: list[Subscription]) -> list[str]:
    warnings = []
    if not found.papers:
        warnings.append(f"Nothing of the last {DAYS} days matches. It will bring papers when there are some.")
    elif found.per_day > channel.schedule.limit:
        warnings.append(
            f"That is more than the {channel.schedule.limit} papers an edition of this channel holds; "
            "narrow it with another word, a category, or an exclusion such as -survey."
        )
    batch = Batch(found.examples, max((p.day for p in found.examples), default=date.min))
    for other in others:
        if found.examples and len(batch.matches(other.query)) == len(found.examples):
            warnings.append(f"Subscription {other.number} ({other.query.text}) already brings what this one finds.")
            break
    if any(other.query.key == query.key for other in others):
        warnings.append("Another subscription asks the same.")
    return warnings


def answer_blocks(found: Backtest) -> list[Block]:
    """A backtest as one reads it."""
    if not found.papers:
        return []
    summary = f"{per_day(found.per_day, 'day')} over the last {DAYS} days, {found.peak} on the fullest."
    examples = tuple(line(Span(p.id, "quiet"), " ", Span(p.title, url=p.url)) for p in found.examples)
    return [Note(line(summary)), Bars(f"Papers a day over {DAYS} days", found.counts), Listing(examples)]


def backtest_data(found: Backtest) -> dict[str, Any]:
    """A backtest for programs."""
    return {
        "days": DAYS,
        "papers": found.papers,
        "per_day": found.per_day,
        "peak": found.peak,
        "examples": [paper_data(paper) for paper in found.examples],
    }


COMMAND = Command(
    "subscribe",
    "Follow a query in this channel, or for yourself",
    _run,
    params=(Param("query", "what to follow", "query", rest=True), ME),
    examples=('subscribe "speculative decoding" OR "draft model"', "subscribe author:hinton to:me"),
    changes=True,
)
