"""Taking papers in: files and sources, what cannot be read, and the cursor that moves only with its papers."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from db import papers, runs
from db.store import Store
from domain.errors import StoreError, UnreadableError
from domain.paper import Record, Rejected
from sources.base import Fetched
from sources.fetcher import Fetcher
from sources.folder import Folder
from sources.ingest import BATCH, fetch, import_file
from tests.papers import NOW, records
from tests.shared import ROOT


def write(path: Path, count: int, start: int = 0) -> Path:
    lines = [json.dumps({"title": f"Paper number {n}", "abstract": f"The {n}th."}) for n in range(start, start + count)]
    path.write_text("\n".join(lines) + "\n")
    return path


def known(store: Store) -> int:
    with store.reading() as connection:
        return papers.count(connection)


def cursor(store: Store, source: str = "folder") -> Any:
    with store.reading() as connection:
        return runs.cursor(connection, source)


# Files.


async def test_importing_twice_adds_nothing(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", 2 * BATCH + 1)
    first = await import_file(store, path, NOW)
    assert (first.new, first.known, first.rejected, first.unreadable) == (2 * BATCH + 1, 0, [], False)
    again = await import_file(store, path, NOW + timedelta(days=1))
    assert (again.new, again.known) == (0, 2 * BATCH + 1)
    assert known(store) == 2 * BATCH + 1


async def test_what_cannot_be_read_is_named_and_the_rest_goes_in(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", 3)
    path.write_text("{broken\n" + path.read_text() + '{"no": "title"}\n')
    intake = await import_file(store, path, NOW)
    assert intake.new == 3
    assert [rejected.where for rejected in intake.rejected] == ["a.jsonl:1", "a.jsonl:5"]
    assert not intake.unreadable


async def test_a_file_that_is_not_there_is_said(store: Store, tmp_path: Path) -> None:
    intake = await import_file(store, tmp_path / "nowhere.jsonl", NOW)
    assert intake.unreadable
    assert [rejected.where for rejected in intake.rejected] == [str(tmp_path / "nowhere.jsonl")]
    assert "There is no file" in intake.rejected[0].why


async def test_what_came_before_the_unreadable_part_goes_in(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(write(tmp_path / "a.jsonl", 5).read_bytes() + b" " * 3_000_000))
    monkeypatch.setattr("sources.files.RATIO_FROM", 2**20)
    intake = await import_file(store, path, NOW)
    assert intake.unreadable
    assert "unpacks to something enormous" in intake.rejected[-1].why
    assert intake.new == known(store) == 5


async def test_an_archive_announces_nothing(store: Store, tmp_path: Path) -> None:
    await import_file(store, write(tmp_path / "a.jsonl", 1), NOW, archive=True)
    await import_file(store, write(tmp_path / "b.jsonl", 1, 1), NOW)
    with store.reading() as connection:
        assert [paper.archived for paper in papers.load(connection, [1, 2])] == [True, False]


async def test_progress_is_told_up_to_the_end_of_the_file(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", 3_000)
    told: list[int] = []
    await import_file(store, path, NOW, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size
    assert len(told) > 2


async def test_other_writers_get_their_turn_within_a_long_file(store: Store, tmp_path: Path) -> None:
    path = write(tmp_path / "a.jsonl", 4 * BATCH)
    transactions = 0

    def count(_connection: object) -> None:
        nonlocal transactions
        transactions += 1

    event.listen(store.engine, "commit", count)
    await import_file(store, path, NOW)
    assert transactions > 2


async def test_a_file_that_was_cut_short_is_gone_on_with_where_it_stood(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.jsonl", 4 * BATCH)
    sizes, save = list[int](), papers.save

    def failing(connection: Any, some: list[Record], *args: Any, **more: Any) -> Any:
        if len(sizes) == 1:
            sizes.clear()
            raise StoreError("The disk is full.", "Free some space.")
        sizes.append(len(some))
        return save(connection, some, *args, **more)

    monkeypatch.setattr(papers, "save", failing)
    with pytest.raises(StoreError):
        await import_file(store, path, NOW)
    assert known(store) == BATCH

    def counting(connection: Any, some: list[Record], *args: Any, **more: Any) -> Any:
        sizes.append(len(some))
        return save(connection, some, *args, **more)

    monkeypatch.setattr(papers, "save", counting)
    again = await import_file(store, path, NOW)
    assert (again.new, again.known) == (3 * BATCH, BATCH)
    assert sum(sizes) == 3 * BATCH, "what had been taken in is not looked at again"
    once_more = await import_file(store, path, NOW)
    assert (once_more.new, once_more.known) == (0, 4 * BATCH)
    assert sum(sizes) == 7 * BATCH, "a file that was read to its end is read from its beginning"


# Sources.


class Scripted:
    """A source that brings what it was given."""

    name = "scripted"
    every = 60.0

    def __init__(self, *looks: Fetched | Exception) -> None:
        self.looks = list(looks)
        self.cursors: list[Any] = []

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        self.cursors.append(cursor)
        look = self.looks.pop(0)
        if isinstance(look, Exception):
            raise look
        return look


def breaking(entries: Iterable[Record], error: Exception) -> Iterator[Record | Rejected]:
    yield from entries
    raise error


async def test_a_fetch_is_recorded_with_what_it_brought(store: Store) -> None:
    source = Scripted(
        Fetched([*records(3), Rejected("entry 4", "no title")], {"at": 7}, "fresh", "three"),
        Fetched((), {"at": 7}, "quiet", "nothing since"),
    )
    times = iter([NOW, NOW + timedelta(seconds=2), NOW, NOW])
    run = await fetch(store, source, lambda: next(times))
    assert run == runs.Run("scripted", NOW, NOW + timedelta(seconds=2), "fresh", 3, 0, 1, "three")
    assert (await fetch(store, source, lambda: next(times))).outcome == "quiet"
    assert source.cursors == [None, {"at": 7}]
    with store.reading() as connection:
        assert [(r.outcome, r.why) for r in runs.latest(connection)] == [("quiet", "nothing since")]


async def test_what_is_no_paper_is_not_unreadable(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    other = [Rejected(f"entry {n}", "an erratum", "erratum") for n in range(2)]
    run = await fetch(store, Scripted(Fetched([*records(1), *other], 1, "fresh")), lambda: NOW)
    assert (run.new, run.rejected) == (1, 0)
    assert "source=scripted no papers: 2 erratum" in caplog.text


async def test_a_source_that_raises_is_recorded_and_raises_no_further(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    source = Scripted(UnreadableError("The page is gone.", "Look elsewhere."), ValueError("hush"))
    run = await fetch(store, source, lambda: NOW)
    assert (run.outcome, run.why) == ("failed", "The page is gone. Look elsewhere.")
    assert not [record for record in caplog.records if record.exc_info]
    run = await fetch(store, source, lambda: NOW)
    assert (run.outcome, run.why) == ("failed", "ValueError")  # what it says may hold anything
    assert [record for record in caplog.records if record.exc_info]
    with store.reading() as connection:
        assert runs.latest(connection)[0].outcome == "failed"


async def test_what_came_before_a_source_broke_stays_and_the_cursor_does_not_move(store: Store) -> None:
    entries = records(BATCH + 50)
    source = Scripted(
        Fetched(breaking(entries[: BATCH + 10], OSError("gone")), "end", "fresh"), Fetched(entries, "end", "fresh")
    )
    run = await fetch(store, source, lambda: NOW)
    assert (run.outcome, run.new) == ("failed", 0)
    assert cursor(store, "scripted") is None
    run = await fetch(store, source, lambda: NOW)
    assert (run.outcome, run.new, run.known) == ("fresh", BATCH + 50, 0)
    assert cursor(store, "scripted") == "end"


async def test_a_batch_that_was_whole_is_kept_when_a_later_one_breaks(store: Store) -> None:
    entries = records(3 * BATCH)
    source = Scripted(Fetched(breaking(entries[: 2 * BATCH + 1], OSError("gone")), "end", "fresh"))
    assert (await fetch(store, source, lambda: NOW)).new == BATCH
    assert known(store) == BATCH
    assert cursor(store, "scripted") is None


async def test_files_without_any_paper_are_not_read_for_ever(store: Store, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "empty.txt").write_text("")
    folder = Folder({"path": str(inbox)}, Fetcher())
    assert (await fetch(store, folder, lambda: NOW)).outcome == "fresh"
    assert (await fetch(store, folder, lambda: NOW)).outcome == "quiet"


async def test_a_store_that_cannot_be_written_is_the_caller_s_business(store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE source_runs")
    with pytest.raises(Exception, match="source_runs"):
        await fetch(store, Scripted(Fetched((), 1, "quiet")), lambda: NOW)


async def test_a_busy_store_is_a_failed_run(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise StoreError("The store is busy.", "Try again in a moment.")

    monkeypatch.setattr("sources.ingest.papers.save", busy)
    run = await fetch(store, Scripted(Fetched(records(1), 1, "fresh")), lambda: NOW)
    assert (run.outcome, run.why) == ("failed", "The store is busy. Try again in a moment.")
    assert cursor(store, "scripted") is None


async def test_sources_do_not_wait_for_each_other(store: Store) -> None:
    class Slow(Scripted):
        name = "slow"

        async def fetch(self, cursor: Any, now: datetime) -> Fetched:
            await others.wait()
            return await super().fetch(cursor, now)

    others = asyncio.Event()
    slow = asyncio.create_task(fetch(store, Slow(Fetched(records(1), 1, "fresh")), lambda: NOW))
    assert (await fetch(store, Scripted(Fetched(records(2), 1, "fresh")), lambda: NOW)).new == 2
    others.set()
    assert (await slow).known == 1


# Killed in the middle.

_KILLED = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import event
from db.migrate import open_store
from sources.fetcher import Fetcher
from sources.folder import Folder
from sources.ingest import fetch

store, left = open_store(sys.argv[1]), int(sys.argv[3])
writes = []

def commit(connection):
    if writes:
        writes.clear()
        globals()["left"] -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

def statement(connection, cursor, statement, *_):
    if statement.startswith("INSERT INTO papers "):
        writes.append(1)

event.listen(store.engine, "commit", commit)
event.listen(store.engine, "before_cursor_execute", statement)
asyncio.run(fetch(store, Folder({"path": sys.argv[2]}, Fetcher()), lambda: datetime.now(UTC)))
"""


def test_killed_between_two_batches_nothing_is_lost(store: Store, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write(inbox / "a.jsonl", 2 * BATCH + 10)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, f"sqlite:///{store.path}", str(inbox), "2"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert 0 < known(store) < 2 * BATCH + 10
    assert cursor(store) is None
    run = asyncio.run(fetch(store, Folder({"path": str(inbox)}, Fetcher()), lambda: NOW))
    assert run.new + run.known == 2 * BATCH + 10
    assert known(store) == 2 * BATCH + 10
    assert list(cursor(store)) == ["a.jsonl"]
