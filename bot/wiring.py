"""The composition root: the one place that knows every part, and puts them together."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import discord, local, slack
from bot.commands import COMMANDS
from bot.commands.base import Desk
from bot.front import Clock, Front, Fronts, Opening
from bot.rates import Rates
from bot.settings import Settings
from db.migrate import open_store
from db.store import Store
from domain.paper import Record

if TYPE_CHECKING:
    from sources.base import Source
    from sources.fetcher import Fetcher

# The platforms there are, by the beginning of their channels' ids. A new one is one folder and one line here.
PLATFORMS: dict[str, Opening] = {
    "local": local.front,
    "slack": slack.configured,
    "discord": discord.opening,
}
RUN = "run"


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """The id of a delivery: 20 characters, since Discord's nonce holds 25."""
    return secrets.token_hex(10)


def fronts(settings: Settings, store: Store, clock: Clock, only: Collection[str] = PLATFORMS) -> dict[str, Front]:
    """The platforms that are configured, or those of them that are wanted."""
    made = {name: opening(settings, store, clock) for name, opening in PLATFORMS.items() if name in only}
    return {name: front for name, front in made.items() if front is not None}


def fetcher(settings: Settings, store: Store) -> Fetcher:
    """The way out to the web."""
    from sources.fetcher import Fetcher  # noqa: PLC0415  # the way out to the web: who only asks the store starts 14 ms sooner without

    return Fetcher(settings.contact, settings.local_hosts, store.path)


def sources(settings: Settings, store: Store) -> list[Source]:
    """The sources that are configured, with one way out to the web between them."""
    from sources.registry import configured  # noqa: PLC0415  # what sources read with: who only asks the store starts 70 ms sooner without

    return configured(settings.sources, fetcher(settings, store))


def desk(
    store: Store, settings: Settings, clock: Clock, there: Fronts | None = None, worker: str | None = None
) -> Desk:
    """Everything commands need. `worker` names who claims deliveries: `run`, or this process (None)."""
    name = worker or f"cli-{os.getpid()}-{secrets.token_hex(4)}"
    there = fronts(settings, store, clock) if there is None else there
    couriers = {}
    if there:
        from digests.deliver import Courier  # noqa: PLC0415  # only 1 ms, but who sends nothing loads nothing that sends: tests/bot/test_cli_loading.py

        couriers = {each: Courier(store, each, front.platform, clock, name) for each, front in there.items()}
    names = tuple(source.name for source in sources(settings, store)) if settings.sources else ()

    async def look_up(text: str) -> Record:
        from sources.lookup import Lookup  # noqa: PLC0415  # only `submit` looks up: all else starts 25 ms sooner without

        return await Lookup(settings.sources, fetcher(settings, store)).find(text)

    return Desk(store, new_id, settings.timezone, COMMANDS, names, couriers, look_up, Rates(settings.commands))


@asynccontextmanager
async def connected(there: Fronts) -> AsyncIterator[None]:
    """All of these platforms ready to send."""
    async with AsyncExitStack() as stack:
        for front in there.values():
            await stack.enter_async_context(front.connected())
        yield


@contextmanager
def opened(settings: Settings) -> Iterator[Store]:
    """The store of the settings, up to date, closed at the end."""
    store = open_store(settings.database_url)
    try:
        yield store
    finally:
        store.close()
