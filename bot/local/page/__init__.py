"""The page: the same commands and messages as in the chats, in a browser."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles

from bot.commands.base import Desk
from bot.front import Clock
from bot.local.page import box, door, keeper, papers, rooms, schedules
from bot.local.page.guard import Guard
from bot.local.page.live import Live
from bot.local.page.page import Page
from bot.settings import Settings

STATIC = Path(__file__).parent / "static"


def served(desk: Desk, settings: Settings, clock: Clock) -> tuple[Sequence[BaseRoute], Live]:
    """What the page answers, and what tells the pages that are open of what is new."""
    page = Page(desk, settings, clock)

    def view(path: str, handler: object, *methods: str) -> Route:
        return Route(path, page.view(handler), methods=[*(methods or ("GET",))])

    routes = [
        view("/", rooms.first),
        view("/channels", rooms.go),
        view("/channels/{name:path}", rooms.room),
        view("/channels/{name:path}", rooms.say, "POST"),
        view("/live/{name:path}", rooms.live),
        view("/schedule/{name:path}", schedules.schedule, "GET", "POST"),
        view("/complete/{name:path}", box.complete),
        view("/preview/{name:path}", box.preview),
        view("/files/{number:int}", papers.file),
        view("/bookmarks", papers.bookmarks),
        view("/export/{format}", papers.export),
        view("/papers/{paper}", papers.paper),
        view("/keeper", keeper.keeper),
        view("/keeper/editions", keeper.editions),
        view("/keeper/edition", keeper.edition),
        view("/keeper/deliveries", keeper.deliveries),
        view("/keeper/sources/{name}", keeper.source),
        view("/login", door.login, "GET", "POST"),
        Mount("/static", StaticFiles(directory=STATIC)),
        view("/{nowhere:path}", door.nowhere, "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
    ]
    return [Mount("/", Guard(Router(routes, redirect_slashes=False), settings, page.refuse))], page.live
