"""Files of references: BibTeX, RIS, tables and saved replies, read and taken in as people have them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.exports import FORMATS
from bot.exports.entry import Entry
from db import papers
from db.store import Store
from domain.identifier import Identifier
from domain.paper import Paper, Record, Rejected
from sources.files import read_file
from sources.ingest import import_file
from tests.papers import NOW, records
from tests.sources import replies
from tests.sources.replies import ABSTRACT


def read(folder: Path, data: bytes, name: str = "file") -> tuple[list[Record], list[Rejected]]:
    path = folder / name
    path.write_bytes(data)
    found = list(read_file(path))
    return [e for e in found if isinstance(e, Record)], [e for e in found if isinstance(e, Rejected)]


def test_bibtex(tmp_path: Path) -> None:
    (first, second, last), (broken,) = read(tmp_path, replies.BIBTEX, "mine.bib")
    assert first.title == "LLMs naïvely on k ladders"
    assert first.authors == ("Ada Adler", "Bo van der Lee", "The Rivers Group")
    assert first.identifiers == (Identifier("arxiv", "2611.00004"), Identifier("doi", "10.5555/b1"))
    assert (first.published, first.note, first.abstract) == (date(2026, 11, 1), "Rivers and Mills", ABSTRACT)
    assert (first.where, first.source) == ("mine.bib:3", "import")
    # A key or a field that stands twice does not cost a paper.
    assert (second.title, second.published) == ("The same key", date(2025, 1, 1))
    assert (last.title, last.published, last.page_url) == (
        "After what is broken",
        date(2026, 10, 9),
        "https://example.org/last",
    )
    assert (broken.where, broken.why) == (
        "mine.bib:7",
        "This entry is not valid BibTeX: “@misc{broken, title = {No end,”",
    )


def test_ris(tmp_path: Path) -> None:
    (first, second), rejected = read(tmp_path, replies.RIS, "mine.ris")
    assert (first.title, first.authors) == ("Lanterns in two lines", ("Ada Adler", "Bo Lee"))
    assert (first.identifiers, first.published) == ((Identifier("doi", "10.5555/ris1"),), date(2026, 11, 5))
    assert (first.abstract, first.page_url) == (ABSTRACT, "https://journal.example/ris1")
    assert second.title == "Never ended"
    assert [(each.where, each.why) for each in rejected] == [
        ("mine.ris:14", "It has no title."),
        ("mine.ris:17", "This stands outside of any reference: “noise”"),
    ]


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_tables(tmp_path: Path, divider: str) -> None:
    data = replies.CSV.replace(b'","', f'"{divider}"'.encode())
    (only,), (rejected,) = read(tmp_path, b"\xef\xbb\xbf" + data, "mine.csv")
    assert (only.title, only.authors) == ("Kettles, with comma", ("Ada Adler", "Bo Lee"))
    assert only.abstract == f"{ABSTRACT} In two lines."
    assert (only.identifiers, only.published) == ((Identifier("doi", "10.5555/csv1"),), date(2026, 11, 3))
    assert (rejected.where, rejected.why) == ("mine.csv:4", "It has no title.")


@pytest.mark.parametrize(
    ("data", "titles"),
    [
        (replies.OAI, ["Islands of letters", "Ladders of arXiv", "Marked gardens"]),
        (replies.ATOM, ["Windows of islands"]),
        (b'<?xml version="1.0"?>\n<!-- saved -->\n' + replies.ATOM, ["Windows of islands"]),
        (
            replies.RSS,
            ["Bridges & letters", "Author Correction: Bridges", "Orchards without a date", "Mills of an issue"],
        ),
        (replies.pubmed(), ["Lanterns in H2O & mills", "On kettles"]),
        ('<?xml version="1.0" encoding="utf-16"?>\n'.encode("utf-16") + b"", []),
    ],
)
def test_saved_replies(tmp_path: Path, data: bytes, titles: list[str]) -> None:
    assert [each.title for each in read(tmp_path, data)[0]] == titles


def test_an_arxiv_paper_of_a_file_is_arxivs(tmp_path: Path) -> None:
    (paper,), _ = read(tmp_path, replies.ATOM)
    assert (paper.source, paper.identifiers) == ("arxiv", (Identifier("arxiv", "2611.00002"),))


def test_xml_that_nobody_reads_says_so(tmp_path: Path) -> None:
    _, (rejected,) = read(tmp_path, b'<?xml version="1.0"?><svg/>', "x.xml")
    assert rejected.why.startswith("This XML begins with <svg>; known are OAI-PMH,")


@pytest.mark.parametrize(
    "page",
    [
        b"A title, its subtitle, and more of the same\n\n" + ABSTRACT.encode() * 3,
        b"Title page of the rivers | and letters\n\n" + ABSTRACT.encode() * 3,
        b"% A title in percent\n\n",
    ],
)
def test_a_page_is_not_taken_for_a_table(tmp_path: Path, page: bytes) -> None:
    assert not any("column" in each.why for each in read(tmp_path, page)[1])


@pytest.mark.parametrize("kind", ["bibtex", "ris", "csv"])
async def test_what_is_exported_is_known_when_it_comes_back(store: Store, tmp_path: Path, kind: str) -> None:
    with store.writing() as connection:
        numbers = [each.paper for each in papers.save(connection, records(40), NOW)]
        entries = [Entry(paper) for paper in papers.load(connection, numbers)]
    path = tmp_path / FORMATS[kind].name
    path.write_text(FORMATS[kind].write(entries), newline="")
    intake = await import_file(store, path, NOW)
    assert (intake.new, intake.known, intake.rejected) == (0, 40, [])
    with store.reading() as connection:
        after = papers.load(connection, numbers)
    assert [_shown(each) for each in after] == [_shown(entry.paper) for entry in entries]


def _shown(paper: Paper) -> tuple[object, ...]:
    return paper.number, paper.title, paper.abstract, paper.identifiers, paper.authors, paper.announced
