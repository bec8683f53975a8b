"""Entering the token, and what is said where there is nothing."""

from __future__ import annotations

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.local.page.guard import form, let_in, same
from bot.local.page.page import Page
from domain.errors import NotFoundError


async def login(page: Page, request: Request) -> Response:
    """Ask for the token; whoever has it is remembered."""
    wrong = False
    if request.method == "POST":
        token = page.settings.page_token
        given = (await form(request)).get("token", "").strip()
        if token and same(given, token):
            answer = RedirectResponse("/", HTTPStatus.SEE_OTHER)
            let_in(answer, page.settings)
            return answer
        wrong = True
    status = HTTPStatus.FORBIDDEN if wrong else HTTPStatus.OK
    return page.bare(request, "login.html", status, wrong=wrong, title="Enter")


async def nowhere(page: Page, request: Request) -> Response:
    """There is no such page."""
    raise NotFoundError("There is no such page.", "Choose a channel, or begin at /.")
