"""The composition root: the one place that knows every part, and puts them together."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bot.commands import COMMANDS
from bot.commands.base import Desk
from bot.local.platform import LocalPlatform
from bot.settings import Settings
from db.migrate import open_store
from db.store import Store
from digests.deliver import Courier
from sources.registry import configured

Clock = Callable[[], datetime]
RUN = "run"


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """The id of a delivery: 20 characters, since Discord's nonce holds 25."""
    return secrets.token_hex(10)


def desk(store: Store, settings: Settings, clock: Clock, worker: str | None = None) -> Desk:
    """Everything commands need. `worker` names who claims deliveries: `run`, or this process (None)."""
    name = worker or f"cli-{os.getpid()}-{secrets.token_hex(4)}"
    couriers = {"local": Courier(store, "local", LocalPlatform(store, clock), clock, name)}
    names = tuple(source.name for source in configured(settings.sources))
    return Desk(store, new_id, settings.timezone, COMMANDS, names, couriers)


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store of the settings, up to date, closed at the end."""
    store = open_store(settings.database_url)
    try:
        yield store
    finally:
        store.close()
