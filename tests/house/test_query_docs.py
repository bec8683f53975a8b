"""Every example of docs/query-language.md is run: what it says a query reads as, answers, finds and finds not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from digests.match import Batch
from domain.errors import QueryError
from domain.paper import Paper, identifier
from domain.parse import parse
from tests.house.tree import codes, name, plain, table, tables
from tests.shared import ROOT

PAGE = ROOT / "docs" / "query-language.md"
TODAY = date(2026, 11, 20)  # the page says so
SEEN = datetime(2026, 11, 20, 6, tzinfo=UTC)
HEADS = {
    ("query", "reads as"),
    ("pasted", "reads as"),
    ("query", "place", "answer"),
    ("query", "finds", "finds not"),
    ("query", "finds papers"),
    ("paper", "title", "authors", "categories", "day", "upvotes", "source", "identifier"),
    ("field", "short", "takes", "finds"),
    ("sign", "meaning"),
}


def rows(*heads: str) -> list[list[str]]:
    """The cells of a table, as they read; queries stand in code."""
    found = []
    for row in table(PAGE, *heads):
        assert codes(row[0]), f"a row of {' | '.join(heads)} has no code in its first cell"
        found.append([codes(row[0])[0], *map(plain, row[1:])])
    return found


def titles(*heads: str) -> list[tuple[str, list[str], list[str]]]:
    return [(codes(row[0])[0], codes(row[1]), codes(row[2])) for row in table(PAGE, *heads)]


def shelf() -> list[Paper]:
    """The papers that the page invents."""
    papers = []
    for number, cells in enumerate(
        rows("paper", "title", "authors", "categories", "day", "upvotes", "source", "identifier"), 1
    ):
        key, title, authors, categories, day, upvotes, source, named = cells
        assert key == f"p{number}"
        known = identifier(named)
        assert known is not None or not named
        papers.append(
            Paper(
                number,
                title,
                SEEN,
                authors=tuple(filter(None, authors.split(", "))),
                categories=tuple(categories.split()),
                announced=date.fromisoformat(day) if day else None,
                upvotes=int(upvotes) if upvotes else None,
                sources=(source,),
                identifiers=(known,) if known else (),
            )
        )
    return papers


@pytest.mark.parametrize(("query", "canonical"), [*rows("query", "reads as"), *rows("pasted", "reads as")])
def test_reads_as(query: str, canonical: str) -> None:
    assert parse(query).text == canonical
    assert parse(canonical) == parse(query)


@pytest.mark.parametrize(("query", "place", "answer"), rows("query", "place", "answer"))
def test_is_answered_with_the_place(query: str, place: str, answer: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    error = caught.value
    assert query[error.start : error.end] == place
    assert str(error) == answer


@pytest.mark.parametrize(("query", "finds", "finds_not"), titles("query", "finds", "finds not"))
def test_finds_titles(query: str, finds: list[str], finds_not: list[str]) -> None:
    papers = [Paper(number, title, SEEN) for number, title in enumerate([*finds, *finds_not], 1)]
    found = {paper.title for paper in Batch(papers, TODAY).matches(parse(query))}
    assert found == set(finds)
    assert finds


@pytest.mark.parametrize(("query", "finds"), rows("query", "finds papers"))
def test_finds_papers(query: str, finds: str) -> None:
    found = [paper.id for paper in Batch(shelf(), TODAY).matches(parse(query))]
    assert found == re.findall(r"p\d+", finds)
    assert found


def test_every_table_of_the_page_is_run_or_known() -> None:
    assert {heads for heads, _ in tables(PAGE)} == HEADS
    assert len(rows("query", "reads as")) >= 12
    assert len(rows("query", "place", "answer")) >= 10
    assert len(rows("query", "finds papers")) >= 10
    assert f"{TODAY:%d} November {TODAY:%Y}" in PAGE.read_text(encoding="utf-8"), name(PAGE)


def test_every_field_and_sign_is_tried() -> None:
    tried = " ".join(
        row[0]
        for heads in (("query", "reads as"), ("query", "finds papers"), ("query", "place", "answer"))
        for row in rows(*heads)
    )
    named = [
        code for row in table(PAGE, "field", "short", "takes", "finds") for cell in row[:2] for code in codes(cell)
    ]
    assert all(code in tried for code in named), [code for code in named if code not in tried]
