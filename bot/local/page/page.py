"""What every view works with: the desk, what was said, templates, and how errors are shown."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from bot.commands.base import Asked, Desk
from bot.front import Clock
from bot.local.page.aside import look
from bot.local.page.live import Live
from bot.local.page.said import Said
from bot.local.page.shown import path, short_name, shown, when, zone_of
from bot.settings import Settings
from domain.errors import NotFoundError, PaperroundError, StoreError

log = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "templates"
ME = "local:me"
PART = "x-part"  # the header by which our script asks for a part of a page

View = Callable[["Page", Request], Awaitable[Response]]


class Page:
    """The page's side of the desk. Whoever sees it acts as `local:me`, who may do everything here."""

    def __init__(self, desk: Desk, settings: Settings, clock: Clock) -> None:
        self.desk = desk
        self.settings = settings
        self.clock = clock
        self.said = Said()
        self.live = Live(desk.store)
        self.templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals.update(path=path, shown=shown, short_name=short_name, me=ME)

    def asked(self, channel: str, request: Request) -> Asked:
        """Who asks, where and when."""
        return Asked(ME, channel, self.clock(), manager=True, timezone=self.zone(request))

    def zone(self, request: Request) -> str:
        """The reader's timezone."""
        return zone_of(request.cookies, self.settings.timezone)

    async def whole(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page with everything around it."""
        around = await self.desk.store.read(look, self.desk.sources, self.clock())
        number = request.query_params.get("said", "")
        notice = self.said.get(int(number)) if re.fullmatch(r"[0-9]{1,15}", number, re.ASCII) else None
        return self.bare(request, template, status, aside=around, notice=notice, **values)

    def bare(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page, or a part of one, by itself."""
        return HTMLResponse(self.part(self.zone(request), template, **values), status)

    def part(self, zone: str, template: str, **values: Any) -> str:
        """A template's text, in the reader's timezone."""
        given = {
            "zone": zone,
            "back": "",
            "notice": None,
            "when": lambda instant: when(instant, zone),
            "now": self.clock(),
            "here": "",
            **values,
        }
        return self.templates.get_template(template).render(given)

    def view(self, handler: Any) -> Callable[[Request], Awaitable[Response]]:
        """A view as the router takes it: what goes wrong is shown, in a page or in a part of one."""

        async def guarded(request: Request) -> Response:
            try:
                response: Response = await handler(self, request)
            except ClientDisconnect:
                return Response(status_code=HTTPStatus.BAD_REQUEST)
            except NotFoundError as error:
                return self.refuse(request, HTTPStatus.NOT_FOUND, error.what, error.hint)
            except StoreError as error:
                return self.refuse(request, HTTPStatus.SERVICE_UNAVAILABLE, error.what, error.hint)
            except (PaperroundError, ValueError) as error:
                what, hint = (error.what, error.hint) if isinstance(error, PaperroundError) else (f"{error}", "")
                return self.refuse(request, HTTPStatus.BAD_REQUEST, what, hint)
            return response

        return guarded

    def refuse(self, request: Request, status: HTTPStatus, what: str, hint: str) -> Response:
        """Say what went wrong, and what to do."""
        log.debug("page %s %s: %d %s", request.method, request.url.path, status, what)
        name = "sorry.html" if PART in request.headers else "error.html"
        return self.bare(request, name, status, what=what, hint=hint)
