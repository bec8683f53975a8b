"""Opening and using the file: consistent views, short transactions, and plain words for what goes wrong."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import IntegrityError

import db.store
from db import audits, channels, ledger, looks, outbox, papers, posts, retention, runs, schema, shelf, tickets
from db.migrate import open_store
from db.store import SWITCH_SECONDS, Store
from domain.channel import Bookmark, Mute
from domain.delivery import Delivery, Move, State
from domain.edition import Edition, Item, Place
from domain.errors import SettingsError, StoreError, UsageError
from domain.message import Heading, Message
from domain.parse import parse
from domain.schedule import Schedule
from tests.papers import NOW, paper, record

ROOT = not os.geteuid()  # may write whatever its mode says


def cursors(connection: Connection) -> dict[str, Any]:
    return {row.source: row.cursor for row in connection.execute(select(schema.cursors))}


def test_a_reader_gets_its_turn_at_the_interpreter_ten_times_as_soon_as_python_would(store: Store) -> None:
    assert store.path.exists()
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    assert SWITCH_SECONDS <= 0.005 / 10


def test_a_transaction_is_whole_or_nothing(store: Store) -> None:
    with store.writing() as connection:
        runs.move_cursor(connection, "arxiv", 1)

    def halfway() -> None:
        with store.writing() as connection:
            runs.move_cursor(connection, "arxiv", 2)
            raise LookupError("nowhere")

    with pytest.raises(LookupError):
        halfway()
    with store.reading() as connection:
        assert cursors(connection) == {"arxiv": 1}


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.reading() as reader:
        assert cursors(reader) == {}
        with store.writing() as writer:
            runs.move_cursor(writer, "arxiv", 1)
        assert cursors(reader) == {}
    with store.reading() as reader:
        assert cursors(reader) == {"arxiv": 1}


def test_a_read_that_writes_in_a_writing_transaction_never_upgrades(store: Store) -> None:
    with store.writing() as first:
        assert cursors(first) == {}
        # Another connection cannot come between the read and the write.
        other = sqlite3.connect(store.path, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        runs.move_cursor(first, "arxiv", 1)


async def test_reads_and_writes_run_off_the_event_loop(store: Store) -> None:
    def where(connection: Connection) -> str:
        return threading.current_thread().name

    assert (await store.read(where)).startswith("store-reader")
    assert (await store.write(where)).startswith("store-writer")


async def test_writers_queue_up_and_none_is_lost(store: Store) -> None:
    def add(connection: Connection) -> None:
        connection.execute(text("UPDATE source_cursors SET cursor = cursor + 1"))

    await store.write(runs.move_cursor, "arxiv", 0)
    await asyncio.gather(*(store.write(add) for _ in range(50)))
    assert await store.read(cursors) == {"arxiv": 50}


async def test_whoever_is_cancelled_waits_for_the_end_of_the_transaction(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection, breaks: bool) -> None:
        runs.move_cursor(connection, f"breaks {breaks}", 1)
        begun.set()
        go_on.wait(10)
        if breaks:
            raise ValueError("too bad")

    for breaks in (False, True):
        begun.clear()
        go_on.clear()
        task = asyncio.create_task(store.write(slow, breaks))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=0.05)
        assert not done
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    del task
    assert await store.read(cursors) == {"breaks False": 1}
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


async def test_an_error_reaches_who_asked(store: Store) -> None:
    def broken(connection: Connection) -> None:
        raise LookupError("nowhere")

    with pytest.raises(LookupError, match="nowhere"):
        await store.read(broken)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "cannot be read"),
        ("postgresql://user:hunter2@host/papers", "names postgresql"),  # pragma: allowlist secret
        ("mysql://host/papers", "names mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
def test_only_sqlite_files_are_stores(url: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        Store(url)
    assert "sqlite:///paperround.db" in caught.value.hint
    assert "hunter2" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere/papers\.db cannot be opened") as caught:
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'papers.db'}")
    assert "folder exists" in caught.value.hint


def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("Buy milk.\n" * 100)
    with pytest.raises(StoreError, match=r"notes\.db is no SQLite file"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("Buy milk.")


def test_a_damaged_file_is_named(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "torn.db"
    path.write_bytes(template.read_bytes()[:8192])
    with pytest.raises(StoreError, match=r"torn\.db is damaged") as caught:
        open_store(f"sqlite:///{path}")
    assert "backup" in caught.value.hint


def _pragma(store: Store, pragma: str) -> None:
    def set_pragma(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute(f"PRAGMA {pragma}")

    event.listen(store.engine, "connect", set_pragma)


def test_a_store_that_may_only_be_read_says_so(store: Store) -> None:
    _pragma(store, "query_only = ON")
    with store.reading() as connection:
        assert cursors(connection) == {}
    with pytest.raises(StoreError, match="cannot be written"), store.writing() as connection:
        runs.move_cursor(connection, "arxiv", 1)


@pytest.mark.skipif(ROOT, reason="root may write every file")
def test_a_read_only_file_is_named(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    path.write_bytes(template.read_bytes())
    path.chmod(0o400)
    with pytest.raises(StoreError, match="cannot be written"), Store(f"sqlite:///{path}").writing() as connection:
        runs.move_cursor(connection, "arxiv", 1)


def test_a_full_disk_is_told_and_loses_nothing(store: Store) -> None:
    with store.writing() as connection:
        runs.move_cursor(connection, "arxiv", 1)
    store.engine.dispose()
    _pragma(store, f"max_page_count = {store.path.stat().st_size // 4096 + 2}")
    many = [record(f"Paper {number}", abstract="word " * 1_000) for number in range(200)]
    with pytest.raises(StoreError, match="disk is full"), store.writing() as connection:
        papers.save(connection, many, NOW)
    with store.reading() as connection:
        assert cursors(connection) == {"arxiv": 1}


def test_what_a_value_says_is_not_taken_for_what_the_file_says(store: Store) -> None:
    with store.writing() as connection:
        papers.save(connection, [record("Locked in: readonly malformed disk is full")], NOW)
    broken = text("INSERT INTO papers (number, title) VALUES (1, 'locked, readonly')")
    with pytest.raises(IntegrityError), store.writing() as connection:
        connection.execute(broken)


@pytest.mark.parametrize(("name", "says"), [("half \ud800", "half of a character"), (10**30, "too large")])
def test_what_no_file_can_keep_is_told_to_the_person(store: Store, name: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says), store.writing() as connection:
        runs.cursor(connection, name)


CHANNEL = "local:general"
MESSAGE = Message.of(Heading("Hello"))
QUERY = parse("diffusion")


def _edition(number: int) -> Edition:
    return Edition(CHANNEL, number, NOW, NOW, (Item(paper(1), Place.SEAT, (1,), ("diffusion",)),))


def _delivery(identifier: str, edition: int, state: State = State.PLANNED) -> Delivery:
    return Delivery(identifier, CHANNEL, edition, 1, 1, MESSAGE, state)


WRITES: dict[str, Callable[[Connection], object]] = {
    "papers.save": lambda c: papers.save(c, [record("Another")], NOW),
    "channels.ensure": lambda c: channels.ensure(c, "local:other", Schedule(), NOW),
    "channels.reschedule": lambda c: channels.reschedule(c, CHANNEL, Schedule(limit=3), NOW),
    "channels.advance": lambda c: channels.advance(c, channels.existing(c, CHANNEL), NOW, NOW),
    "channels.stop": lambda c: channels.stop(c, CHANNEL, "gone"),
    "channels.allow": lambda c: channels.allow(c, CHANNEL, ["local:me"]),
    "channels.subscribe": lambda c: channels.subscribe(c, CHANNEL, QUERY, "local:me", NOW),
    "channels.change_query": lambda c: channels.change_query(c, CHANNEL, 1, parse("other"), NOW),
    "channels.unsubscribe": lambda c: channels.unsubscribe(c, CHANNEL, 1, NOW),
    "channels.restore": lambda c: channels.restore(c, CHANNEL, 1),
    "channels.mute": lambda c: channels.mute(c, Mute(CHANNEL, QUERY, "local:me", NOW)),
    "channels.unmute": lambda c: channels.unmute(c, 1, NOW),
    "channels.sweep": lambda c: channels.sweep(c, NOW),
    "ledger.record": lambda c: ledger.record(c, _edition(2), [_delivery("b", 2)]),
    "looks.looked": lambda c: looks.looked(c, {CHANNEL: NOW.date()}, NOW),
    "looks.rested": lambda c: looks.rested(c, CHANNEL, NOW.date(), NOW),
    "audits.record": lambda c: audits.record(c, audits.Night(NOW, 1, 0)),
    "retention.let_go": lambda c: retention.let_go(c, [1], NOW.date()),
    "retention.shorten": lambda c: retention.shorten(c, ["a"]),
    "ledger.put_items": lambda c: ledger.put_items(c, ledger.item_rows(CHANNEL, None, _edition(1).items)),
    "outbox.claim": lambda c: outbox.claim(c, "me", NOW, 10, platform="local"),
    "outbox.move": lambda c: outbox.move(c, _delivery("a", 1), "me", Move(State.CLAIMED), NOW),
    "outbox.recover": lambda c: outbox.recover(c, NOW, "me"),
    "outbox.drawn_back": lambda c: outbox.drawn_back(c, NOW, NOW),
    "posts.add": lambda c: posts.add(c, CHANNEL, "a", MESSAGE, NOW),
    "runs.record": lambda c: runs.record(c, runs.Run("arxiv", NOW, NOW, "quiet")),
    "runs.move_cursor": lambda c: runs.move_cursor(c, "arxiv", 2),
    "shelf.bookmark": lambda c: shelf.bookmark(c, Bookmark("local:me", 1, "", (), NOW)),
    "shelf.unbookmark": lambda c: shelf.unbookmark(c, "local:me", 1, NOW),
    "shelf.vote": lambda c: shelf.vote(c, CHANNEL, 1, "local:me", 1, NOW),
    "tickets.issue": lambda c: tickets.issue(c, "undo", "local:me", CHANNEL, {}, NOW),
    "tickets.use": lambda c: tickets.use(c, 1, NOW),
}


@pytest.fixture
def locked(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with something in it, to whose file another program holds the lock."""
    monkeypatch.setattr(db.store, "BUSY_SECONDS", 0.01)
    path = tmp_path / "locked.db"
    path.write_bytes(template.read_bytes())
    store = Store(f"sqlite:///{path}")
    with store.writing() as connection:
        papers.save(connection, [record()], NOW)
        channels.ensure(connection, CHANNEL, Schedule(), NOW)
        channels.subscribe(connection, CHANNEL, QUERY, "local:me", NOW)
        ledger.record(connection, _edition(1), [_delivery("a", 1)])
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    yield store
    other.close()
    store.close()


def dump(store: Store) -> list[str]:
    connection = sqlite3.connect(store.path)
    lines = [line for line in connection.iterdump() if "papers_fts" not in line]
    connection.close()
    return lines


async def test_every_write_to_a_busy_file_says_so_and_writes_nothing(locked: Store) -> None:
    before = dump(locked)
    for name, write in WRITES.items():
        with pytest.raises(StoreError, match=r"locked\.db is busy") as caught:
            await locked.write(write)
        assert "Try again" in caught.value.hint, name
    assert dump(locked) == before
    # Reading goes on meanwhile.
    assert await locked.read(papers.count) == 1


def test_no_write_is_missing_from_that() -> None:
    writers = {"insert(", "update(", "delete(", "adding"}
    modules = (audits, channels, ledger, looks, outbox, papers, posts, retention, runs, shelf, tickets)
    for module in modules:
        short = module.__name__.removeprefix("db.")
        source = Path(str(module.__file__)).read_text(encoding="utf-8")
        if any(sign in source for sign in writers):
            assert any(name.startswith(f"{short}.") for name in WRITES), short


async def test_a_lock_that_ends_in_time_is_waited_for(store: Store) -> None:
    other = sqlite3.connect(store.path, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(store.write(runs.move_cursor, "arxiv", 1))
    done, _ = await asyncio.wait([writing], timeout=0.05)
    assert not done
    other.rollback()
    other.close()
    await writing
    assert await store.read(cursors) == {"arxiv": 1}
