"""digest: what would go out now, or, with `now`, letting it go out."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param, may_change
from bot.commands.parts import local_time
from db import channels, outbox
from digests.editions import Draft, draft, record
from digests.lay_out import Fits
from domain.channel import Channel
from domain.delivery import Delivery, State
from domain.edition import Item
from domain.errors import PaperroundError
from domain.message import Actions, Block, Button, Heading, Message, Note, Span, line

log = logging.getLogger(__name__)

NOW, PREVIEW = "now", "preview"


def _draft(connection: Connection, name: str, now: datetime, fits: dict[str, Fits]) -> tuple[Channel, Draft]:
    channel = channels.existing(connection, name)
    return channel, draft(connection, {channel: now}, now, fits)[0]


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    if args.get("when", PREVIEW).lower() == NOW:
        return await _now(desk, asked)
    name = asked.channel
    fits = desk.fits or {}
    channel, drafted = await desk.store.read(_draft, name, asked.now, _any(fits, name))
    if not drafted.edition.seats:
        return Answer(_nothing(channel), _data(drafted))
    blocks: list[Block] = [Note(line(Span("A preview: nothing was sent, nothing is recorded.", "strong")))]
    for message in drafted.messages:
        blocks += message.blocks
    blocks.append(Actions((Button("Send it now", "digest now"),)))
    return Answer(Message(tuple(blocks)), _data(drafted))


def _any(fits: dict[str, Fits], name: str) -> dict[str, Fits]:
    # A preview of a channel whose platform is not connected is cut as if everything fitted.
    return {name.partition(":")[0]: lambda _: True} | fits


async def _now(desk: Desk, asked: Asked) -> Answer:
    name = asked.channel
    may_change(await desk.store.read(channels.get, name), name, asked)
    courier = desk.couriers.get(name.partition(":")[0])
    if courier is None:
        raise PaperroundError(f"{name} cannot be reached from here.", "Its platform is not connected; see `doctor`.")
    drafted = await _recorded(desk, asked)
    if not drafted.edition.seats:
        # What an earlier attempt left on its way goes out all the same.
        await courier.deliver(name)
        return Answer(_nothing(drafted.channel), _data(drafted))
    await courier.deliver(name)
    deliveries = await desk.store.read(outbox.of_edition, name, drafted.edition.number)
    sent = sum(delivery.state is State.SENT for delivery in deliveries)
    states = [_state(delivery) for delivery in deliveries]
    papers = len(drafted.edition.seats)
    said = f"Edition {drafted.edition.number} of {name}: {papers} papers, {sent} of {len(deliveries)} messages sent."
    blocks: list[Block] = [Heading(said)]
    if sent < len(deliveries):
        blocks.append(Note(line("The rest is tried again by itself: " + ", ".join(states))))
    return Answer(Message(tuple(blocks)), {**_data(drafted), "deliveries": states}, private=False)


async def _recorded(desk: Desk, asked: Asked) -> Draft:
    while True:
        _, drafted = await desk.store.read(_draft, asked.channel, asked.now, desk.fits)
        if not drafted.edition.seats or await desk.store.write(record, drafted, desk.new_id):
            return drafted
        log.info("channel=%s got another edition meanwhile; deciding anew", asked.channel)


def _state(delivery: Delivery) -> str:
    return delivery.state.value


def _nothing(channel: Channel) -> Message:
    nothing = "Nothing new matches this channel's subscriptions."
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
    params=(Param("when", "`now` sends it", "choice", required=False, choices=(PREVIEW, NOW)),),
    examples=("digest", "digest now"),
)
