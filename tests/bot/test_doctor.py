"""doctor: each kind of fault in one line, with what to do, and the rest tried all the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.alone import alone
from bot.doctor import Check, examine
from bot.settings import load
from bot.wiring import PLATFORMS, opened
from db import audits
from db.audits import Night
from db.migrate import open_store
from db.store import Store
from tests.papers import NOW


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, with a store that is in order."""
    (tmp_path / "paperround.db").write_bytes(template.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAPERROUND_SHARED", raising=False)
    return tmp_path


def faults() -> list[Check]:
    return [check for check in examine() if not check.ok]


def the_fault() -> str:
    (found,) = faults()
    assert found.hint
    assert "\n" not in f"{found.what} {found.hint}"
    return f"{found.name}: {found.what} {found.hint}"


def test_all_is_well() -> None:
    found = examine()
    assert all(check.ok for check in found)
    platforms = [f"platform {name}" for name in PLATFORMS]
    assert [check.name for check in found] == [
        *("settings", "sqlite", "timezones", "store", "sources", "audit"),
        *platforms,
    ]
    assert "is sound, holds 0 papers; no `run` works on it." in found[3].what
    assert "none configured" in found[4].what


def test_what_the_last_night_found_is_told() -> None:
    with opened(load()) as store, store.writing() as connection:
        audits.record(connection, Night(NOW, 3, 0))
    assert "the one of 2026-11-16 12:00 UTC found nothing lost and nothing doubled." in {c.what for c in examine()}
    with opened(load()) as store, store.writing() as connection:
        audits.record(connection, Night(NOW, 3, 2))
    assert the_fault().startswith("audit: the one of 2026-11-16 12:00 UTC found 2 rows that break a promise.")


def test_a_setting_that_cannot_be_read(folder: Path) -> None:
    (folder / "paperround.toml").write_text("timezone = ")
    assert the_fault().startswith("settings: paperround.toml cannot be read")


def test_a_slip_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERROUND_TIMEZON", "Asia/Tokyo")
    assert the_fault() == "settings: PAPERROUND_TIMEZON is no setting. Did you mean PAPERROUND_TIMEZONE?"
    assert len(examine()) == 7 + len(PLATFORMS)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///nowhere/paperround.db", "cannot be opened Check that its folder exists"),
        ("postgresql://host/db", "The store is a SQLite file; the database URL names postgresql."),
        ("what?", "The database URL cannot be read."),
        ("sqlite://", "the database URL names no file."),
    ],
)
def test_a_store_that_is_nowhere(monkeypatch: pytest.MonkeyPatch, url: str, said: str) -> None:
    monkeypatch.setenv("PAPERROUND_DATABASE_URL", url)
    assert said in the_fault().replace("opened. ", "opened ")


def test_a_store_that_is_something_else(folder: Path) -> None:
    (folder / "paperround.db").write_text("this is a poem " * 100)
    assert "is no SQLite file" in the_fault()


def test_a_store_of_another_program(folder: Path) -> None:
    (folder / "paperround.db").unlink()
    with closing(sqlite3.connect(folder / "paperround.db")) as other:
        other.execute("CREATE TABLE poems (line)")
    assert "another program" in the_fault()


def test_a_store_of_a_newer_version(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "paperround.db")) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
        other.commit()
    assert "newer version" in the_fault()


def test_a_damaged_store(folder: Path) -> None:
    path = folder / "paperround.db"
    with path.open("r+b") as file:  # the pages after the first few, where the tables are
        file.seek(4096 * 5)
        file.write(b"\xa5" * 4096 * 20)
    assert "store: " in the_fault()


def test_a_store_that_is_busy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.store.BUSY_SECONDS", 0.1)
    with closing(open_store("sqlite:///paperround.db")) as store, store.writing():
        assert "is busy: another process is writing to it" in the_fault()


def test_who_works_on_the_store(folder: Path) -> None:
    with alone(folder / "paperround.db"):
        assert any("`run` works on it (process " in check.what for check in examine())


def test_sources_are_tried(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "inbox").mkdir()
    monkeypatch.setenv("PAPERROUND_SOURCES__FOLDER__PATH", "inbox")
    assert Check("source folder", ok=True, what="quiet (no new file).") in examine()
    (folder / "inbox" / "page.txt").write_text("A title\n\nAn abstract.\n")
    assert Check("source folder", ok=True, what="fresh (page.txt).") in examine()
    with closing(Store("sqlite:///paperround.db")) as store, store.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM papers").scalar_one() == 0  # tried, not taken in
    monkeypatch.setenv("PAPERROUND_SOURCES__FOLDER__PATH", "outbox")
    assert the_fault().startswith("source folder: the folder outbox cannot be read: No such file or directory.")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("PAPERROUND_SOURCES__FOLDR__PATH", "There is no source “foldr”. Did you mean folder?"),
        ("PAPERROUND_SOURCES__FOLDER__PAHT", "The source “folder” has no setting “paht”."),
    ],
)
def test_sources_that_are_none(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv(name, "inbox")
    assert said in the_fault()


def test_each_fault_has_its_own_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "paperround.db").write_text("this is a poem " * 100)
    monkeypatch.setenv("PAPERROUND_SOURCES__FOLDER__PATH", "outbox")
    monkeypatch.setenv("PAPERROUND_COLOUR", "red")
    assert [check.name for check in faults()] == ["settings", "store", "source folder"]


def test_what_nobody_expected_is_a_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> int:
        raise RuntimeError("the moon\nis in the way")

    monkeypatch.setattr("db.loading.count", breaks)
    assert the_fault().startswith("store: RuntimeError: the moon is in the way PAPERROUND_LOG_LEVEL=debug")
