"""subscriptions: what a channel follows, how much each brings, when the next digest comes, what is muted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, owner
from bot.commands.follow import next_digest, tested
from bot.commands.parts import counted, frequency
from db import channels
from domain.channel import Channel
from domain.message import Block, Heading, Listing, Message, Note, Span, line


def _overview(connection: Connection, name: str, asked: Asked) -> tuple[Channel, dict[str, Any]]:
    channel = channels.existing(connection, name)
    subscribed = [
        {
            "subscription": s.number,
            "query": s.query.text,
            "per_week": tested(connection, s.query, asked.now.date()).per_week,
            "created_by": s.created_by,
        }
        for s in channels.subscriptions(connection, [name])[name]
    ]
    return channel, {
        "channel": name,
        "schedule": str(channel.schedule),
        "next": None if channel.schedule.paused else channel.next_due.isoformat(),
        "subscriptions": subscribed,
        "mutes": [numbered.mute.query.text for numbered in channels.mutes(connection, [name])[name]],
        "stopped": channel.stopped,
    }


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    channel, data = await desk.store.read(_overview, name, asked)
    subscribed = data["subscriptions"]
    blocks: list[Block] = [Heading(f"{name} follows {counted(len(subscribed), 'query', 'queries')}")]
    if subscribed:
        blocks.append(Listing(tuple(map(_line, subscribed))))
    else:
        blocks.append(Note(line("Nothing yet. Begin with ", Span("subscribe", "code"), " and what to follow.")))
    if data["mutes"]:
        muted = [part for query in data["mutes"] for part in (", ", Span(query, "code"))]
        blocks.append(Note(line("Muted: ", *muted[1:])))
    blocks.append(Note(line("Schedule: ", Span(data["schedule"], "code"))))
    blocks.append(Note(line("Next digest: ", Span(next_digest(channel), "strong"))))
    if channel.stopped:
        blocks.append(Note(line(f"Deliveries rest: {channel.stopped}. They go on by themselves once it works again.")))
    return Answer(Message(tuple(blocks)), data)


def _line(subscription: dict[str, Any]) -> Any:
    return line(
        Span(f"{subscription['subscription']}. ", "quiet"),
        Span(subscription["query"], "code"),
        f" · {frequency(subscription['per_week'], 'week')}",
    )


COMMAND = Command(
    "subscriptions",
    "What this channel follows, and when its next digest comes",
    _run,
    params=(ME,),
    examples=("subscriptions", "subscriptions to:me"),
)
