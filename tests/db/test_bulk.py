"""Many rows in one statement, and work aside: what comes out is what one row after the other would have made."""

from __future__ import annotations

import gc
import json
import shutil
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, event, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import NullType

from db import bulk, neighbours, papers, rows, schema, vocabulary
from db.bulk import Aside, change, insert, keeping_all, put, taken
from db.store import Store
from db.values import instant, listed
from domain.paper import Record
from tests.conftest import quick
from tests.papers import NOW, records


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 63, 64, 65, 200])
def test_every_row_is_inserted_once_and_in_order(store: Store, monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(bulk, "_VALUES", 130)
    given = [(at, f"text {at}") for at in range(count)]
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE some (number, said)")
        insert(connection, "INSERT INTO some (number, said)", given)
        assert list(map(tuple, connection.exec_driver_sql("SELECT * FROM some ORDER BY rowid"))) == given


@pytest.mark.parametrize("count", [0, 1, 10, 1_234])
def test_every_row_is_put_and_changed(store: Store, count: int) -> None:
    def row(number: int, at: datetime, breaches: int) -> tuple[object, ...]:
        return number, instant(at), number % 7, breaches

    later, named = NOW + timedelta(days=1), ("number", "audited_at", "deliveries", "breaches")
    with store.writing() as connection:
        put(connection, schema.audits, named, [row(n, NOW, 0) for n in range(1, count + 1)])
        changed = [(instant(later), n, n) for n in range(2, count + 1)]
        change(connection, schema.audits, ("audited_at", "breaches"), changed)
        found = connection.execute(select(schema.audits).order_by(schema.audits.c.number)).all()
    expected = [(n, later if n > 1 else NOW, n % 7, n if n > 1 else 0) for n in range(1, count + 1)]
    assert list(map(tuple, found)) == expected


@pytest.mark.parametrize(("count", "statements"), [(0, 0), (1, 1), (8, 1), (99, 1), (100, 1), (101, 2), (250, 3)])
def test_as_few_statements_as_take_the_rows(
    store: Store, monkeypatch: pytest.MonkeyPatch, count: int, statements: int
) -> None:
    monkeypatch.setattr(bulk, "_VALUES", 200)
    said: list[str] = []
    with store.writing() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE some (number, said)")
        event.listen(connection, "before_cursor_execute", lambda *of: said.append(of[2]))
        insert(connection, "INSERT INTO some (number, said)", [(n, "") for n in range(count)])
        assert len(said) == statements
        assert connection.exec_driver_sql("SELECT count(*) FROM some").scalar_one() == count


def test_texts_may_come_encoded(store: Store) -> None:
    """They are stored as the same texts that others are."""
    said = '[{"is":"Note","text":"𝛼 – 推理 \\u0000"}]'
    with store.writing() as connection:
        connection.execute(text("CREATE TEMP TABLE some (number, said)"))
        some = Table("some", MetaData(), Column("number"), Column("said"))
        put(connection, some, ("number", "said"), [(1, said.encode()), (2, b"")], encoded=("said",))
        put(connection, some, ("number", "said"), [(3, said)])
        rows = connection.execute(text("SELECT number, said, typeof(said) FROM some ORDER BY number")).all()
    assert list(map(tuple, rows)) == [(1, said, "text"), (2, "", "text"), (3, said, "text")]


def test_what_is_taken_is_what_a_select_brings(store: Store) -> None:
    """In its order, whatever the values are."""
    values = ["", "plain", 'a "quoted" \\ \n text', "𝛼 推理 👍", "with \0 inside", None, 0, -7, 2**62, 1.5]
    with store.writing() as connection:
        connection.execute(text("CREATE TEMP TABLE some (number, said)"))
        some = Table("some", MetaData(), Column("number", Integer), Column("said", NullType))
        put(connection, some, ("number", "said"), list(enumerate(values)))
        for order in (some.c.number, some.c.number.desc()):
            wanted = select(some.c.number, some.c.said).where(some.c.number > 0).order_by(order)
            assert taken(connection, wanted) == [list(row) for row in connection.execute(wanted)]
        assert taken(connection, wanted.where(some.c.number > 99)) == []


def test_what_is_there_already_is_refused(store: Store) -> None:
    given = [(n, instant(NOW), 0, 0) for n in (1, 2, 3, 2)]
    with pytest.raises(IntegrityError), store.writing() as connection:
        put(connection, schema.audits, ("number", "audited_at", "deliveries", "breaches"), given)


def saved(template: Path, path: Path, batches: list[list[Record]]) -> list[list[papers.Saved]]:
    shutil.copyfile(template, path)
    store = quick(Store(f"sqlite:///{path}"))
    said = []
    for batch in batches:
        with store.writing() as connection:
            said.append(papers.save(connection, batch, NOW))
    store.close()
    return said


def test_what_is_written_aside_is_what_would_be_written_at_once(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Invariant 1, however many come: new ones, doubles among them, and what the store has, row for row."""
    many = records(120)
    again = [Record(each.title, "hf", each.abstract + " Revised.", upvotes=3) for each in many[::3]]
    batches = [[*many[:40], *many[:10], *again[:20]], [*many[30:], *again]]
    plain = saved(template, tmp_path / "plain.db", batches)
    monkeypatch.setattr(bulk, "_MANY", 1)
    monkeypatch.setattr(bulk, "_VALUES", 200)
    monkeypatch.setattr(rows, "AT_ONCE", 5)
    monkeypatch.setattr(vocabulary, "_AT_ONCE", 7)
    monkeypatch.setattr(neighbours, "_AT_ONCE", 100)
    assert saved(template, tmp_path / "aside.db", batches) == plain
    assert table_rows(tmp_path / "aside.db") == table_rows(tmp_path / "plain.db")


def table_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What every table holds, and the index."""
    store = Store(f"sqlite:///{path}")
    with store.reading() as connection:
        found = {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in schema.metadata.sorted_tables
        }
        indexed = connection.execute(text("SELECT rowid, title, abstract, authors, marks FROM papers_fts"))
        found["papers_fts"] = list(map(tuple, indexed))
    store.close()
    return found


def test_what_fails_aside_fails_the_whole(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copyfile(template, tmp_path / "store.db")
    store = quick(Store(f"sqlite:///{tmp_path / 'store.db'}"))

    def broken(connection: Connection, into: str, rows: list[tuple[object, ...]]) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(bulk, "_MANY", 1)
    monkeypatch.setattr(vocabulary, "insert", broken)
    with pytest.raises(OSError, match="the disk is gone"), store.writing() as connection:
        papers.save(connection, records(3), NOW)
    with store.reading() as connection:
        assert papers.count(connection) == 0
    assert not [each for each in threading.enumerate() if each.name.startswith("store-aside")]
    store.close()


def test_work_aside_is_done_in_order_and_settled_at_the_end() -> None:
    done: list[int] = []
    with Aside(1_000_000) as aside:
        for at in range(20):
            aside(done.append, at)
    assert done == list(range(20))


def test_what_may_wait_gives_way_and_what_is_asked_for_comes_back() -> None:
    done: list[str] = []
    begun, go = threading.Event(), threading.Event()

    def first() -> None:
        begun.set()
        go.wait(10)
        done.append("first")

    with Aside(1_000_000) as aside:
        aside(first)
        begun.wait(10)
        for each in ("one that waits", "another"):
            aside.later(done.append, each)
        aside(done.append, "soon")
        known = aside(lambda: list(done))
        go.set()
        assert known.result(10) == ["first", "soon"]
    assert done == ["first", "soon", "one that waits", "another"]


@pytest.mark.parametrize("papers_to_write", [0, 1_000_000])
def test_nothing_is_done_after_what_failed(papers_to_write: int) -> None:
    """SQLite may have undone the transaction: what follows would be kept without the rest."""
    done: list[str] = []

    def broken() -> None:
        raise OSError("the disk is gone")

    def all_of_it() -> None:
        with Aside(papers_to_write) as aside:
            aside(done.append, "before")
            aside(broken)
            aside(done.append, "after")
            aside.later(done.append, "later")

    with pytest.raises(OSError, match="the disk is gone"):
        all_of_it()
    assert done == ["before"]


def test_garbage_is_collected_again_afterwards() -> None:
    with keeping_all(), keeping_all():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_list_is_written_as_json() -> None:
    assert listed((1, 'a “b"', "推理")) == json.dumps([1, 'a “b"', "推理"])
    assert listed(()) == "[]"
