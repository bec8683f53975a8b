"""digest: what would go out now, or, with `now`, letting it go out."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import counted, local_time, mine
from db import channels, outbox
from digests.editions import Draft, draft, looks_back, new_papers, record
from digests.room import ENDLESS, Room
from domain.delivery import State
from domain.edition import Item
from domain.errors import PaperroundError
from domain.message import Actions, Block, Button, Heading, Message, Note, Span, line

log = logging.getLogger(__name__)

NOW, PREVIEW = "now", "preview"


def _draft(connection: Connection, name: str, now: datetime, rooms: Mapping[str, Room]) -> Draft:
    channel = channels.existing(connection, name)
    since = looks_back(connection, [channel], now)[channel]
    return draft(connection, {channel: now}, new_papers(connection, now, since), now, rooms, since)[0]


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    if args.get("when") == NOW:
        return await _now(desk, asked, name)
    # A preview of a channel whose platform is not connected is cut as if everything fitted.
    rooms = {name.partition(":")[0]: ENDLESS} | desk.rooms
    drafted = await desk.store.read(_draft, name, asked.now, rooms)
    if not drafted.edition.seats:
        return Answer(_nothing(drafted), _data(drafted))
    blocks: list[Block] = [Note(line(Span("A preview: nothing was sent, nothing is recorded.", "strong")))]
    for message in drafted.messages:
        blocks += message.blocks
    blocks.append(Actions((Button("Send it now", f"digest now{mine(asked, name)}"),)))
    return Answer(Message(tuple(blocks)), _data(drafted))


async def _now(desk: Desk, asked: Asked, name: str) -> Answer:
    courier = desk.couriers.get(name.partition(":")[0])
    if courier is None:
        raise PaperroundError(f"{name} cannot be reached from here.", "Its platform is not connected; see `doctor`.")
    drafted = await _recorded(desk, asked, name)
    # Whatever else is on its way to this channel goes out before it.
    await courier.deliver(name)
    if not drafted.edition.seats:
        return Answer(_nothing(drafted), _data(drafted))
    edition = drafted.edition
    deliveries = await desk.store.read(outbox.of_edition, name, edition.number)
    states = [delivery.state.value for delivery in deliveries]
    sent = states.count(State.SENT)
    of = f"{sent} of {len(states)} messages" if sent < len(states) else counted(sent, "message")
    blocks: list[Block] = [
        Heading(f"Edition {edition.number} of {name}: {counted(len(edition.seats), 'paper')}, {of} sent")
    ]
    if sent < len(states):
        blocks.append(Note(line(f"The rest is tried again by itself: {', '.join(states)}. `status` says more.")))
    return Answer(Message(tuple(blocks)), {**_data(drafted), "deliveries": states}, private=False)


async def _recorded(desk: Desk, asked: Asked, name: str) -> Draft:
    while True:
        drafted = await desk.store.read(_draft, name, asked.now, desk.rooms)
        if not drafted.edition.seats or await desk.store.write(record, drafted, desk.new_id):
            return drafted
        log.info("channel=%s got another edition meanwhile; deciding anew", name)


def _nothing(drafted: Draft) -> Message:
    channel, muted = drafted.channel, len(drafted.edition.muted)
    nothing = "Nothing new matches this channel's subscriptions."
    if muted:
        nothing = f"What is new and matches this channel's subscriptions is muted: {counted(muted, 'paper')}."
    when = local_time(channel.next_due, channel.schedule.timezone)
    paused = channel.schedule.paused
    following = "Its schedule is paused." if paused else f"The next digest is due {when}."
    return Message.of(Heading(f"Nothing new for {channel.id}"), Note(line(nothing)), Note(line(following)))


def _data(drafted: Draft) -> dict[str, Any]:
    edition = drafted.edition
    return {
        "channel": edition.channel,
        "edition": edition.number if edition.seats else None,
        "items": [
            {
                "paper": item.paper.id,
                "title": item.paper.title,
                "url": item.paper.url,
                "matched_by": list(item.queries),
                "late": item.late,
            }
            for item in edition.seats
        ],
        "held": [_held(item) for item in (*edition.held, *edition.muted)],
    }


def _held(item: Item) -> dict[str, str]:
    return {"paper": item.paper.id, "title": item.paper.title, "why": item.why}


COMMAND = Command(
    "digest",
    "See what would go out now, or send it",
    _run,
    params=(Param("when", "`now` sends it", "choice", required=False, choices=(PREVIEW, NOW)), ME),
    changes_with=("when", NOW),
    examples=("digest", "digest now"),
)
