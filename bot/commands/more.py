"""more: another page of a listing."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from db import tickets
from domain.errors import NotFoundError


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    number, page = args["number"], args.get("page", "2")
    ticket = await desk.store.read(tickets.get, int(number)) if number.isdecimal() and len(number) < 18 else None
    own = ticket is not None and ticket.kind == "more" and ticket.person == asked.person
    command = desk.commands.get(ticket.data["command"]) if ticket and own else None
    if ticket is None or command is None or not page.isdecimal():
        raise NotFoundError("There are no more pages of that.", "Ask again; buttons of your own answers turn pages.")
    again = {**ticket.data["args"], "page": page[:6], "ticket": number}
    return await command.run(desk, asked, again)


COMMAND = Command(
    "more",
    "Another page",
    _run,
    params=(Param("number", "the listing's number", "number"), Param("page", "which page", "number", required=False)),
    examples=("more 7 2",),
    hidden=True,
    in_channel=False,
)
