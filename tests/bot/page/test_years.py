"""After years of use every view still comes at once, and holds no more than it shows."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from db.store import Store
from tests.bot.page.site import served
from tests.bot.page.views import VIEWS, filled
from tests.years import lived

SECONDS, BYTES = 0.2, 150_000
DEEP = (
    "/channels/local:channel3",
    "/keeper/editions?page=99",
    "/keeper/editions?channel=local:channel3&page=5",
    "/keeper/edition?channel=local:channel3&number=77",
    "/keeper/deliveries?list=sent&page=290",
    "/keeper/sources/folder?page=9",
    "/bookmarks?query=sparse",
    "/papers/p77",
)


@pytest.mark.parametrize("many", [500, pytest.param(20_000, marks=pytest.mark.faults)])
async def test_every_view_comes_at_once(new_store: Callable[[], Store], many: int) -> None:
    store = new_store()
    lived(store, many=many, editions=2_000)
    async with served(store) as site:
        await filled(site)
        slow, large = {}, {}
        for view in (*VIEWS.values(), *DEEP):
            took = []
            for _ in range(5):
                began = time.process_time()  # what it takes, whatever else the machine does
                reply = await site.get(view)
                took.append(time.process_time() - began)
                assert reply.status < 500, view
            if sorted(took)[-2] > SECONDS:
                slow[view] = [round(each * 1000) for each in took]
            if len(reply.body) > BYTES:
                large[view] = len(reply.body)
    assert (slow, large) == ({}, {})
