"""The keeper's view: how much there is, how the sources go, how every edition and delivery stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from bot import ask
from bot.local.page.page import Page
from db import channels, ledger, overview, runs
from domain.channel import Channel, channel_id
from domain.delivery import State
from domain.errors import NotFoundError

ROWS, FEW = 20, 5
# What is listed under each name, the most urgent first.
LISTS: dict[str, tuple[State, ...]] = {
    "stuck": (State.DEAD, State.UNKNOWN, State.PAUSED),
    "on the way": (State.PLANNED, State.CLAIMED, State.SENDING, State.RETRY),
    "sent": (State.SENT,),
}


class Overview(Struct, frozen=True):
    """What the first page shows; a source that never ran has no run."""

    numbers: overview.Numbers
    stuck: Sequence[overview.Standing]
    resting: Sequence[Channel]
    sources: Sequence[tuple[str, runs.Run | None]]
    editions: Sequence[ledger.EditionState]


def _look(connection: Connection, sources: Sequence[str], now: datetime) -> Overview:
    ran = {run.source: run for run in runs.latest(connection)}
    return Overview(
        overview.numbers(connection),
        overview.standing(connection, LISTS["stuck"], now, limit=ROWS),
        [channel for channel in channels.every(connection) if channel.stopped],
        [(name, ran.get(name)) for name in sorted({*sources, *ran})],
        ledger.recent(connection, limit=FEW),
    )


async def keeper(page: Page, request: Request) -> Response:
    """The numbers of the store, what is stuck, the sources, the latest editions."""
    seen = await page.desk.store.read(_look, page.desk.sources, page.clock())
    return await _shown(page, request, "keeper.html", "Keeper’s view", seen=seen, lists=_counts(seen.numbers))


async def editions(page: Page, request: Request) -> Response:
    """Editions, of all channels or of one, page by page."""
    name = request.query_params.get("channel", "").strip()
    name = channel_id(name) if name else ""
    number = _number(request)
    found = await page.desk.store.read(ledger.recent, name or None, limit=ROWS + 1, offset=(number - 1) * ROWS)
    return await _paged(
        page, request, "keeper_editions.html", "Editions", number, found, address={"channel": name}, channel=name
    )


async def edition(page: Page, request: Request) -> Response:
    """One edition: its deliveries with their moves, and what it held."""
    name = channel_id(request.query_params.get("channel", ""))
    text = request.query_params.get("number", "")
    number = int(text) if re.fullmatch(r"[0-9]{1,15}", text, re.ASCII) else 0
    answer = await ask.say(page.desk, page.asked(name, request), f"edition {number}")
    if "error" in answer.data:
        raise NotFoundError(answer.data["error"], answer.data["hint"])
    deliveries = await page.desk.store.read(overview.of_edition, name, number, page.clock())
    title = f"Edition {number} of {name}"
    return await _shown(
        page, request, "keeper_edition.html", title, channel=name, deliveries=deliveries, message=answer.message
    )


async def deliveries(page: Page, request: Request) -> Response:
    """Deliveries by how they stand, each with its moves, page by page."""
    listed = request.query_params.get("list", "stuck")
    if listed not in LISTS:
        raise NotFoundError(f"There is no list “{listed[:40]}”.", f"There is: {', '.join(LISTS)}.")
    number = _number(request)
    offset, now = (number - 1) * ROWS, page.clock()
    found = await page.desk.store.read(overview.standing, LISTS[listed], now, limit=ROWS + 1, offset=offset)
    numbers = await page.desk.store.read(overview.numbers)
    given = {"listed": listed, "lists": _counts(numbers)}
    return await _paged(
        page, request, "keeper_deliveries.html", "Deliveries", number, found, address={"list": listed}, **given
    )


async def source(page: Page, request: Request) -> Response:
    """The runs of a source, page by page."""
    name, number = request.path_params["name"], _number(request)
    found = await page.desk.store.read(runs.last, name, ROWS + 1, (number - 1) * ROWS)
    if not found and number == 1 and name not in page.desk.sources:
        raise NotFoundError(f"There is no source “{name[:40]}”.", "The keeper’s view lists those there are.")
    return await _paged(page, request, "keeper_source.html", f"Runs of {name}", number, found, address={})


def _counts(numbers: overview.Numbers) -> dict[str, int]:
    """How many deliveries there are in each list."""
    return {name: sum(numbers.deliveries.get(state, 0) for state in states) for name, states in LISTS.items()}


def _number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) else 1


async def _paged(
    page: Page,
    request: Request,
    template: str,
    title: str,
    number: int,
    found: Sequence[object],
    *,
    address: dict[str, str],
    **values: Any,
) -> Response:
    """A page of rows, of which one more was read than is shown, to know whether others follow."""

    def turned(to: int) -> str:
        return f"{request.url.path}?{urlencode({**address, 'page': to})}"

    return await _shown(
        page,
        request,
        template,
        title,
        rows=found[:ROWS],
        number=number,
        previous=turned(number - 1) if number > 1 else "",
        following=turned(number + 1) if len(found) > ROWS else "",
        **values,
    )


async def _shown(page: Page, request: Request, template: str, title: str, **values: Any) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    back = f"{request.url.path}{query}"
    return await page.whole(request, template, here="keeper", title=title, back=back, **values)
