"""The schedule of a channel as a form."""

from __future__ import annotations

from http import HTTPStatus
from zoneinfo import available_timezones

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot import ask, forms
from bot.local.page.guard import form
from bot.local.page.page import Page
from bot.local.page.shown import path, short_name
from db import channels
from digests.layouts import LAYOUTS
from domain.channel import channel_id
from domain.errors import UsageError
from domain.schedule import DAYS, EMPTY, Schedule


async def schedule(page: Page, request: Request) -> Response:
    """The schedule of a channel as a form, over the parser that reads the command."""
    name = channel_id(request.path_params["name"])
    known = await page.desk.store.read(channels.get, name)
    current = known.schedule if known else Schedule(timezone=page.zone(request))
    values, errors = forms.values(current), dict[str, UsageError]()
    if request.method == "POST":
        given = await form(request)
        values = {name: given.get(name, "") for name in forms.FIELDS}
        errors = forms.errors(values, layouts=LAYOUTS, sources=page.desk.sources)
        if not errors:
            asked = page.asked(name, request)
            words = f"schedule {forms.words(values)}"
            exchange = page.said.add(name, words, await ask.say(page.desk, asked, words), asked.now)
            return RedirectResponse(f"{path('channels', name)}#said-{exchange.number}", HTTPStatus.SEE_OTHER)
    return await page.whole(
        request,
        "schedule.html",
        HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK,
        here=name,
        title=f"Schedule of {short_name(name)}",
        values=values,
        errors=errors,
        days=DAYS,
        zones=sorted(available_timezones()),
        sources=page.desk.sources,
        layouts=tuple(LAYOUTS),
        empties=EMPTY,
    )
