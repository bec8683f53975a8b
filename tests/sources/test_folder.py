"""The folder source: files are taken in once, changed ones again, and what is broken is said."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from domain.paper import Record, Rejected
from sources.base import Fetched
from sources.fetcher import Fetcher
from sources.folder import Folder
from tests.papers import NOW


def line(title: str) -> str:
    return json.dumps({"title": title, "abstract": f"About {title}."}) + "\n"


async def look(folder: Path, cursor: Any = None) -> Fetched:
    return await Folder({"path": str(folder)}, Fetcher()).fetch(json.loads(json.dumps(cursor)), NOW)


def titles(found: Fetched) -> list[str]:
    return [entry.title for entry in found.entries if isinstance(entry, Record)]


async def test_files_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(line("Second"))
    (tmp_path / "a.jsonl").write_text(line("First"))
    found = await look(tmp_path)
    assert (found.outcome, found.why) == ("fresh", "a.jsonl, b.jsonl")
    assert titles(found) == ["First", "Second"]
    again = await look(tmp_path, found.cursor)
    assert (again.outcome, again.why, list(again.entries)) == ("quiet", "no new file", [])
    assert again.cursor == found.cursor


async def test_a_new_or_changed_file_is_read_and_no_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(line(name))
    cursor = (await look(tmp_path)).cursor
    (tmp_path / "b.jsonl").write_text(line("b") + line("more"))
    (tmp_path / "c.jsonl").write_text(line("c"))
    found = await look(tmp_path, cursor)
    assert titles(found) == ["b", "more", "c"]
    assert titles(await look(tmp_path, found.cursor)) == []


async def test_a_file_of_the_same_size_and_time_that_changed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("one"))
    before = path.stat()
    cursor = (await look(tmp_path)).cursor
    path.write_text(line("two"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert titles(await look(tmp_path, cursor)) == ["two"]


async def test_what_is_no_file_of_papers_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text(line("hidden"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe")  # opening it would wait for ever
    assert (await look(tmp_path)).outcome == "quiet"


async def test_a_file_that_went_away_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("one"))
    cursor = (await look(tmp_path)).cursor
    path.unlink()
    (tmp_path / "b.jsonl").write_text(line("two"))
    found = await look(tmp_path, cursor)
    assert list(found.cursor) == ["b.jsonl"]


async def test_a_file_that_vanishes_while_it_is_looked_at_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line("one"))
    (tmp_path / "b.jsonl").write_text(line("two"))
    found = await look(tmp_path)
    (tmp_path / "a.jsonl").unlink()
    rejected, record = list(found.entries)
    assert isinstance(rejected, Rejected)
    assert "There is no file" in rejected.why
    assert isinstance(record, Record)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
async def test_a_file_that_may_not_be_read_is_said_and_tried_again_once_it_may(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("one"))
    path.chmod(0)
    found = await look(tmp_path)
    (rejected,) = found.entries
    assert isinstance(rejected, Rejected)
    assert "may not be read" in rejected.why
    path.chmod(0o600)
    assert titles(await look(tmp_path, found.cursor)) == ["one"]


async def test_new_rights_make_a_file_new(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(line("one"))
    cursor = (await look(tmp_path)).cursor
    path.chmod(0o600)
    assert titles(await look(tmp_path, cursor)) == ["one"]


async def test_broken_lines_are_said_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line("one") + "{broken\n" + line("two"))
    entries = list((await look(tmp_path)).entries)
    assert [type(entry).__name__ for entry in entries] == ["Record", "Rejected", "Record"]


async def test_a_folder_that_cannot_be_read_is_said_and_forgets_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(line("one"))
    cursor = (await look(tmp_path)).cursor
    found = await look(tmp_path / "nowhere", cursor)
    assert found.outcome == "failed"
    assert found.why == f"the folder {tmp_path / 'nowhere'} cannot be read: No such file or directory"
    assert found.cursor == cursor
    assert "Not a directory" in (await look(tmp_path / "a.jsonl")).why


async def test_a_home_folder_may_be_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "inbox").mkdir()
    assert (await look(Path("~/inbox"))).outcome == "quiet"
