"""subscriptions: what a channel follows, how much each brings, when the next digest comes, what is muted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, owner
from bot.commands.parts import local_time, per_day
from bot.commands.subscribe import tested
from db import channels
from domain.message import Block, Heading, Listing, Message, Note, Span, line


def _overview(connection: Connection, name: str, now: datetime) -> dict[str, Any]:
    channel = channels.existing(connection, name)
    there = channels.subscriptions(connection, [name])[name]
    return {
        "channel": name,
        "schedule": str(channel.schedule),
        "next": None if channel.schedule.paused else channel.next_due.isoformat(),
        "subscriptions": [
            {
                "subscription": s.number,
                "query": s.query.text,
                "per_week": tested(connection, s.query, now.date()).per_week,
                "created_by": s.created_by,
            }
            for s in there
        ],
        "mutes": [numbered.mute.query.text for numbered in channels.mutes(connection, [name])[name]],
        "stopped": channel.stopped,
    }


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    data = await desk.store.read(_overview, name, asked.now)
    many = len(data["subscriptions"])
    blocks: list[Block] = [Heading(f"{name} follows {many} {'query' if many == 1 else 'queries'}")]
    if many:
        blocks.append(
            Listing(
                tuple(
                    line(
                        Span(f"{s['subscription']}. ", "quiet"),
                        Span(s["query"], "code"),
                        f" · {per_day(s['per_week'], 'week')}",
                    )
                    for s in data["subscriptions"]
                )
            )
        )
    else:
        blocks.append(Note(line("Nothing yet. Begin with `subscribe` and what to follow.")))
    if data["mutes"]:
        blocks.append(Note(line("Muted: ", Span(", ".join(data["mutes"]), "code"))))
    blocks.append(Note(line(f"Schedule: {data['schedule']}")))
    zone = data["schedule"].split()[2]
    when = local_time(datetime.fromisoformat(data["next"]), zone) if data["next"] else "paused"
    blocks.append(Note(line("Next digest: ", Span(when, "strong"))))
    if data["stopped"]:
        blocks.append(Note(line(f"Deliveries rest: {data['stopped']}. They go on by themselves once it works again.")))
    return Answer(Message(tuple(blocks)), data)


COMMAND = Command(
    "subscriptions",
    "What this channel follows, and when its next digest comes",
    _run,
    params=(ME,),
    examples=("subscriptions", "subscriptions to:me"),
)
