"""edit: let a subscription ask something else, under its old number."""

from __future__ import annotations

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import asked_query, undo
from bot.commands.subscribe import answer_blocks, backtest_data, tested
from bot.commands.unsubscribe import found as found_subscription
from db import channels
from domain.message import Actions, Button, Heading, Message, Note, Span, line


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    subscription = await desk.store.read(found_subscription, name, args["subscription"])
    if not args.get("query"):
        how = line("Write ", Span(f"edit {subscription.number} NEW QUERY", "code"), ".")
        message = Message.of(Heading(f"Subscription {subscription.number}: {subscription.query.text}"), Note(how))
        return Answer(message, {"channel": name, "subscription": subscription.number, "query": subscription.query.text})
    query = asked_query(args)
    await desk.store.write(channels.change_query, name, subscription.number, query, asked.now)
    result = await desk.store.read(tested, query, asked.now.date())
    back = await undo(desk, asked, name, "edit", subscription=subscription.number, query=subscription.query.text)
    message = Message.of(
        Heading(f"Now following {query.text}"),
        Note(line(f"Subscription {subscription.number} of {name}; before: {subscription.query.text}")),
        *answer_blocks(result),
        Actions((back, Button("Preview", "digest preview"))),
    )
    return Answer(
        message,
        {
            "channel": name,
            "query": query.text,
            "subscription": subscription.number,
            "backtest": backtest_data(result),
        },
    )


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
