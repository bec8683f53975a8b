"""The page: the same commands and messages as in the chats, in a browser."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute

from bot.commands.base import Desk
from bot.front import Clock
from bot.settings import Settings


def routes(desk: Desk, settings: Settings, clock: Clock) -> Sequence[BaseRoute]:
    """What the page answers."""
    return ()
