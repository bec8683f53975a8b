"""What following a query brings: the answer that `subscribe`, `edit` and `backtest` share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection

from bot.commands.base import Asked
from bot.commands.parts import frequency, local_time, mine, paper_data
from db import search
from db.past import past
from digests.backtest import DAYS, EXAMPLES, Backtest, backtest, first_day
from domain.channel import Channel, Subscription
from domain.message import Bars, Block, Button, Listing, Note, Span, line
from domain.query import Dated, Query, both


class Outlook(Struct, frozen=True):
    """What a subscription would have brought, what is to be said about that, and what was perhaps meant instead."""

    backtest: Backtest
    warnings: list[str]
    corrected: Query | None


def tested(connection: Connection, query: Query, today: date) -> Backtest:
    """What the query would have brought over the last days."""
    days, newest = past(connection, _recent(connection, query, today), today, EXAMPLES)
    return backtest(days, newest, today)


def _recent(connection: Connection, query: Query, today: date) -> list[int]:
    since = Query(both([query.root, Dated("since", first_day(today))]))
    return search.strict(connection, since, today)


def outlook(
    connection: Connection, channel: Channel, query: Query, others: Sequence[Subscription], today: date
) -> Outlook:
    """What the query would bring this channel, which has these other subscriptions."""
    found = tested(connection, query, today)
    corrected = search.correct(connection, query)
    warnings = []
    if not found.papers:
        warnings.append(f"Nothing of the last {DAYS} days matches. It will bring papers when there are some.")
    limit, many = channel.schedule.limit, found.per_edition(len(channel.schedule.days))
    if many > limit:
        warnings.append(
            f"That is about {many:,.0f} papers an edition, and this channel's editions show {limit}. "
            "Narrow it with another word, a category, or an exclusion such as -survey."
        )
    if found.papers:
        warnings += _covered(connection, query, others, today)
    return Outlook(found, warnings, corrected[0] if corrected else None)


def _covered(connection: Connection, query: Query, others: Sequence[Subscription], today: date) -> list[str]:
    left = wanted = set(_recent(connection, query, today))
    for other in others:
        brought = set(_recent(connection, other.query, today))
        if wanted <= brought:
            return [f"Subscription {other.number} ({other.query.text}) already brings all of these."]
        left = left - brought
    return [] if left else ["The other subscriptions together already bring all of these."]


def blocks(found: Outlook) -> list[Block]:
    """The outlook as one reads it."""
    told: list[Block] = []
    if found.backtest.papers:
        peak = found.backtest.peak
        told.append(
            Note(line(f"{frequency(found.backtest.per_day, 'day')} over the last {DAYS} days, at most {peak}."))
        )
        told.append(Bars(f"Papers a day over {DAYS} days", found.backtest.counts))
        told.append(
            Listing(tuple(line(Span(p.id, "quiet"), " ", Span(p.title, url=p.url)) for p in found.backtest.examples))
        )
    told += [Note(line(warning)) for warning in found.warnings]
    if found.corrected:
        told.append(Note(line("Did you mean ", Span(found.corrected.text, "strong"), "?")))
    return told


def buttons(found: Outlook, asked: Asked, name: str, number: int) -> list[Button]:
    """What one does next about subscription `number` of `name`."""
    edit = f"edit {number}{mine(asked, name)}"
    offered = [Button("Edit", edit), Button("Preview", f"digest preview{mine(asked, name)}")]
    if found.corrected:
        offered.append(Button("Follow that instead", f"{edit} {found.corrected.text}"))
    return offered


def data(found: Outlook) -> dict[str, Any]:
    """The outlook for programs."""
    return {
        "backtest": {
            "days": DAYS,
            "papers": found.backtest.papers,
            "per_day": found.backtest.per_day,
            "peak": found.backtest.peak,
            "examples": [paper_data(paper) for paper in found.backtest.examples],
        },
        "warnings": found.warnings,
        "corrected": found.corrected.text if found.corrected else None,
    }


def next_digest(channel: Channel) -> str:
    """When the channel's next digest comes, in its time."""
    if channel.schedule.paused:
        return "paused (schedule resume)"
    return local_time(channel.next_due, channel.schedule.timezone)
