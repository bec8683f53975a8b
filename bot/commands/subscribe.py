"""subscribe: a query for this channel or oneself, answered with what it would have brought."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands import follow
from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, undo
from db import channels
from domain.channel import Channel, Subscription
from domain.message import Actions, Heading, Message, Note, Span, line
from domain.query import Query
from domain.schedule import Schedule


def _add(
    connection: Connection, name: str, schedule: Schedule, query: Query, asked: Asked
) -> tuple[Channel, Subscription, list[Subscription], bool]:
    channel = channels.ensure(connection, name, schedule, asked.now)
    there = channels.subscriptions(connection, [name])[name]
    same = next((s for s in there if s.query.key == query.key), None)
    others = [s for s in there if s is not same]
    if same:
        return channel, same, others, False
    return channel, channels.subscribe(connection, name, query, asked.person, asked.now), others, True


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    query, name = asked_query(args), owner(asked, args)
    schedule = Schedule(timezone=asked.timezone or desk.timezone)
    channel, subscription, others, new = await desk.store.write(_add, name, schedule, query, asked)
    found = await desk.store.read(follow.outlook, channel, subscription.query, others, asked.now.date())
    buttons = follow.buttons(found, asked, name, subscription.number)
    if new:
        buttons.insert(0, await undo(desk, asked, name, "unsubscribe", subscription=subscription.number))
    said = f"Subscription {subscription.number} of {name}, {channel.schedule}. Next digest: "
    message = Message.of(
        Heading(f"{'Now' if new else 'Already'} following {subscription.query.text}"),
        Note(line(said, Span(follow.next_digest(channel), "strong"), ".")),
        *follow.blocks(found),
        Actions(tuple(buttons)),
    )
    data = {"channel": name, "query": subscription.query.text, "subscription": subscription.number}
    return Answer(message, data | follow.data(found))


COMMAND = Command(
    "subscribe",
    "Follow a query in this channel, or for yourself",
    _run,
    params=(Param("query", "what to follow", "query", rest=True), ME),
    examples=('subscribe "speculative decoding" OR "draft model"', "subscribe author:hinton to:me"),
    changes=True,
)
