"""resend: send a message again that could not be sent, or of which nobody knows whether it arrived: now, not later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from db import outbox, resend
from domain.delivery import Delivery, State
from domain.message import Heading, Message, Note, line


def _state(connection: Connection, delivery: Delivery) -> Delivery:
    there = outbox.of_edition(connection, delivery.channel, delivery.edition)
    return next(each for each in there if each.id == delivery.id)


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    before = await desk.store.write(resend.resend, name, args["delivery"].strip(), asked.person, asked.now)
    courier = desk.couriers.get(name.partition(":")[0])
    if courier:
        await courier.deliver(name)
    after = await desk.store.read(_state, before)
    sent = after.state is State.SENT
    message = Message.of(
        Heading(f"{described(before)} of {name} {'is sent' if sent else 'goes out again'}"),
        Note(line("If it had arrived after all, it is there twice now.")) if before.state is State.UNKNOWN else None,
        None if sent else Note(line(f"It is {after.state} now, and tried by itself. `status` says more.")),
    )
    data: dict[str, Any] = {"channel": name, "edition": before.edition, "part": before.part, "parts": before.parts}
    return Answer(message, {**data, "delivery": before.id, "before": before.state.value, "state": after.state.value})


def described(delivery: Delivery) -> str:
    """Which message of which edition it is."""
    part = f", message {delivery.part} of {delivery.parts}" if delivery.parts > 1 else ""
    return f"Edition {delivery.edition}{part}"


COMMAND = Command(
    "resend",
    "Send a message again that is stuck",
    _run,
    params=(Param("delivery", "the message's id, as `status` has it", "delivery"), ME),
    examples=("resend 5f0c3a9be1d24c7780ab",),
    changes=True,
    hidden=True,
)
