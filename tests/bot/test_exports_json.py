"""JSON, read back by anybody and by our importer."""

from __future__ import annotations

import json

from hypothesis import given, settings
from msgspec.structs import replace

from bot.exports import Entry
from domain.paper import Identifier, Paper, Record
from sources.jsonl import read_object
from tests.bot.entries import ARXIV, ENTRY, PAPER, lists, written


def test_json_carries_every_field_a_paper_has() -> None:
    assert json.loads(written("json", ENTRY)) == [
        {
            "title": PAPER.title,
            "abstract": PAPER.abstract,
            "summary": "Short.",
            "authors": list(PAPER.authors),
            "categories": ["cs.CL", "stat.ML"],
            "arxiv_id": "2610.01234",
            "doi": "10.1000/a_b(1)%{x}",
            "identifiers": ["arxiv:2610.01234", "doi:10.1000/a_b(1)%{x}", "openreview:aBcDeF1"],
            "published": "2026-09-30",
            "announced": "2026-10-02",
            "url": "https://arxiv.org/abs/2610.01234",
            "pdf_url": "https://arxiv.org/pdf/2610.01234",
            "code_url": "https://code.example/a",
            "upvotes": 0,
            "comments": 3,
            "comment": "12 pages",
            "note": "For the club, =maybe?",
            "tags": ["llm", "to-read"],
        }
    ]


def test_json_leaves_out_what_is_not_known_and_stands_a_paper_to_a_line() -> None:
    bare = Entry(Paper(number=1, title="T", first_seen=PAPER.first_seen))
    assert written("json", bare, bare) == '[\n{"title": "T"},\n{"title": "T"}\n]\n'


def test_our_importer_reads_json_back_and_loses_nothing() -> None:
    paper = replace(
        PAPER,
        title="Sparse Diffusion for 100% of R&D",
        authors=("Ada Lovelace", "Grace Hopper"),
        identifiers=(Identifier("doi", "10.1000/a_b(1)"), ARXIV),
    )
    (read,) = json.loads(written("json", replace(ENTRY, paper=paper)))
    record = read_object(read, "bookmarks.json:2")
    assert isinstance(record, Record)
    for name in "title summary authors categories published announced pdf_url code_url upvotes comments note".split():
        assert getattr(record, name) == getattr(paper, name)
    assert record.page_url == paper.url
    assert record.abstract.split() == paper.abstract.split()
    assert set(record.identifiers) == set(paper.identifiers)


@settings(deadline=None)
@given(lists)
def test_json_is_read_back_whole(items: list[Entry]) -> None:
    def kept(text: str) -> str:
        return text.encode(errors="replace").decode()

    for item, read in zip(items, json.loads(written("json", *items)), strict=True):
        assert read.get("title", "") == kept(item.paper.title)
        assert read.get("abstract", "") == kept(item.paper.abstract)
        assert read.get("note", "") == kept(item.note)
        assert read.get("authors", []) == [kept(name) for name in item.paper.authors]
        assert read.get("tags", []) == [kept(tag) for tag in item.tags]
        assert read.get("upvotes") == item.paper.upvotes


def test_an_empty_list_is_a_valid_empty_file() -> None:
    assert json.loads(written("json")) == []
