"""edition: an edition as it was, and behind it, page by page, what its limit held back."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import PAGE, local_time, quiet
from db import channels, ledger
from digests.layouts.rich import card
from domain.errors import NotFoundError, UsageError
from domain.message import Actions, Block, Button, Heading, Message


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    number, page = _whole(args["number"]), _whole(args.get("page", "1"))
    edition = await desk.store.read(ledger.edition, asked.channel, number)
    if edition is None:
        raise NotFoundError(f"{asked.channel} has no edition {number}.", "`status` shows the latest.")
    channel = await desk.store.read(channels.existing, asked.channel)
    # The first page is what was sent; what was held back follows in pages of the usual size.
    held = edition.held
    pages = [edition.seats, *(held[at : at + PAGE] for at in range(0, len(held), PAGE))]
    page = min(max(page, 1), len(pages))
    when = local_time(edition.due_at, channel.schedule.timezone)
    blocks: list[Block] = [Heading(f"Edition {number} of {asked.channel}, {when}")]
    blocks += [card(item) for item in pages[page - 1]]
    blocks.append(quiet(f"Page {page} of {len(pages)}{': held back by the limit' if page > 1 else ''}"))
    buttons = []
    if page > 1:
        buttons.append(Button("Previous", f"edition {number} {page - 1}"))
    if page < len(pages):
        buttons.append(Button("Next", f"edition {number} {page + 1}"))
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    data = {
        "channel": asked.channel,
        "edition": number,
        "page": page,
        "pages": len(pages),
        "items": [
            {
                "paper": item.paper.id,
                "title": item.paper.title,
                "matched_by": list(item.queries),
                "place": item.place.value,
            }
            for item in pages[page - 1]
        ],
    }
    return Answer(Message(tuple(blocks)), data)


def _whole(text: str) -> int:
    if not text.isdecimal() or len(text) > 9:
        raise UsageError(f"“{text[:40]}” is no number.", "Write it so: edition 3")
    return int(text)


COMMAND = Command(
    "edition",
    "An edition as it was, and what it held back",
    _run,
    params=(
        Param("number", "the edition's number", "number"),
        Param("page", "which page", "number", required=False),
    ),
    examples=("edition 3", "edition 3 2"),
)
