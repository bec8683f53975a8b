"""What the end-to-end tests through Discord start from."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db.store import Store
from tests.bot.discord.house import House
from tests.discordd.fixture import discordd
from tests.discordd.rates import MESSAGES
from tests.discordd.server import Discordd

__all__ = ["discordd"]


@pytest.fixture(autouse=True)
def no_pause_between_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library waits five seconds before each further shard, and says that one may change that."""

    async def at_once(client: object, shard_id: int | None, *, initial: bool = False) -> None:
        """Nothing to wait for: the server's window is set to nothing too."""

    monkeypatch.setattr("discord.Client.before_identify_hook", at_once)


@pytest.fixture
def house(discordd: Discordd, store: Store) -> House:
    """Paperround beside a Discord, not connected yet, with p1 to p4 in its store."""
    discordd.gateway.window = 0.0
    discordd.rates.by_route[MESSAGES] = (5, 0.5)  # ten times as fast as Discord's is said to be
    made = House.beside(discordd, store)
    made.stock()
    return made


@pytest.fixture
async def home(house: House) -> AsyncIterator[House]:
    """The same, connected and heard."""
    async with house.opened():
        yield house
