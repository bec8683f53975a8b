"""The platform that needs no account: channels inside the store itself, and the page to talk in them."""

from __future__ import annotations

from bot.front import Clock, Front
from bot.settings import Settings
from db.store import Store


def front(settings: Settings, store: Store, clock: Clock) -> Front:
    """The page's platform, which is always there."""
    from bot.local.front import LocalFront  # noqa: PLC0415  # only 1 ms, but a platform is loaded when it is opened: tests/bot/test_cli_loading.py

    return LocalFront(settings, store, clock)
