"""A week of a local arXiv, for the tests of the source."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from db.store import Store
from tests.sources.local import LocalArxiv, made, serving
from tests.sources.place import FRI, MON, NEXT_MON, THU, TUE, WED, Place


@pytest.fixture
async def place(store: Store) -> AsyncIterator[Place]:
    chance = random.Random(1)
    days = [MON, TUE, WED, THU, FRI, NEXT_MON]
    there = LocalArxiv({day: made(chance, 100 + 50 * n, 40, "2603") for n, day in enumerate(days)})
    async with serving(there) as url:
        yield Place(store, url, there)
