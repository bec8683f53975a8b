"""Whether the store's file is whole: damage is found, what promises rest on first, and nobody waits for the end."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from sqlalchemy import event, text

from db import sound
from db.store import Store
from domain.errors import StoreError

PAGE_BYTES = 4096


def spoil(store: Store, table: str) -> None:
    """The table's first page is rubbish."""
    with store.reading() as connection:
        found = connection.execute(text("SELECT rootpage FROM sqlite_master WHERE name = :table"), {"table": table})
        page = found.scalar_one()
    store.engine.dispose()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(store.path.read_bytes())
    whole[(page - 1) * PAGE_BYTES : page * PAGE_BYTES] = b"\x55" * PAGE_BYTES
    store.path.write_bytes(whole)


def test_a_whole_store_is_sound(store: Store) -> None:
    assert sound.check(store)
    assert sound.check(store, seconds=60)


@pytest.mark.parametrize("table", ["deliveries", "papers", "words"])
async def test_damage_is_found_wherever_it_is(store: Store, table: str) -> None:
    spoil(store, table)
    with pytest.raises(StoreError, match="is damaged") as caught:
        sound.check(store)
    assert "backup" in caught.value.hint
    with pytest.raises(StoreError, match="is damaged"):
        await sound.read_through(store)


def test_what_promises_rest_on_is_there_and_is_read_first(store: Store) -> None:
    with store.reading() as connection:
        there = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
    assert {*sound.FIRST} <= {*there}
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    assert sound.check(store)
    assert [each for each in said if "check" in each] == [
        *(f"PRAGMA quick_check('{table}')" for table in sound.FIRST),
        "PRAGMA quick_check(1)",
    ]


async def test_nobody_waits_for_the_end(store: Store) -> None:
    began = threading.Event()

    def slow(statement: str) -> None:
        began.set()
        time.sleep(0.05)  # while it is being carried out: as a large table takes

    event.listen(store.engine, "connect", lambda connection, _: connection.set_trace_callback(slow))
    assert not sound.check(store, seconds=0)
    given_up = threading.Event()
    given_up.set()
    assert not sound.check(store, given_up=given_up)
    began.clear()
    waiting = asyncio.create_task(sound.read_through(store))
    await asyncio.to_thread(began.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert sound.check(store), "the connection is as good as before"
