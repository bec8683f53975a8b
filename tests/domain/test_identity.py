"""When two records are one paper: invariant 1 of the design rests on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifier import Identifier
from domain.identity import conflicting, merged, near_identical, same_work, title_key, united
from domain.paper import Paper, Record
from tests.papers import NOW, TODAY, abstract, arxiv, doi, paper, record

LONG = abstract(1)
OTHER = abstract(2)
WHO = ("Ada Adler", "Bela Brandt", "Chiara Costa")


@pytest.mark.parametrize(
    "spelling",
    [
        "self attention for alpha divergences — GPT 4's CASE",
        "Sélf‐Attention  for α Divergences. (GPT-4’s case)",
        "SELF-ATTENTION FOR α-DIVERGENCES: GPT-4'S CASE",
    ],
)
def test_a_title_is_one_in_all_its_spellings(spelling: str) -> None:
    assert title_key(spelling) == title_key("Self-Attention for α-Divergences: GPT-4's Case")


def test_different_words_are_different_titles() -> None:
    assert title_key("Fast models") != title_key("Fast modes")


@pytest.mark.parametrize(
    ("ours", "theirs", "conflict"),
    [
        ([], [], False),
        ([arxiv(1)], [], False),
        ([arxiv(1)], [doi(1)], False),
        ([arxiv(1)], [arxiv(1)], False),
        ([arxiv(1)], [arxiv(2)], True),
        ([arxiv(1), doi(1)], [arxiv(1), doi(2)], True),
        ([arxiv(1), doi(1)], [doi(1)], False),
        ([arxiv(1), arxiv(2)], [arxiv(2)], False),
    ],
)
def test_two_identifiers_of_one_scheme_are_two_papers(
    ours: list[Identifier], theirs: list[Identifier], conflict: bool
) -> None:
    assert conflicting(ours, theirs) is conflict
    assert conflicting(theirs, ours) is conflict


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the same abstract": ({"abstract": LONG}, {"abstract": LONG}, True),
    "an abstract with an edit": ({"abstract": LONG}, {"abstract": LONG.replace("Study", "A study")}, True),
    "an abstract in other signs": ({"abstract": LONG}, {"abstract": LONG.upper().replace(". ", " — ")}, True),
    "an abstract cut short": ({"abstract": LONG}, {"abstract": LONG[:100] + "…"}, True),
    "another abstract": ({"abstract": LONG}, {"abstract": OTHER}, False),
    "another abstract by the same authors": (
        {"abstract": LONG, "authors": WHO},
        {"abstract": OTHER, "authors": WHO},
        False,
    ),
    "no abstract, the same authors": ({"abstract": LONG, "authors": WHO}, {"authors": WHO}, True),
    "no abstract, most of the authors": ({"authors": WHO}, {"authors": ("A. Adler", "B. Brandt")}, True),
    "no abstract, few of the authors": ({"authors": WHO}, {"authors": ("A. Adler", "X. Ekberg", "Y. Ito")}, False),
    "no abstract, nobody named": ({"abstract": LONG}, {}, False),
    "no abstract, no name in the names": ({"authors": ("…",)}, {"authors": ("?",)}, False),
    "no abstract, the same unreadable names": ({"authors": ("…",)}, {"authors": ("…",)}, True),
    "a short abstract again": ({"abstract": "Short."}, {"abstract": "Short."}, True),
    "a short abstract again, authors since": ({"abstract": "Short.", "authors": WHO}, {"abstract": "Short."}, True),
    "a short abstract of others": (
        {"abstract": "Not available.", "authors": WHO},
        {"abstract": "Not available.", "authors": ("Ines Ito",)},
        False,
    ),
    "another short abstract": ({"abstract": "Short."}, {"abstract": "Brief."}, False),
    "the bare title again": ({"sources": ("arxiv",)}, {}, True),
    "the bare title elsewhere": ({"sources": ("openreview",)}, {}, False),
    "the bare title, where somebody is named": ({"sources": ("arxiv",), "authors": WHO}, {}, False),
    "the bare title again, an identifier since": ({"sources": ("arxiv",), "identifiers": (doi(1),)}, {}, True),
    "the bare title under another name": (
        {"sources": ("arxiv",), "identifiers": (doi(1),)},
        {"identifiers": (arxiv(1),)},
        False,
    ),
    "another arXiv id": (
        {"abstract": LONG, "authors": WHO, "identifiers": (arxiv(1),)},
        {"abstract": LONG, "authors": WHO, "identifiers": (arxiv(2),)},
        False,
    ),
    "an identifier of another scheme": (
        {"abstract": LONG, "identifiers": (arxiv(1),)},
        {"abstract": LONG, "identifiers": (doi(1),)},
        True,
    ),
    "an abstract of signs": ({"abstract": "." * 50}, {"abstract": "-" * 50}, False),
}


@pytest.mark.parametrize("case", CASES)
def test_under_one_title(case: str) -> None:
    known, said, same = CASES[case]
    assert same_work(paper(announced=None, **known), record(**said)) is same


@given(st.text(max_size=300))
def test_whatever_is_said_again_is_the_same(text: str) -> None:
    assert near_identical(text, text)
    assert same_work(paper(abstract=text, sources=("arxiv",)), record(abstract=text))


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_nearness_has_no_direction(first: str, second: str) -> None:
    assert near_identical(first, second) == near_identical(second, first)


def test_another_source_fills_what_is_missing_and_replaces_nothing() -> None:
    known = paper(title="Ours", abstract="Ours too", sources=("arxiv",), upvotes=3)
    got = merged(
        known, record("Theirs", "hf", abstract="Theirs too", summary="Short", authors=WHO, upvotes=9), archive=False
    )
    assert (got.title, got.abstract, got.summary, got.authors) == ("Ours", "Ours too", "Short", WHO)
    assert (got.sources, got.upvotes, got.number) == (("arxiv", "hf"), 9, known.number)


def test_a_new_version_replaces_texts_and_erases_none() -> None:
    known = paper(title="First", abstract="First too", summary="Short", sources=("arxiv", "hf"), comments=2)
    got = merged(known, record("Second", "arxiv", abstract="Second too"), archive=False)
    assert (got.title, got.abstract, got.summary, got.comments) == ("Second", "Second too", "Short", 2)
    assert merged(known, record("Third", "hf"), archive=False).title == "First"


def test_identifiers_add_up_each_once() -> None:
    known = paper(identifiers=(arxiv(1),), sources=("arxiv",))
    got = merged(known, record(identifiers=(doi(1), arxiv(1), doi(1))), archive=False)
    assert got.identifiers == (arxiv(1), doi(1))


def test_the_announcement_is_the_earliest_and_popularity_the_latest() -> None:
    known = paper(announced=TODAY, published=date(2026, 1, 1), upvotes=10, comments=1, sources=("arxiv",))
    got = merged(
        known,
        record(source="hf", announced=TODAY - timedelta(days=1), published=date(2025, 1, 1), upvotes=4, comments=0),
        archive=False,
    )
    assert got.announced == TODAY - timedelta(days=1)
    assert (got.published, got.upvotes, got.comments) == (date(2026, 1, 1), 4, 0)
    assert merged(known, record(), archive=False).announced == TODAY
    assert merged(paper(announced=None), record(), archive=False).announced is None


@pytest.mark.parametrize(
    ("archived", "archive", "announced", "after"),
    [
        (True, True, TODAY, True),
        (True, False, None, True),
        (True, False, TODAY, False),
        (False, True, TODAY, False),
        (False, False, None, False),
    ],
)
def test_the_archive_comes_alive_when_someone_announces_it(
    archived: bool, archive: bool, announced: date | None, after: bool
) -> None:
    known = paper(archived=archived, sources=("arxiv",))
    assert merged(known, record(source="hf", announced=announced), archive=archive).archived is after


def test_two_that_turn_out_to_be_one_keep_what_either_had() -> None:
    first = paper(1, "First", sources=("pages",), announced=None, archived=True, comments=1, identifiers=(doi(1),))
    second = paper(
        2,
        "Second",
        abstract=LONG,
        first_seen=NOW - timedelta(days=1),
        sources=("arxiv",),
        identifiers=(arxiv(1),),
        published=TODAY,
        upvotes=7,
        comments=3,
    )
    got = united(first, second)
    assert (got.number, got.title, got.abstract) == (1, "First", LONG)
    assert got.identifiers == (doi(1), arxiv(1))
    assert got.sources == ("pages", "arxiv")
    assert (got.first_seen, got.published, got.announced) == (NOW - timedelta(days=1), TODAY, TODAY)
    assert (got.upvotes, got.comments, got.archived) == (7, 3, False)
    assert united(got, second) == got


@given(st.lists(st.sampled_from([arxiv(1), arxiv(2), doi(1)]), unique=True), st.booleans())
def test_merging_twice_adds_nothing(identifiers: list[Identifier], archive: bool) -> None:
    blank = Paper(1, "A title", first_seen=NOW)
    said = Record("A title", "arxiv", abstract=LONG, identifiers=tuple(identifiers), announced=TODAY, upvotes=3)
    once = merged(blank, said, archive=archive)
    assert merged(once, said, archive=archive) == once
