"""A store comes to this version's schema, whoever opens it first, and stays untouched where it cannot."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from sqlalchemy import create_engine, text

from db import channels, migrate, papers, schema
from db.migrate import open_store
from db.migrations.versions import v0001_first
from db.places import place
from db.vocabulary import indexed
from domain.channel import Mute
from domain.compact import compact
from domain.delivery import State
from domain.edition import Place
from domain.errors import StoreError
from domain.parse import parse
from tests.papers import NOW, TODAY, record, records


def master(path: Path) -> dict[tuple[str, str], str]:
    """Everything in the file, by kind and name: tables, indexes, triggers, the full-text index and its parts."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    connection.close()
    # A table that was copied under its old name has that in quotes.
    return {(kind, name): re.sub(r"\s+", " ", sql or "").replace(f'"{name}"', name) for kind, name, sql in rows}


def test_the_migrated_schema_is_the_declared_one(template: Path, tmp_path: Path) -> None:
    declared = tmp_path / "declared.db"
    engine = create_engine(f"sqlite:///{declared}")
    schema.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(text(schema.FTS))
    engine.dispose()
    migrated = {key: sql for key, sql in master(template).items() if "alembic_version" not in key[1]}
    assert migrated == master(declared)
    assert ("table", "papers_fts") in migrated
    assert ("index", "ix_deliveries_open") in migrated


def test_what_the_first_step_allows_is_what_the_domain_knows() -> None:
    assert [state.value for state in State] == list(v0001_first.STATES)
    assert [place.value for place in Place] == list(v0001_first.PLACES)


def test_a_new_file_becomes_an_empty_store_and_opens_again(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    for _ in range(2):
        store = open_store(url)
        with store.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM papers")).scalar() == 0
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == migrate.REVISION
            assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
            assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        store.close()


def test_many_threads_may_open_it_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    together, ended = threading.Barrier(6), []

    def opened() -> None:
        together.wait()
        open_store(url).close()
        ended.append(True)

    threads = [threading.Thread(target=opened) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 6


def _opened(url: str, said: SimpleQueue[str]) -> None:
    try:
        store = open_store(url)
        with store.writing() as connection:
            connection.execute(text("INSERT INTO source_cursors VALUES (:name, 'null')"), {"name": str(said)})
        store.close()
        said.put("opened")
    except Exception as error:  # whatever it is, the test shall show it
        said.put(repr(error))


def test_two_processes_may_open_it_first(tmp_path: Path) -> None:
    context = get_context("spawn")
    said: SimpleQueue[str] = context.SimpleQueue()
    url = f"sqlite:///{tmp_path / 'new.db'}"
    processes = [context.Process(target=_opened, args=(url, said)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [said.get(), said.get()] == ["opened", "opened"]


def test_a_newer_store_is_refused_and_untouched(template: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    path.write_bytes(template.read_bytes())
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer version"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_the_file_of_another_program_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE visits (url TEXT)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        open_store(f"sqlite:///{path}")
    assert set(master(path)) == {("table", "visits")}


def test_a_step_that_breaks_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: Callable[[str], None] = op.execute

    def broken(statement: str) -> None:
        raise RuntimeError(statement)

    path = tmp_path / "new.db"
    monkeypatch.setattr(op, "execute", broken)
    with pytest.raises(RuntimeError, match="papers_fts"):
        open_store(f"sqlite:///{path}")
    assert master(path) == {}
    monkeypatch.setattr(op, "execute", done)
    open_store(f"sqlite:///{path}").close()
    assert ("table", "papers_fts") in master(path)


def test_a_store_of_the_first_version_is_brought_up_to_date_with_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "first.db"
    with monkeypatch.context() as then:
        then.setattr(migrate, "REVISION", "0001")
        store = open_store(f"sqlite:///{path}")
    with store.writing() as connection:
        connection.execute(text("INSERT INTO source_cursors VALUES ('folder', '7')"))
    store.close()
    assert ("index", "ix_deliveries_state") not in master(path)
    store = open_store(f"sqlite:///{path}")
    with store.reading() as connection:
        assert connection.execute(text("SELECT cursor FROM source_cursors")).scalar() == 7
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == migrate.REVISION
    store.close()
    assert ("index", "ix_deliveries_state") in master(path)
    # As it was before, it is kept beside it, for whoever has to go back.
    before = tmp_path / f"first-before-{migrate.REVISION}.db"
    assert ("index", "ix_deliveries_state") not in master(before)
    assert sorted(each.name for each in tmp_path.glob("*.db")) == [before.name, "first.db"]


def test_queries_are_made_ready_for_matching_and_no_number_of_a_mute_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "earlier.db"
    with monkeypatch.context() as then:
        then.setattr(migrate, "REVISION", "0003")
        store = open_store(f"sqlite:///{path}")
    with store.writing() as connection:
        channel: dict[str, Any] = {
            "id": "local:a",
            "days": "[0]",
            "at": "09:00",
            "timezone": "UTC",
            "wait": "",
            "until": None,
        }
        channel |= {"size": 10, "layout": "rich", "empty": "silent", "paused": 0, "stopped": "", "allowed": "[]"}
        channel |= {"created_at": str(NOW), "next_due": str(NOW), "last_due": None, "editions": 0, "subscriptions": 1}
        said = {"query": "models -survey", "key": "k", "created_by": "local:me", "created_at": "2026-11-16 12:00:00"}
        for table, row in (
            ("channels", channel),
            ("subscriptions", {"channel": "local:a", "number": 1, **said}),
            ("mutes", {"number": 7, "owner": "local:a", **said}),
            ("mutes", {"number": 8, "owner": "local:a", **said}),
        ):
            names = ", ".join(f'"{name}"' for name in row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)  # noqa: S608  # our names
        connection.execute(text("DELETE FROM mutes WHERE number = 8"))
    store.close()
    store = open_store(f"sqlite:///{path}")
    with store.writing() as connection:
        [wish] = map(channels.wish, channels.wishes(connection, ["local:a"]))
        [mute] = map(channels.wish, channels.muted(connection, ["local:a"]))
        assert wish.compact == mute.compact == compact(parse("models -survey").root)
        assert channels.mute(connection, Mute("local:a", parse("lazy"), "local:me", NOW)) == 9
    store.close()


def test_the_index_of_an_older_store_is_written_anew_with_what_it_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, held = tmp_path / "older.db", records(30, announced=TODAY - timedelta(days=4))
    with monkeypatch.context() as then:
        then.setattr(migrate, "REVISION", "0003")
        open_store(f"sqlite:///{path}").close()
    # The newest version saves the papers; the older index has what it would have had of them.
    newest = open_store(f"sqlite:///{tmp_path / 'newest.db'}")
    with newest.writing() as connection:
        papers.save(connection, [*held, record("Models of α", "hf", categories=("cs.CL",))], NOW)
    newest.close()
    older = sqlite3.connect(path)
    older.execute("ATTACH ? AS newest", (str(tmp_path / "newest.db"),))
    for table in ("papers", "paper_sources"):
        older.execute(f"INSERT INTO {table} SELECT * FROM newest.{table}")  # noqa: S608  # names of our own
    older.execute(
        "INSERT INTO papers_fts (rowid, title, abstract, authors) SELECT 67108863 - (held.rowid & 67108863), "
        "held.title, held.abstract, held.authors FROM newest.papers_fts AS held"
    )
    older.commit()
    older.close()
    store = open_store(f"sqlite:///{path}")
    with store.reading() as connection:
        index = connection.execute(text("SELECT rowid, title, abstract, authors, marks FROM papers_fts")).all()
        loaded = papers.load(connection, range(1, 40))
    assert {row[0]: row[1:] for row in index} == {place(each.day, each.number): indexed(each) for each in loaded}
    assert len(loaded) == 31
    store.close()


def test_the_words_of_short_titles_get_lists_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "earlier.db"
    with monkeypatch.context() as then:
        then.setattr(migrate, "REVISION", "0007")
        store = open_store(f"sqlite:///{path}")
    titles = ["Lazy graphs", "Six words make a short title", "But with seven words it is long"]
    with store.writing() as connection:
        papers.save(
            connection, [record(title, f"hf {at}", categories=("cs.CL",)) for at, title in enumerate(titles)], NOW
        )
        for at, marks in connection.execute(text("SELECT rowid, marks FROM papers_fts")).all():
            kept = [mark for mark in marks.split() if not mark.startswith("|b")]
            titled = [mark for mark in kept if mark.startswith("|t")]
            said = [*titled, *(["|l6"] if len(titled) <= 6 else []), "|l9", *kept[len(titled) :]]
            change = text("UPDATE papers_fts SET marks = :said WHERE rowid = :at")
            connection.execute(change, {"said": " ".join(said), "at": at})
    store.close()
    store = open_store(f"sqlite:///{path}")
    with store.reading() as connection:
        written = {row.title: row.marks for row in connection.execute(text("SELECT title, marks FROM papers_fts"))}
        now = [indexed(each) for each in papers.load(connection, (1, 2, 3))]
        sought = text("SELECT count(*) FROM papers_fts WHERE papers_fts MATCH :said")
        assert [connection.execute(sought, {"said": f'"|b{word}"'}).scalar() for word in ("lazi", "word", "a")] == [
            1,
            1,
            1,
        ]
    assert [written[each.title].replace(" |l9", "") for each in now] == [each.marks for each in now]
    assert [" |l9" in written[each.title] for each in now] == [False, False, True]
    store.close()
