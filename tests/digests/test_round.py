"""The planning round: many channels in batches, broken ones among them, a store that fails (invariant 5)."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, text, update

from db import channels, schema
from db.store import Store
from digests import editions
from digests import round as planning
from digests.room import ENDLESS
from digests.round import correct_times, plan_due
from domain.errors import StoreError
from tests.digests.round import (
    DAILY,
    DAY,
    DUE,
    GENERAL,
    HOUR,
    bring,
    channel,
    deliveries,
    follow,
    new_id,
    plan,
)


async def test_a_channel_of_a_platform_that_is_not_connected_waits(store: Store) -> None:
    await follow(store, "slack:T1/C1")
    await follow(store)
    await bring(store, 1)
    assert await plan(store) == 1
    assert (await channel(store, "slack:T1/C1")).next_due == DUE
    assert await plan_due(store, DUE + HOUR, {"slack": ENDLESS}, new_id) == 1


async def test_many_channels_are_planned_in_several_goes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "CHUNK", 2)
    for n in range(5):
        await follow(store, f"local:c{n}")
    await bring(store, 1)
    assert await plan(store) == 5


@pytest.mark.parametrize("bound", ["MOST", "ITEMS"])
async def test_what_is_planned_at_once_is_recorded_a_few_at_a_time(
    store: Store, bound: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(planning, bound, 2)
    for n in range(5):
        await follow(store, f"local:c{n}")
    await bring(store, 1)
    with caplog.at_level(logging.INFO, "digests.round"):
        assert await plan(store) == 5
    said = [record.message for record in caplog.records if "planned: 1 papers, 0 held back" in record.message]
    assert sorted(each.split()[0] for each in said) == [f"channel=local:c{n}" for n in range(5)]
    assert await plan(store) == 0


def broken_query(connection: Connection, name: str) -> None:
    here = schema.subscriptions.c.channel == name
    connection.execute(update(schema.subscriptions).where(here).values(compact=".\t(caching"))


def unknown_zone(connection: Connection, name: str) -> None:
    connection.execute(update(schema.channels).where(schema.channels.c.id == name).values(timezone="Mars/Olympus"))


def unknown_layout(connection: Connection, name: str) -> None:
    connection.execute(update(schema.channels).where(schema.channels.c.id == name).values(layout="baroque"))


def stolen_number(connection: Connection, name: str) -> None:
    connection.execute(
        text("INSERT INTO editions (channel, number, due_at, planned_at) VALUES (:channel, 1, :at, :at)"),
        {"channel": name, "at": "2026-01-01 00:00:00.000000"},
    )


BREAKS = {
    "a query that is no query any more": (broken_query, "never closed"),
    "a timezone that is not known here": (unknown_zone, "ZoneInfoNotFoundError"),
    "a layout that is gone": (unknown_layout, "KeyError"),
    "an edition that is there already": (stolen_number, "IntegrityError"),
}


@pytest.mark.parametrize("case", BREAKS)
async def test_invariant_5_a_channel_that_cannot_be_planned_delays_no_other(
    store: Store, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    breaks, why = BREAKS[case]
    names = ["local:a", "local:b", "local:c"]
    for name in names:
        await follow(store, name)
    await bring(store, 1)
    await store.write(breaks, "local:b")
    before = await channel(store, "local:b")
    assert await plan(store) == 2
    after = await channel(store, "local:b")
    assert replace(after, stopped="") == before
    assert why in after.stopped
    assert [(await channel(store, name)).editions for name in names] == [1, 0, 1]
    # It is said once, however often it is tried.
    assert await plan(store, DUE + timedelta(seconds=5)) == 0
    assert [r.levelno for r in caplog.records if "local:b cannot be planned" in r.message] == [logging.ERROR]
    await correct_times(store, DUE)


async def test_invariant_5_it_goes_on_by_itself_once_it_can(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    await store.write(unknown_layout, GENERAL)
    assert await plan(store) == 0
    assert (await channel(store)).stopped.startswith(editions.UNPLANNED)
    await store.write(channels.reschedule, GENERAL, DAILY, DUE)
    assert await plan(store, DUE + HOUR) == 1
    assert (await channel(store)).stopped == ""


async def test_a_store_that_fails_is_no_channels_fault(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await follow(store)
    await bring(store, 1)

    def busy(*_: object) -> None:
        raise StoreError("busy")

    for name in ("draft", "_time"):
        with monkeypatch.context() as patch:
            patch.setattr(planning, name, busy)
            with pytest.raises(StoreError):
                await plan(store)
    assert (await channel(store)).stopped == ""
    assert await plan(store) == 1


async def test_what_waits_for_access_is_tried_when_its_time_has_come(store: Store) -> None:
    """Invariant 5: at the next due time, if that is earlier than the next try."""
    await follow(store)
    await bring(store, 1)
    await plan(store)

    def pause(connection: Connection) -> None:
        waiting = {"state": "paused", "try_at": DUE + DAY + HOUR}
        connection.execute(update(schema.deliveries).values(**waiting))

    await store.write(pause)
    await plan(store, DUE + DAY)
    assert [d.try_at for d in await deliveries(store, 1)] == [DUE + DAY]


async def test_batches_are_decided_one_after_the_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """They share what is found out about the new papers, while threads of their own read for them."""
    names = [f"local:channel{n}" for n in range(12)]
    for name in names:
        await follow(store, name)
    await bring(store, 1, 2, 3)
    decide, deciding = editions.draft, threading.Lock()

    def alone(*said: Any) -> list[editions.Draft]:
        assert deciding.acquire(blocking=False)
        try:
            return decide(*said)
        finally:
            deciding.release()

    monkeypatch.setattr(planning, "CHUNK", 1)
    monkeypatch.setattr(planning, "draft", alone)
    assert await plan(store) == len(names)
