"""A paper's own page, one's bookmarks, and files to download."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from bot import ask
from bot.commands.parts import pages
from bot.exports import FORMATS
from bot.local.page.page import ME, Page
from domain.errors import NotFoundError
from domain.message import Actions, Block, Card, File, Message


async def paper(page: Page, request: Request) -> Response:
    """All that is known of a paper, and what became of it here."""
    name = request.path_params["paper"]
    # In no channel, its history is that of all.
    asked = page.asked("", request)
    answers = [await ask.say(page.desk, asked, f"{verb} {name}") for verb in ("abstract", "history")]
    if "error" in answers[0].data:
        raise NotFoundError(answers[0].data["error"], answers[0].data["hint"])
    return await page.whole(
        request,
        "paper.html",
        title=answers[0].data["title"],
        paper=answers[0].data["paper"],
        back=f"/papers/{answers[0].data['paper']}",
        messages=[Message(answers[0].message.blocks[1:]), Message(_history(answers[1].message.blocks))],
    )


def _history(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Without the title and the buttons, which the card above it has."""
    return (blocks[0], *(each for each in blocks[2:] if not isinstance(each, Actions)))


async def bookmarks(page: Page, request: Request) -> Response:
    """One's bookmarks, those that match, page by page, each with its note and tags to change."""
    query = request.query_params.get("query", "").strip()
    text = request.query_params.get("page", "1")
    number = max(int(text), 1) if re.fullmatch(r"[0-9]{1,4}", text, re.ASCII) else 1
    answer = await ask.say(page.desk, page.asked(ME, request), f"more {number} bookmarks {query}".strip())
    marks = {mark["paper"]: mark for mark in answer.data.get("bookmarks", ())}
    parts = [
        (Message((block,)), marks.get(block.paper) if isinstance(block, Card) else None)
        for block in answer.message.blocks
        if not isinstance(block, Actions)
    ]
    return await page.whole(
        request,
        "bookmarks.html",
        here="bookmarks",
        title="Bookmarks",
        query=query,
        number=number,
        last=pages(answer.data.get("total", 0)),
        parts=parts,
        back=f"/bookmarks?{urlencode({'query': query, 'page': number})}",
        formats=tuple(FORMATS),
    )


async def file(page: Page, request: Request) -> Response:
    """The file of an answer, or of one's bookmarks in a format."""
    exchange = page.said.get(request.path_params["number"])
    files = [block for block in exchange.answer.message.blocks if isinstance(block, File)] if exchange else []
    if not files:
        raise NotFoundError("That file is not kept any longer.", "Ask for it again: export FORMAT.")
    return _download(files[0])


async def export(page: Page, request: Request) -> Response:
    """One's bookmarks as a file, straight away."""
    words = f"export {request.path_params['format']} {request.query_params.get('query', '')}"
    answer = await ask.say(page.desk, page.asked(ME, request), words.strip())
    files = [block for block in answer.message.blocks if isinstance(block, File)]
    if not files:
        raise NotFoundError(str(answer.data["error"]), str(answer.data["hint"]))
    return _download(files[0])


def _download(file: File) -> Response:
    name = quote(file.name)
    return Response(
        file.content.encode(errors="replace"),
        media_type=f"{file.media_type}; charset=utf-8",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{name}"},
    )
