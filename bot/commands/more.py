"""more: another page of a listing."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import whole
from bot.commands.perform import perform, read
from domain.errors import UsageError

FURTHEST = 9_999


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    page = min(max(1, whole(args["page"], COMMAND.examples[0])), FURTHEST)
    command, listed = read(desk.commands, args["command"])
    if not command.paged:
        raise UsageError(f"{command.name} has no pages.", f"Write only: {args['command'][:80]}")
    return await perform(desk, asked, command, {**listed, "page": str(page)})


COMMAND = Command(
    "more",
    "Another page of a listing",
    _run,
    params=(
        Param("page", "which page", "number"),
        Param("command", "the command whose answer has pages", rest=True),
    ),
    examples=("more 2 search diffusion",),
    hidden=True,
    in_channel=False,
    in_place=True,
)
