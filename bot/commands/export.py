"""export: one's bookmarks as a file for other programs."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.bookmarks import chosen
from bot.exports import FORMATS, Entry, export
from domain.message import Heading, Message, Note, line


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    kept = await desk.store.read(chosen, asked, args.get("query", ""))
    file = export([Entry(paper, mark.note, mark.tags) for mark, paper in kept], args["format"].lower())
    many = len(kept)
    message = Message.of(
        Heading(f"{many} {'bookmark' if many == 1 else 'bookmarks'} as {args['format'].lower()}"),
        Note(line("You have none yet, so the file is empty.")) if not kept else None,
        file,
    )
    return Answer(
        message, {"format": args["format"].lower(), "entries": many, "name": file.name, "content": file.content}
    )


COMMAND = Command(
    "export",
    "Your bookmarks as a file",
    _run,
    params=(
        Param("format", "the file's format", "choice", choices=tuple(FORMATS)),
        Param("query", "words or #tags to choose by", "query", required=False, rest=True),
    ),
    examples=("export bibtex", "export csv #journal-club"),
    in_channel=False,
)
