"""Files of papers, opened and read whatever they are."""

from __future__ import annotations

import gzip
import json
import os
import random
import tracemalloc
from pathlib import Path

import pytest

from domain.errors import UnreadableError
from domain.paper import Record, Rejected
from sources import files
from sources.files import FORMATS, read_file
from tests.shared import shared
from tests.sources import fuzz
from tests.sources.invented import page, papers

LINES = "".join(json.dumps({"title": f"Route {number}", "abstract": "Ä route."}) + "\n" for number in range(5))
TITLES = [f"Route {number}" for number in range(5)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "papers"


def titles(path: Path) -> list[str]:
    return [each.title for each in read_file(path) if isinstance(each, Record)]


def rejected(path: Path) -> list[Rejected]:
    return [each for each in read_file(path) if isinstance(each, Rejected)]


CONTENT = {
    "JSON Lines": LINES.encode(),
    "JSON Lines after blank lines": b"\n \r\n" + LINES.encode(),
    "JSON Lines with a byte-order mark": b"\xef\xbb\xbf" + LINES.encode(),
    "JSON Lines with Windows line ends": LINES.replace("\n", "\r\n").encode(),
    "JSON Lines, gzipped": gzip.compress(LINES.encode()),
    "JSON Lines, gzipped in two parts": gzip.compress(LINES[:100].encode()) + gzip.compress(LINES[100:].encode()),
    "JSON Lines in UTF-16": LINES.encode("utf-16"),
    "an array": json.dumps([json.loads(line) for line in LINES.splitlines()]).encode(),
    "an array over many lines": json.dumps([json.loads(line) for line in LINES.splitlines()], indent=2).encode(),
    "a page": page([(title, "Ä route is long.") for title in TITLES]).encode(),
    "a page, gzipped": gzip.compress(page([(title, "Ä route is long.") for title in TITLES], "\n").encode()),
    "a page in Windows-1252": page([(title, "Ä route is long.") for title in TITLES]).encode("cp1252"),
}


@pytest.mark.parametrize("what", CONTENT)
def test_reads(what: str, path: Path) -> None:
    path.write_bytes(CONTENT[what])
    assert titles(path) == TITLES
    assert all(each.abstract.startswith("Ä") for each in read_file(path) if isinstance(each, Record))


def test_a_page_may_begin_with_a_brace(path: Path) -> None:
    path.write_text("{\\mu}-Routes for All\nWe measure routes.\n")
    assert titles(path) == ["μ-Routes for All"]


@pytest.mark.parametrize("content", [b"", b"\n \n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_holds_nothing(content: bytes, path: Path) -> None:
    path.write_bytes(content)
    assert list(read_file(path)) == []


def test_progress_tells_bytes_of_the_file_on_disk(path: Path) -> None:
    path.write_bytes(gzip.compress(LINES.encode() * 5_000))
    told: list[int] = []
    assert len(list(read_file(path, told.append))) == 25_000
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size


def test_where_names_file_and_line(path: Path) -> None:
    path.write_text('\n{"title": "One"}\n\noops\n')
    assert [each.where for each in read_file(path)] == ["papers:2", "papers:4"]


def test_what_cannot_be_opened_says_what_to_do(path: Path, tmp_path: Path) -> None:
    for wrong, what in ((path, "There is no file"), (tmp_path, "is a folder"), (Path("a\0b"), "cannot be opened")):
        with pytest.raises(UnreadableError, match=what) as caught:
            next(read_file(wrong))
        assert caught.value.hint


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_says_so(path: Path) -> None:
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(UnreadableError, match="may not be read"):
        next(read_file(path))


def test_a_gzip_file_cut_off_gives_what_came_before(path: Path) -> None:
    whole = "".join(json.dumps({"title": t, "abstract": a}) + "\n" for t, a in papers(random.Random(1), 300))
    packed = gzip.compress(whole.encode())
    path.write_bytes(packed[: len(packed) // 2])
    read = list(read_file(path))
    assert 100 < sum(isinstance(each, Record) for each in read) < 200
    assert isinstance(read[-1], Rejected)
    assert read[-1].why == "The compressed file ends in the middle; what came before was read."
    path.write_bytes(packed[:-8] + b"12345678")
    assert len(titles(path)) == 300
    assert "damaged" in rejected(path)[0].why


def test_a_file_made_to_be_enormous_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_bytes(gzip.compress(b"\n" * 12_000_000))
    with pytest.raises(UnreadableError, match="enormous"):
        list(read_file(path))
    monkeypatch.setattr(files, "LARGEST", 100_000)
    path.write_bytes(gzip.compress(LINES.encode() * 1_000))
    with pytest.raises(UnreadableError, match="enormous"):
        list(read_file(path))


def test_other_bytes_are_read_and_reported_once(path: Path) -> None:
    lines = [
        '{"title": "Café"}'.encode(),
        '{"title": "Café"}'.encode("cp1252"),
        b'{"title": "\xff \xc3\xa9"}',
        b'{"title": "d"}',
    ]
    path.write_bytes(b"\n".join(lines))
    assert titles(path) == ["Café", "Café", "\ufffd é", "d"]
    assert [each.where for each in rejected(path)] == ["papers:2"]


def test_an_array_on_one_long_line(path: Path) -> None:
    path.write_text(json.dumps([{"title": f"Route {number}", "abstract": "x" * 900_000} for number in range(5)]))
    assert titles(path) == TITLES


def test_a_line_too_long_costs_only_itself(path: Path) -> None:
    path.write_text('{"title": "One"}\n{"title": "' + "x" * 9_000_000 + '"}\n{"title": "Three"}\n')
    assert titles(path) == ["One", "Three"]
    assert rejected(path) == [Rejected("papers:2", "This line is longer than 2,000,000 characters.")]


def test_too_long_a_page_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST_WHOLE", 1_000)
    path.write_text(page([(f"Route {number}", "We measure.") for number in range(3_000)]))
    assert titles(path)
    assert "Divide it" in rejected(path)[-1].why


def test_memory_stays_small(path: Path) -> None:
    line = json.dumps({"title": "Route", "abstract": "x" * 10_000}) + "\n"
    path.write_text(line * 3_000)
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_file(path)) == 3_000
        assert tracemalloc.get_traced_memory()[1] < 10 * 2**20
    finally:
        tracemalloc.stop()


def test_formats_are_tried_in_order_and_the_last_takes_all() -> None:
    assert list(FORMATS) == ["json-lines", "json-array", "bibtex", "ris", "xml", "csv", "daily-papers"]
    assert list(FORMATS.values())[-1].begins == ""


def test_damaged_files(tmp_path: Path) -> None:
    assert fuzz.files(300, 1, tmp_path) > 500


@pytest.mark.shared
def test_the_real_files() -> None:
    for name, count in (
        ("corpora/hf_daily_2024.jsonl.gz", 4_242),
        ("pages/daily-papers-mar14.txt", 76),
        ("pages/daily-papers-jul30.txt", 102),
        ("pages/daily-papers-compact.txt", 220),
    ):
        found = list(read_file(shared(f"data/{name}")))
        assert len(found) == count
        assert all(isinstance(each, Record) for each in found)
