"""Whether the store's file is whole: read through page by page, for as long as there is time."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from db.store import Store
from domain.errors import StoreError

# What promises rest on, and is read first: the rest is papers, which others can bring again.
FIRST = ("channels", "subscriptions", "mutes", "deliveries", "editions", "edition_items", "delivery_moves", "bookmarks")

AGAIN_SECONDS = 0.01


def check(store: Store, seconds: float | None = None, given_up: threading.Event | None = None) -> bool:
    """Read every page, for so many seconds at most and until `given_up` is set; gives whether it came to the end.

    Raises StoreError where the file is damaged.
    """
    with store.reading() as connection, _ended(connection, seconds, given_up or threading.Event()) as ended:
        try:
            for table in (*(f"'{name}'" for name in FIRST), "1"):  # 1: of everything, the first mistake
                # The names are ours.
                found = connection.exec_driver_sql(f"PRAGMA quick_check({table})").scalars().first()
                if found != "ok":
                    said = " ".join(str(found).split())
                    raise StoreError(f"The store {store.path} is damaged: {said}.", "Restore the last backup.")
        except OperationalError as error:
            if not ended.is_set() or "interrupted" not in str(error.orig):
                raise
            return False
    return True


async def read_through(store: Store) -> None:
    """The same off the event loop, without haste; whoever is cancelled waits for no page. Raises StoreError."""
    given_up = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(check, store, None, given_up))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        given_up.set()
        await asyncio.wait([running])
        raise


@contextmanager
def _ended(connection: Connection, seconds: float | None, given_up: threading.Event) -> Iterator[threading.Event]:
    """Statements of the connection end when the time is over or it is given up; gives what is set then."""
    driver: Any = connection.connection.driver_connection
    over, ended = threading.Event(), threading.Event()

    def watch() -> None:
        given_up.wait(seconds)
        while not over.wait(0.0 if not ended.is_set() else AGAIN_SECONDS):
            ended.set()
            driver.interrupt()  # what runs now, which may be nothing yet

    watching = threading.Thread(target=watch, name="store-check")
    watching.start()
    try:
        yield ended
    finally:
        over.set()
        given_up.set()
        watching.join()
