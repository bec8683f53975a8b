"""backtest: what a query would have brought this channel, without following it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.commands import follow
from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, mine
from db import channels
from domain.channel import Channel, Subscription
from domain.message import Actions, Button, Heading, Message, Note, line
from domain.query import Query
from domain.schedule import Schedule


def _tested(
    connection: Connection, name: str, schedule: Schedule, query: Query, now: datetime
) -> tuple[Subscription | None, follow.Outlook]:
    # Nobody need have subscribed to anything here yet.
    channel = channels.get(connection, name) or Channel(name, schedule, now, now)
    there = channels.subscriptions(connection, [name])[name]
    same = next((s for s in there if s.query.key == query.key), None)
    others = [s for s in there if s is not same]
    return same, follow.outlook(connection, channel, query, others, now.date())


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    query, name = asked_query(args), owner(asked, args)
    same, found = await desk.store.read(_tested, name, Schedule(timezone=desk.timezone), query, asked.now)
    following = f"subscribe{mine(asked, name)}"
    if same:
        buttons = follow.buttons(found, asked, name, same.number)
    else:
        buttons = [Button("Subscribe", f"{following} {query.text}", "primary")]
        if found.corrected:
            buttons.append(Button("Follow that instead", f"{following} {found.corrected.text}"))
    message = Message.of(
        Heading(f"What {query.text} would have brought {name}"),
        Note(line(f"Subscription {same.number} follows it already.")) if same else None,
        *follow.blocks(found),
        Actions(tuple(buttons)),
    )
    data = {"channel": name, "query": query.text, "subscription": same.number if same else None}
    return Answer(message, data | follow.data(found))


COMMAND = Command(
    "backtest",
    "See what a query would have brought, without following it",
    _run,
    params=(Param("query", "what to try", "query", rest=True), ME),
    examples=('backtest "speculative decoding" -survey', "backtest author:hinton to:me"),
)
