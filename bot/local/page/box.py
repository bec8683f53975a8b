"""Help while one types: completion, and what a query would have brought."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot import ask
from bot.commands.perform import read
from bot.complete import complete as completed
from bot.local.page.page import Page
from domain.channel import channel_id
from domain.errors import PaperroundError
from domain.message import Bars, Message, Note

LONGEST = 500  # characters; nobody waits for help with more
TESTED = {"subscribe", "edit", "backtest"}


async def complete(page: Page, request: Request) -> Response:
    """What the text in the box may go on with, as JSON."""
    name = channel_id(request.path_params["name"])
    text = request.query_params.get("text", "")
    found = await completed(page.desk, page.asked(name, request), text) if len(text) <= LONGEST else []
    return JSONResponse([{"label": choice.label, "value": choice.value} for choice in found])


async def preview(page: Page, request: Request) -> Response:
    """The backtest of the query in the box, as a part of the page; empty where there is none yet."""
    name = channel_id(request.path_params["name"])
    query = _query(page, request.query_params.get("text", "")[:LONGEST])
    if not query:
        return page.bare(request, "preview.html", message=None, here=name)
    answer = await ask.say(page.desk, page.asked(name, request), f"backtest {query}")
    small = Message(tuple(block for block in answer.message.blocks if isinstance(block, Note | Bars)))
    return page.bare(request, "preview.html", message=small, here=name)


def _query(page: Page, text: str) -> str:
    try:
        command, args = read(page.desk.commands, text)
    except PaperroundError:
        return ""
    return args.get("query", "") if command.name in TESTED else ""
