"""schedule: when this channel's digest comes, and how; words in any order, what is not named stays."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import local_time, mine, undo
from db import channels, looks
from digests.layouts import LAYOUTS
from domain.channel import Channel
from domain.edition import first_new
from domain.message import Actions, Button, Heading, Message, Note, Span, line
from domain.schedule import EXAMPLE, Schedule, change


def settle(connection: Connection, channel: Channel, schedule: Schedule, asked: Asked) -> Channel:
    """Give the channel this schedule. Its next digest stays due when it was, unless its times change."""
    before = channel.schedule
    kept = (before.paused, before.days, before.at, before.timezone)
    same = kept == (schedule.paused, schedule.days, schedule.at, schedule.timezone)
    channels.reschedule(connection, channel.id, schedule, channel.next_due if same else schedule.next_after(asked.now))
    if before.paused and not schedule.paused:
        looks.rested(connection, channel.id, first_new(asked.now.date()), asked.now)
    return channels.existing(connection, channel.id)


def _change(
    connection: Connection, name: str, words: str, new: Schedule, sources: tuple[str, ...], asked: Asked
) -> tuple[Channel, Channel]:
    before = channels.ensure(connection, name, new, asked.now)
    after = change(before.schedule, words, layouts=LAYOUTS, sources=sources)
    return before, settle(connection, before, after, asked)


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    buttons = []
    if args.get("words"):
        new = Schedule(timezone=asked.timezone or desk.timezone)
        before, channel = await desk.store.write(_change, name, args["words"], new, desk.sources, asked)
        said = f"The schedule of {name} is changed"
        buttons.append(await undo(desk, asked, name, "schedule", words=str(before.schedule)))
    else:
        channel = await desk.store.read(channels.existing, name)
        said = f"The schedule of {name}"
    schedule = channel.schedule
    when = "Paused." if schedule.paused else f"Next digest: {local_time(channel.next_due, schedule.timezone)}."
    other = "resume" if schedule.paused else "pause"
    buttons.append(Button(other.capitalize(), f"schedule {other}{mine(asked, name)}"))
    message = Message.of(
        Heading(said), Note(line(Span(str(schedule), "code"))), Note(line(when)), Actions(tuple(buttons))
    )
    data = {
        "channel": name,
        "schedule": str(schedule),
        "next": None if schedule.paused else channel.next_due.isoformat(),
    }
    return Answer(message, data)


COMMAND = Command(
    "schedule",
    "When this channel's digest comes, and how",
    _run,
    params=(Param("words", "days, time, timezone, limit, layout, pause …", "schedule", required=False, rest=True), ME),
    changes_with=("words", ""),
    examples=(f"schedule {EXAMPLE}", "schedule mon,wed,fri 18:30", "schedule pause"),
)
