"""JSON Lines of papers, and what is wrong with them."""

from __future__ import annotations

import gzip
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.paper import Identifier, Record, Rejected
from sources import jsonl
from tests.shared import shared


def one(**fields: Any) -> Record | Rejected:
    return jsonl.read_line(json.dumps(fields), "x:1")


def record(**fields: Any) -> Record:
    found = one(**{"title": "Small Routes"} | fields)
    assert isinstance(found, Record), found
    return found


def why(**fields: Any) -> str:
    found = one(**{"title": "Small Routes"} | fields)
    assert isinstance(found, Rejected), found
    return found.why


def test_everything() -> None:
    assert one(
        title="Routes of M^{2}ail",
        abstract="We deliver 20\\% more.",
        summary="More mail.",
        authors=["Smith, Ada", {"name": "Bob  Lee"}, {"given": "Cy", "family": "Jones"}, "Ada Smith"],
        date="2024-07-31",
        dates_seen=["2024-08-01", "2024-07-30"],
        published="2024-07-28T23:59:00Z",
        categories=["cs.CL", "cs.LG", "cs.CL"],
        arxiv_id="2407.12345v2",
        doi="10.1234/ABC",
        url="https://huggingface.co/papers/2407.12345",
        pdf_url="https://arxiv.org/pdf/2407.12345",
        code_url="https://github.com/a/b",
        comment="12 pages,  3 figures",
        comments=4,
        upvotes=30,
        rank=1,
        keywords=["ignored"],
        source="mine",
    ) == Record(
        title="Routes of M²ail",
        source="hf",
        abstract="We deliver 20% more.",
        summary="More mail.",
        authors=("Ada Smith", "Bob Lee", "Cy Jones"),
        categories=("cs.CL", "cs.LG"),
        identifiers=(Identifier("arxiv", "2407.12345"), Identifier("doi", "10.1234/abc")),
        published=date(2024, 7, 28),
        announced=date(2024, 7, 30),
        page_url="https://huggingface.co/papers/2407.12345",
        pdf_url="https://arxiv.org/pdf/2407.12345",
        code_url="https://github.com/a/b",
        upvotes=30,
        comments=4,
        note="12 pages, 3 figures",
        raw={"title": "Routes of M^{2}ail", "abstract": "We deliver 20\\% more."},
        where="x:1",
    )


def test_a_title_is_enough() -> None:
    assert one(title="Small Routes", abstract=None, authors=None, upvotes=None, url="", date="") == Record(
        "Small Routes", "import", where="x:1"
    )


@pytest.mark.parametrize(
    ("fields", "announced", "published"),
    [
        ({"date": "2024-07-30"}, date(2024, 7, 30), None),
        ({"date": "2024-07-30T23:30:00-05:00"}, date(2024, 7, 30), None),
        ({"date": "2024-07-30", "announced": "2024-07-28"}, date(2024, 7, 28), None),
        ({"dates_seen": ["2024-07-31", None, "2024-07-30"], "date": "2024-07-29"}, date(2024, 7, 30), None),
        ({"date": "2022"}, None, date(2022, 1, 1)),
        ({"date": 2022}, None, date(2022, 1, 1)),
        ({"date": "2022-05"}, None, date(2022, 5, 1)),
        ({"date": "2022", "published": "2022-03-04"}, None, date(2022, 3, 4)),
        ({"published": "2021-12"}, None, date(2021, 12, 1)),
        ({"announced": "2024", "date": "2024-07-30"}, date(2024, 7, 30), date(2024, 1, 1)),
        ({}, None, None),
    ],
)
def test_dates(fields: dict[str, Any], announced: date | None, published: date | None) -> None:
    found = record(**fields)
    assert (found.announced, found.published) == (announced, published)


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"url": "https://huggingface.co/papers/2407.12345"}, "hf"),
        ({"url": "https://arxiv.org/abs/2407.12345", "source": "mine"}, "arxiv"),
        ({"url": "https://huggingface.co/datasets/x", "source": "My List!"}, "my-list"),
        ({"source": "mine"}, "mine"),
        ({"source": "§$%"}, "import"),
        ({}, "import"),
    ],
)
def test_sources(fields: dict[str, Any], source: str) -> None:
    assert record(**fields).source == source


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ({"arxiv_id": "2402.16107v3"}, ["arxiv:2402.16107"]),
        ({"pdf_url": "https://arxiv.org/pdf/2402.16107v1.pdf"}, ["arxiv:2402.16107"]),
        ({"identifiers": ["doi:10.1/x", "openreview:abcDEF123", "?"]}, ["openreview:abcDEF123"]),
        ({"doi": "https://doi.org/10.1234/x"}, ["doi:10.1234/x"]),
        ({"doi": "n/a", "arxiv_id": "unknown"}, []),
    ],
)
def test_identifiers(fields: dict[str, Any], identifiers: list[str]) -> None:
    assert [str(each) for each in record(**fields).identifiers] == identifiers


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "http://", "http://[", "https://a.b/c d", "x" * 3_000, "a\u0000"]
)
def test_only_addresses_are_links(url: str) -> None:
    found = record(url=url, pdf_url=url, code_url=url)
    assert (found.page_url, found.pdf_url, found.code_url) == ("", "", "")


def test_kindness() -> None:
    assert record(upvotes="12", comments=3.0).upvotes == 12
    assert record(comments="12 pages").note == "12 pages"
    assert record(categories="cs.CL, cs.LG").categories == ("cs.CL", "cs.LG")
    assert record(authors="Ada Smith and Bob Lee").authors == ("Ada Smith", "Bob Lee")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": None}, "It has no title."),
        ({"title": "\u200b\x00"}, "Its title is empty once it is made readable."),
        ({"title": 3}, "Its title is a number, not text."),
        ({"abstract": ["a"]}, "Its abstract is a list, not text."),
        ({"authors": {"a": 1}}, "Its authors are an object, not a list of names."),
        ({"authors": [1]}, "One of its authors is a number, not a name."),
        ({"categories": [None]}, "Its categories are no list of words."),
        ({"upvotes": "many"}, "Its upvotes are no number that can be: “many”."),
        ({"upvotes": True}, "Its upvotes are no number that can be: “True”."),
        ({"upvotes": -1}, "Its upvotes are no number that can be: “-1”."),
        ({"comments": 10**30}, f"Its comments are no number that can be: “1{'0' * 30}”."),
        ({"date": "soon"}, "Its date is no date: “soon”. Dates are written like 2024-07-30."),
        ({"date": "2024-13"}, "Its date is no date: “2024-13”. Dates are written like 2024-07-30."),
        ({"date": "0001-01-01"}, "Its date is no date: “0001-01-01”. Dates are written like 2024-07-30."),
        ({"dates_seen": "2024"}, "Its dates_seen are text, not a list of dates."),
        ({"published": [1]}, "Its published is no date: “[1]”. Dates are written like 2024-07-30."),
        ({"url": 5}, "Its url is a number, not text."),
    ],
)
def test_wrong_fields_say_why(fields: dict[str, Any], reason: str) -> None:
    assert why(**fields) == reason


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "This is not valid JSON: Expecting property name enclosed in double quotes at character 2."),
        ('{"title": "x"', "This is not valid JSON: Expecting ',' delimiter at character 14."),
        ("[" * 100_000, "This is not valid JSON: it holds an enormous number, or is nested too deeply."),
        (
            '{"upvotes": ' + "9" * 5_000 + "}",
            "This is not valid JSON: it holds an enormous number, or is nested too deeply.",
        ),
        ("[1]", "A paper is an object with a title, not a list."),
        ("null", "A paper is an object with a title, not nothing."),
        ("true", "A paper is an object with a title, not true or false."),
        ("{}", "It has no title."),
    ],
)
def test_wrong_lines_say_why(line: str, reason: str) -> None:
    assert jsonl.read_line(line, "x:7") == Rejected("x:7", reason)


def test_the_rest_goes_in() -> None:
    lines = ['{"title": "One"}\n', "\n", "oops\n", "x" * (jsonl.LONGEST_LINE + 1), '\ufeff{"title": "Two"}']
    assert [(each.where, getattr(each, "title", "")) for each in jsonl.read(lines, "x")] == [
        ("x:1", "One"),
        ("x:3", ""),
        ("x:4", ""),
        ("x:5", "Two"),
    ]


def test_what_no_store_takes_is_cleaned() -> None:
    bad = "a\u0000 \ud800 b"
    found = jsonl.read_line(
        json.dumps({"title": bad, "abstract": bad, "authors": [bad], "url": bad, "doi": f"10.1234/{bad}"}), "x"
    )
    assert isinstance(found, Record)
    assert found.title == "a \ufffd b"
    assert found.raw == {"title": "a \ufffd b", "abstract": "a \ufffd b"}
    assert "\\ud800" not in ascii(found)
    assert "\\x00" not in ascii(found)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = (
    "title abstract summary authors date announced published dates_seen categories arxiv_id doi url pdf_url code_url "
    "comment comments upvotes source identifiers"
).split()


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
def test_any_object_is_a_paper_or_says_why_not(fields: dict[str, Any]) -> None:
    found = one(**fields)
    assert found.title if isinstance(found, Record) else found.why


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "source"), [("arxiv_cs_2025", 30_288, "arxiv"), ("hf_daily_2024", 4_242, "hf")]
)
def test_the_real_lists(name: str, count: int, source: str) -> None:
    with gzip.open(shared(f"data/corpora/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
        found = list(jsonl.read(lines, name))
    records = [each for each in found if isinstance(each, Record)]
    assert len(records) == len(found) == count
    assert all(each.source == source and each.announced and each.identifiers and each.abstract for each in records)
