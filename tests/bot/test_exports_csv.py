"""CSV, read back as programs and as spreadsheets read it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from bot.exports import Entry
from bot.render.text import one_line
from tests.bot.entries import ENTRY, PAPER, lists, written


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def test_a_paper_in_csv() -> None:
    assert read_csv(written("csv", ENTRY)) == [
        {
            "title": PAPER.title,
            "authors": "Ada Lovelace; Hopper, Grace; The Ada & Grace Collaboration; 道元",
            "published": "2026-09-30",
            "announced": "2026-10-02",
            "categories": "cs.CL; stat.ML",
            "arxiv_id": "2610.01234",
            "doi": "10.1000/a_b(1)%{x}",
            "url": "https://arxiv.org/abs/2610.01234",
            "pdf_url": "https://arxiv.org/pdf/2610.01234",
            "code_url": "https://code.example/a",
            "upvotes": "0",
            "abstract": "First paragraph. Second <paragraph>.",
            "summary": "Short.",
            "note": "For the club, =maybe?",
            "tags": "llm; to-read",
        }
    ]
    assert written("csv", ENTRY).count("\r\n") == 2


@settings(deadline=None)
@given(lists)
def test_csv_is_read_back_and_computes_nothing(items: list[Entry]) -> None:
    text = written("csv", *items)
    rows = read_csv(text)
    assert len(rows) == len(items)
    for item, row in zip(items, rows, strict=True):
        for name, value in (("title", item.paper.title), ("abstract", item.paper.abstract), ("note", item.note)):
            assert row[name].replace("'", "") == one_line(value).replace("'", "")
    # However it is cut into cells: as written, and at semicolons, as some spreadsheets do in spite of the quotes.
    cells = [cell for row in rows for cell in row.values()]
    for cell in [
        *cells,
        *(piece for line in text.split("\r\n") for part in line.split('","') for piece in part.split(";")),
    ]:
        assert not cell.strip('" ').startswith(tuple("=+-@\t\r＝＋－＠"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_a_formula_becomes_text(text: str) -> None:
    (row,) = read_csv(written("csv", replace(ENTRY, note=text)))
    assert row["note"] == f"'{one_line(text)}"


def test_an_empty_list_is_a_valid_empty_file() -> None:
    assert read_csv(written("csv")) == []
