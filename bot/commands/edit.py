"""edit: let a subscription ask something else, under its old number."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands import follow
from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, mine, undo
from bot.commands.unsubscribe import found as found_subscription
from db import channels
from domain.channel import Channel, Subscription
from domain.errors import UsageError
from domain.message import Actions, Heading, Message, Note, Span, line
from domain.query import Query


def _change(
    connection: Connection, name: str, text: str, query: Query, asked: Asked
) -> tuple[Channel, Subscription, list[Subscription]]:
    before = found_subscription(connection, name, text)
    there = channels.subscriptions(connection, [name])[name]
    others = [s for s in there if s.number != before.number]
    same = next((s for s in others if s.query.key == query.key), None)
    if same:
        raise UsageError(
            f"Subscription {same.number} of {name} follows that already.",
            f"Write unsubscribe {before.number} if you want only that one.",
        )
    # What asks the same in other words has no reason to start anew.
    since = before.created_at if query.key == before.query.key else asked.now
    channels.change_query(connection, name, before.number, query, since)
    return channels.existing(connection, name), before, others


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    if not args.get("query"):
        return await _shown(desk, asked, name, args["subscription"])
    query = asked_query(args)
    channel, before, others = await desk.store.write(_change, name, args["subscription"], query, asked)
    found = await desk.store.read(follow.outlook, channel, query, others, asked.now.date())
    old = {"query": before.query.text, "created_at": before.created_at.isoformat()}
    back = await undo(desk, asked, name, "edit", subscription=before.number, **old)
    message = Message.of(
        Heading(f"Now following {query.text}"),
        Note(line(f"Subscription {before.number} of {name}; before: ", Span(before.query.text, "code"))),
        *follow.blocks(found),
        Actions((back, *follow.buttons(found, asked, name, before.number))),
    )
    data = {"channel": name, "query": query.text, "subscription": before.number}
    return Answer(message, data | follow.data(found))


async def _shown(desk: Desk, asked: Asked, name: str, text: str) -> Answer:
    there = await desk.store.read(found_subscription, name, text)
    how = line("Write ", Span(f"edit {there.number}{mine(asked, name)} {there.query.text}", "code"), ", changed.")
    message = Message.of(Heading(f"Subscription {there.number}: {there.query.text}"), Note(how))
    return Answer(message, {"channel": name, "query": there.query.text, "subscription": there.number})


COMMAND = Command(
    "edit",
    "Change what a subscription asks",
    _run,
    params=(
        Param("subscription", "the subscription's number", "subscription"),
        Param("query", "what to follow from now on", "query", required=False, rest=True),
        ME,
    ),
    examples=('edit 2 "speculative decoding" -survey',),
    changes=True,
)
