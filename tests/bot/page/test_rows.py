"""No view loads more than it shows: from twice the store it reads as many rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.local.page import keeper
from db.store import Store
from tests.bench.page import OLD, Rows, stock
from tests.bot.page.site import HERE, served

VIEWS = (
    f"/channels/{HERE}",
    f"/channels/{HERE}?before=150",
    f"/schedule/{HERE}",
    "/papers/p77",
    "/bookmarks",
    "/bookmarks?page=3",
    "/bookmarks?query=%23fusion",
    "/keeper",
    "/keeper/editions?page=3",
    f"/keeper/edition?channel={OLD}&number=5",
    "/keeper/deliveries",
    "/keeper/deliveries?list=sent&page=3",
    "/keeper/sources/folder",
)


async def read(store: Store, times: int) -> dict[str, tuple[int, int]]:
    """Statements and rows by view, from a store so many times as large."""
    stock(store, 100 * times, 200 * times, others=0, kept=50 * times)
    reading, found = Rows(store), {}
    async with served(store) as site:
        for view in VIEWS:
            assert (await site.get(view)).status == 200, view
            with reading.counted() as so_far:
                await site.get(view)
                found[view] = so_far()
    return found


async def test_twice_the_store_is_no_more_to_read(
    new_store: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "ROWS", 5)  # so that its lists are full in the smaller one too
    once, twice = await read(new_store(), 1), await read(new_store(), 2)
    assert all(rows > 20 for _, rows in once.values()), once
    more = {view: (once[view], twice[view]) for view in VIEWS if twice[view][1] > once[view][1] + 10}
    assert more == {}
    assert {view: told[0] for view, told in once.items()} == {view: told[0] for view, told in twice.items()}
