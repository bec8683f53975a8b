"""A copy of the store while it is in use: whole, sound, nobody else's to read, and never over another."""

from __future__ import annotations

import sqlite3
import stat
import threading
from contextlib import closing
from pathlib import Path

import pytest

from db import papers
from db.backup import backup, restore
from db.migrate import open_store
from db.store import Store
from domain.errors import PaperroundError, StoreError
from tests.papers import NOW, records


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("SELECT count(*) FROM papers").fetchone()[0]
    return found


def test_a_copy_holds_what_was_committed(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        papers.save(connection, records(20), NOW)
    target = tmp_path / "copies" / "one.db"
    target.parent.mkdir()
    size = backup(store.path, target)
    assert size == target.stat().st_size > 0
    assert [path.name for path in target.parent.iterdir()] == ["one.db"]  # one file, nothing beside it
    assert count(target) == 20


def test_it_is_made_while_others_write(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        papers.save(connection, records(500), NOW)
    stop, written, seeds = threading.Event(), threading.Event(), iter(range(1, 1_000))

    def write() -> None:
        while not stop.is_set():
            with store.writing() as connection:
                papers.save(connection, records(5, seed=next(seeds)), NOW)
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        written.wait(30)
        for name in ("a", "b", "c"):
            backup(store.path, tmp_path / f"{name}.db")
    finally:
        stop.set()
        writer.join()
    sizes = [count(tmp_path / f"{name}.db") for name in ("a", "b", "c")]
    assert sizes == sorted(sizes)
    assert all(size % 5 == 0 and size > 500 for size in sizes)  # whole transactions


def test_it_is_made_while_somebody_is_in_the_middle_of_writing(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        papers.save(connection, records(20), NOW)
        backup(store.path, tmp_path / "copy.db")
    assert count(tmp_path / "copy.db") == 0


def test_only_its_owner_may_read_it(store: Store, tmp_path: Path) -> None:
    backup(store.path, tmp_path / "copy.db")
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_it_never_writes_over_anything(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(PaperroundError, match="exists already"):
        backup(store.path, target)
    assert target.read_text() == "precious"


@pytest.mark.parametrize("name", ["a?b", "a#b", "a%41", "é 推理"])
def test_any_name_will_do(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    odd = tmp_path / name / f"{name}.db"
    backup(store.path, odd)
    backup(odd, tmp_path / name / "copy.db")
    assert count(tmp_path / name / "copy.db") == 0


def test_where_it_cannot_be_made_is_said_and_nothing_is_left(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"The backup to .* failed"):
        backup(store.path, tmp_path / "nowhere" / "copy.db")
    with pytest.raises(StoreError, match="failed"):
        backup(tmp_path / "nothing.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    assert not list(tmp_path.glob(".*.part"))


def test_a_damaged_store_makes_no_backup(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        papers.save(connection, records(50), NOW)
    backup(store.path, tmp_path / "damaged.db")
    with (tmp_path / "damaged.db").open("r+b") as file:
        file.seek(4096 * 4 + 100)
        file.write(b"\xa5" * 4096 * 8)
    with pytest.raises(StoreError) as raised:
        backup(tmp_path / "damaged.db", tmp_path / "copy.db")
    assert raised.value.hint
    assert not (tmp_path / "copy.db").exists()
    assert not list(tmp_path.glob(".*.part"))


def test_a_copy_that_is_not_sound_is_none(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "odd.db")) as odd:
        odd.execute("CREATE TABLE votes (value INTEGER CHECK (value < 2))")
        odd.execute("PRAGMA ignore_check_constraints = ON")
        odd.execute("INSERT INTO votes VALUES (7)")
        odd.commit()
    with pytest.raises(StoreError, match="The copy is not sound: CHECK constraint failed"):
        backup(tmp_path / "odd.db", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_a_copy_is_a_store_that_works(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        papers.save(connection, records(5), NOW)
    backup(store.path, tmp_path / "copy.db")
    with closing(open_store(f"sqlite:///{tmp_path / 'copy.db'}")) as copy:
        with copy.writing() as connection:
            papers.save(connection, records(5, seed=1), NOW)
            connection.exec_driver_sql("INSERT INTO papers_fts (papers_fts) VALUES ('integrity-check')")
        with copy.reading() as connection:
            assert papers.count(connection) == 10
    with closing(sqlite3.connect(tmp_path / "copy.db")) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_backup_comes_back_and_what_was_there_is_kept(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        papers.save(connection, records(5), NOW)
    kept, aside = tmp_path / "kept.db", tmp_path / "aside.db"
    backup(store.path, kept)
    with store.writing() as connection:
        papers.save(connection, records(3, seed=2), NOW)
    path = store.path
    store.close()
    restore(kept, path, aside)
    assert (count(path), count(aside), count(kept)) == (5, 8, 5)
    with closing(open_store(f"sqlite:///{path}")) as again, again.reading() as connection:
        assert papers.count(connection) == 5


def test_a_backup_takes_the_place_of_a_damaged_store_which_is_kept_as_it_is(store: Store, tmp_path: Path) -> None:
    with store.writing() as connection:
        papers.save(connection, records(5), NOW)
    kept, aside = tmp_path / "kept.db", tmp_path / "aside.db"
    backup(store.path, kept)
    path = store.path
    store.close()
    damaged = path.read_bytes()[:8192] + b"\xa5" * 200_000
    path.write_bytes(damaged)
    restore(kept, path, aside)
    assert count(path) == 5
    assert aside.read_bytes() == damaged


def test_a_backup_comes_back_where_nothing_is(store: Store, tmp_path: Path) -> None:
    backup(store.path, tmp_path / "kept.db")
    restore(tmp_path / "kept.db", tmp_path / "new.db", tmp_path / "aside.db")
    assert count(tmp_path / "new.db") == 0
    assert not (tmp_path / "aside.db").exists()


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\x00" + bytes(200)])
def test_what_is_no_backup_changes_nothing(store: Store, tmp_path: Path, content: bytes) -> None:
    with store.writing() as connection:
        papers.save(connection, records(5), NOW)
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(content)
    with pytest.raises(StoreError):
        restore(wrong, store.path, tmp_path / "aside.db")
    assert count(store.path) == 5
    assert not (tmp_path / "aside.db").exists()
    assert not list(store.path.parent.glob(".*.part"))
