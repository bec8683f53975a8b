"""unsubscribe: end a subscription, by its query or number; it can be taken back for 7 days."""

from __future__ import annotations

from contextlib import suppress
from difflib import get_close_matches

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import undo
from db import channels
from domain.channel import Subscription
from domain.errors import NotFoundError, QueryError
from domain.message import Actions, Heading, Message, Note, line
from domain.parse import parse


def found(connection: Connection, channel: str, text: str) -> Subscription:
    """The subscription that a number or a query names. Raises NotFoundError naming the nearest."""
    there = channels.subscriptions(connection, [channel])[channel]
    text = text.strip()
    number = text.removeprefix("#")
    chosen = next((s for s in there if number == str(s.number)), None)
    if not chosen:
        with suppress(QueryError):
            key = parse(text).key
            chosen = next((s for s in there if s.query.key == key), None)
    if chosen:
        return chosen
    near = get_close_matches(text[:200], [s.query.text for s in there], 1)
    listed = ", ".join(f"{s.number} ({s.query.text})" for s in there[:5])
    raise NotFoundError(
        f"{channel} has no subscription “{text[:60]}”.",
        f"Did you mean {near[0]}?" if near else f"It has: {listed}." if listed else "It has none.",
    )


def _remove(connection: Connection, name: str, text: str, asked: Asked) -> Subscription:
    subscription = found(connection, name, text)
    channels.unsubscribe(connection, name, subscription.number, asked.now)
    return subscription


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    subscription = await desk.store.write(_remove, name, args["query"], asked)
    back = await undo(desk, asked, name, "restore", subscription=subscription.number)
    message = Message.of(
        Heading(f"No longer following {subscription.query.text}"),
        Note(line("Undo brings it back, for 7 days.")),
        Actions((back,)),
    )
    return Answer(message, {"channel": name, "query": subscription.query.text, "subscription": subscription.number})


COMMAND = Command(
    "unsubscribe",
    "Stop following a query",
    _run,
    params=(Param("query", "the subscription's query or number", "subscription", rest=True), ME),
    examples=("unsubscribe 2", 'unsubscribe "speculative decoding"'),
    changes=True,
)
