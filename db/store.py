"""Opening the store, and the two ways to use it: reading and writing, on the spot or off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from domain.errors import SettingsError, StoreError, UsageError

P = ParamSpec("P")
T = TypeVar("T")

BUSY_SECONDS = 10.0  # at most, that another process's writing is waited for
TURN_SECONDS = 0.25  # of them in one go: who is told to stop meanwhile stops
READERS = 4
# After so long the thread that runs Python lets another one have its turn. A search asks SQLite a dozen times, and each
# time waits that long while the writer prepares what it saves; Python's own 5 ms are 60 to somebody who searches.
SWITCH_SECONDS = 0.0001


class Store:
    """One SQLite store. Readers see the last committed state; writers queue up, in short transactions."""

    def __init__(self, url: str) -> None:
        self.engine, self.path = _engine(url)
        sys.setswitchinterval(SWITCH_SECONDS)
        # One thread writes, so that our own writers queue here and not at SQLite's lock.
        self._writer = ThreadPoolExecutor(1, "store-writer")
        self._readers = ThreadPoolExecutor(READERS, "store-reader")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One consistent view of the store."""
        with _plainly(self.path), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, given_up: threading.Event | None = None) -> Iterator[Connection]:
        """One transaction, which holds the write lock from its start: a read never has to upgrade.

        Once `given_up` is set the lock is waited for no longer.
        """
        with (
            _plainly(self.path),
            self.engine.connect().execution_options(immediate=given_up or threading.Event()) as connection,
            connection.begin(),
        ):
            yield connection

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(connection, ...)` in one view, off the event loop."""
        return await _finished(self._readers, lambda _: self.reading(), work, *args, **kwargs)

    async def write(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work(connection, ...)` in one transaction, off the event loop; it is committed when this returns."""
        return await _finished(self._writer, self.writing, work, *args, **kwargs)

    def close(self) -> None:
        """Wait for work under way and let go of the file."""
        self._writer.shutdown()
        self._readers.shutdown()
        self.engine.dispose()


async def _finished(
    pool: ThreadPoolExecutor,
    context: Callable[[threading.Event], AbstractContextManager[Connection]],
    work: Callable[Concatenate[Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    given_up = threading.Event()

    def inside() -> T:
        with context(given_up) as connection:
            return work(connection, *args, **kwargs)

    # A transaction under way is not given up halfway: whoever is cancelled still waits for its end. One that waits
    # for its turn or for the lock is never begun.
    running = pool.submit(inside)
    future = asyncio.wrap_future(running)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        given_up.set()
        if not running.cancel():
            await asyncio.wait([future])
            if not future.cancelled():
                future.exception()  # seen, or asyncio would complain that nobody did
        raise


def _engine(url: str) -> tuple[Engine, Path]:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsError("The database URL cannot be read.", "Write one like sqlite:///paperround.db") from error
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        named = "no file" if parsed.get_backend_name() == "sqlite" else parsed.get_backend_name()
        raise SettingsError(
            f"The store is a SQLite file; the database URL names {named}.", "Write one like sqlite:///paperround.db"
        )
    path = Path(parsed.database)
    engine = create_engine(
        parsed.set(drivername="sqlite"),
        connect_args={"timeout": BUSY_SECONDS},
        pool_use_lifo=True,  # the one used last has the most of the store in memory
        pool_size=READERS + 2,
        max_overflow=4,
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine, path


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come late and deferred
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a promise about delivery outlives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _on_begin(connection: Connection) -> None:
    given_up = connection.get_execution_options().get("immediate")
    if given_up is None:
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.driver_connection
    end = time.monotonic() + BUSY_SECONDS
    driver.execute(f"PRAGMA busy_timeout = {min(TURN_SECONDS, BUSY_SECONDS) * 1000:.0f}")
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except OperationalError as error:
                if "locked" not in str(error.orig) or given_up.is_set() or time.monotonic() >= end:
                    raise
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


NEEDED_BYTES = 100_000  # on the disk, for SQLite to open a store at all
_FULL = "cannot grow: the disk is full", "Free some space; nothing was lost."
_VAGUE = {"disk I/O error", "readonly", "unable to open"}  # what SQLite says, too, where it is the disk
_PLAIN = (
    ("locked", "is busy: another process is writing to it", "Try again in a moment."),
    ("disk is full", *_FULL),
    ("disk I/O error", "cannot be read or written", "Check the disk it is on."),
    ("readonly", "cannot be written", "Check who owns the file and its folder."),
    ("unable to open", "cannot be opened", "Check that its folder exists and is yours to write."),
    ("not a database", "is no SQLite file", "Check PAPERROUND_DATABASE_URL, or restore a backup."),
    ("image is malformed", "is damaged", "Restore the last backup."),
)


@contextmanager
def _plainly(path: Path) -> Iterator[None]:
    """Turn what the driver says of the file, or of a value it cannot keep, into what a person can act on."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError("That holds half of a character, which no text can.", "Type it instead of pasting.") from error
    except OverflowError as error:
        raise UsageError("That number is too large.", "Write one of at most 18 digits.") from error
    except (DatabaseError, sqlite3.DatabaseError) as error:
        # Of SQLAlchemy's errors only what SQLite said: the rest repeats the values, which may say anything.
        said = str(error.orig if isinstance(error, DatabaseError) else error)
        for sign, what, hint in _PLAIN:
            if sign in said:
                plainly, do = (sign in _VAGUE and _of_disk(path)) or (what, hint)
                raise StoreError(f"The store {path} {plainly}.", do) from error
        raise


def _of_disk(path: Path) -> tuple[str, str] | None:
    """What is wrong with the disk that a file is on, and what to do about it; None where nothing is."""
    with contextlib.suppress(OSError):
        disk = os.statvfs(path.parent)
        if disk.f_flag & os.ST_RDONLY:
            return "cannot be written: its disk is mounted to be read only", "Look into the system's log for why."
        if disk.f_bavail * disk.f_frsize < NEEDED_BYTES:
            return _FULL
    return None
