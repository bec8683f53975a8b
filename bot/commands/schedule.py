"""schedule: when this channel's digest comes, and how; words in any order, what is not named stays."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, may_change, owner
from bot.commands.parts import local_time, undo
from db import channels
from digests.layouts import LAYOUTS
from domain.channel import Channel
from domain.message import Actions, Block, Button, Heading, Message, Note, Span, line
from domain.schedule import EXAMPLE, Schedule, change


def _change(
    connection: Connection, name: str, words: str, new: Schedule, sources: tuple[str, ...], asked: Asked
) -> tuple[Channel, Channel]:
    before = channels.ensure(connection, name, new, asked.now)
    after = change(before.schedule, words, layouts=LAYOUTS, sources=sources)
    next_due = before.next_due if _same_times(before.schedule, after) else after.next_after(asked.now)
    channels.reschedule(connection, name, after, next_due)
    return before, channels.existing(connection, name)


def _same_times(before: Schedule, after: Schedule) -> bool:
    kept = before.paused == after.paused
    return kept and (before.days, before.at, before.timezone) == (after.days, after.at, after.timezone)


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    blocks: list[Block] = []
    if args.get("words"):
        may_change(await desk.store.read(channels.get, name), name, asked)
        new = Schedule(timezone=asked.timezone or desk.timezone)
        before, channel = await desk.store.write(_change, name, args["words"], new, desk.sources, asked)
        blocks.append(Heading(f"The schedule of {name} is changed"))
        buttons = [await undo(desk, asked, name, "schedule", words=str(before.schedule))]
    else:
        channel = await desk.store.read(channels.existing, name)
        blocks.append(Heading(f"The schedule of {name}"))
        buttons = []
    schedule = channel.schedule
    when = "Paused." if schedule.paused else f"Next digest: {local_time(channel.next_due, schedule.timezone)}."
    blocks += [Note(line(Span(str(schedule), "code"))), Note(line(when))]
    buttons.append(Button("Resume", "schedule resume") if schedule.paused else Button("Pause", "schedule pause"))
    blocks.append(Actions(tuple(buttons)))
    data = {
        "channel": name,
        "schedule": str(schedule),
        "next": None if schedule.paused else channel.next_due.isoformat(),
    }
    return Answer(Message(tuple(blocks)), data)


COMMAND = Command(
    "schedule",
    "When this channel's digest comes, and how",
    _run,
    params=(Param("words", "days, time, timezone, limit, layout, pause …", required=False, rest=True), ME),
    examples=(f"schedule {EXAMPLE}", "schedule mon,wed,fri 18:30", "schedule pause"),
)
