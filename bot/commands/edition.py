"""edition: an edition as it was, and behind it, page by page, what its limit held back."""

from __future__ import annotations

from bot.commands.base import ME, Answer, Args, Asked, Command, Desk, Param, owner
from bot.commands.parts import PAGE, local_time, mine, quiet, whole
from db import channels, ledger
from digests.layouts.rich import card
from domain.errors import NotFoundError
from domain.message import Actions, Block, Button, Heading, Message


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    name = owner(asked, args)
    number, page = (whole(args.get(part, "1"), COMMAND.examples[0]) for part in ("number", "page"))
    channel = await desk.store.read(channels.existing, name)
    edition = await desk.store.read(ledger.edition, name, number)
    if edition is None:
        latest = f"The latest is {channel.editions}." if channel.editions else "It had none yet."
        raise NotFoundError(f"{name} has no edition {number}.", latest)
    # The first page is what was sent; what was held back follows in pages of the usual size.
    held = edition.held
    pages = [edition.seats, *(held[at : at + PAGE] for at in range(0, len(held), PAGE))]
    page = min(max(page, 1), len(pages))
    when = local_time(edition.due_at, channel.schedule.timezone)
    blocks: list[Block] = [Heading(f"Edition {number} of {name}, {when}")]
    blocks += [card(item) for item in pages[page - 1]]
    blocks.append(quiet(f"Page {page} of {len(pages)}{': held back by the limit' if page > 1 else ''}"))
    others = [("Previous", page - 1), ("Next", page + 1)]
    buttons = [
        Button(label, f"edition {number} {to}{mine(asked, name)}") for label, to in others if 0 < to <= len(pages)
    ]
    if buttons:
        blocks.append(Actions(tuple(buttons)))
    data = {
        "channel": name,
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


COMMAND = Command(
    "edition",
    "An edition as it was, and what it held back",
    _run,
    params=(
        Param("number", "the edition's number", "edition"),
        Param("page", "which page", "number", required=False),
        ME,
    ),
    examples=("edition 3", "edition 3 2"),
    in_place=True,
)
