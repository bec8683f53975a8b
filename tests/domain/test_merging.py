"""What stands of a paper that several sources tell of: invariants 1 and 2 of the design rest on it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifier import Identifier
from domain.merging import merged, united
from domain.paper import Paper, Record
from tests.papers import NOW, TODAY, abstract, arxiv, doi, paper, record

LONG, OTHER = abstract(1), abstract(2)
WHO = ("Ada Adler", "Bela Brandt", "Chiara Costa")
PREPRINT = Identifier("doi", "10.64898/2026.07.13.738145")


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
    assert (got.number, got.title, got.abstract) == (1, "Second", LONG)
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


@pytest.mark.parametrize(
    ("first", "then", "stands"),
    [
        ("blog", "hf", "hf"),
        ("hf", "blog", "hf"),
        ("hf", "crossref", "crossref"),
        ("crossref", "arxiv", "arxiv"),
        ("arxiv", "crossref", "arxiv"),
        ("arxiv", "arxiv", "arxiv"),
        ("blog", "journal", "blog"),
    ],
)
def test_the_better_source_has_the_word(first: str, then: str, stands: str) -> None:
    known = paper(title=first, abstract=LONG, page_url=f"https://{first}/", sources=(first,))
    got = merged(known, record(then, then, abstract=OTHER, page_url=f"https://{then}/"), archive=False)
    assert (got.title, got.page_url) == (stands, f"https://{stands}/")
    assert got.abstract == (OTHER if then == stands else LONG)
    # And the same of two that turn out to be one.
    other = paper(2, then, abstract=OTHER, page_url=f"https://{then}/", sources=(then,))
    assert first == then or united(known, other).title == stands


def test_a_teaser_gives_way_and_never_wins() -> None:
    teaser = LONG[:150] + "…"
    known = paper(abstract=teaser, sources=("arxiv",))
    assert merged(known, record(source="blog", abstract=LONG), archive=False).abstract == LONG
    known = paper(abstract=LONG, sources=("blog",))
    assert merged(known, record(source="arxiv", abstract=teaser), archive=False).abstract == LONG
    # A new version that is shorter, but no beginning of the old one, is a new version.
    assert (
        merged(paper(abstract=LONG, sources=("arxiv",)), record(abstract=OTHER[:200]), archive=False).abstract
        == (OTHER[:200])
    )


def test_full_names_win_over_initials() -> None:
    initials = ("A. Adler", "B. Brandt", "C. Costa")
    known = paper(authors=initials, sources=("biorxiv",))
    got = merged(known, record(source="crossref", authors=WHO), archive=False)
    assert got.authors == WHO
    assert merged(got, record(source="biorxiv", authors=initials), archive=False).authors == WHO
    assert united(known, paper(2, authors=WHO, sources=("blog",))).authors == WHO


@pytest.mark.parametrize("own", [arxiv(1), PREPRINT])
def test_a_preprint_that_appears_in_a_journal_gains_the_doi_and_is_not_announced(own: Identifier) -> None:
    known = paper(identifiers=(own,), sources=("arxiv",), announced=None, archived=True, published=date(2025, 1, 1))
    got = merged(known, record(source="crossref", identifiers=(doi(1),), announced=TODAY), archive=False)
    assert got.identifiers == (own, doi(1))
    assert (got.archived, got.announced, got.day) == (True, None, date(2025, 1, 1))
    # The preprint's own announcement still is one.
    assert not merged(got, record(source="hf", identifiers=(own,), announced=TODAY), archive=False).archived
