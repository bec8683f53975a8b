"""What the readers make of replies: of each service its own oddities."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest

from domain.identifier import Identifier
from domain.paper import Record, Rejected
from sources import biorxiv, crossref, feed, oai, openalex, openreview, pubmed, semantic_scholar
from sources.values import REPLY
from tests.sources import replies
from tests.sources.replies import ABSTRACT, as_json


def split(entries: Iterable[Record | Rejected]) -> tuple[list[Record], list[str]]:
    """The papers, and of the others their kinds."""
    found = list(entries)
    return [e for e in found if isinstance(e, Record)], [e.kind for e in found if isinstance(e, Rejected)]


def doi(value: str) -> Identifier:
    return Identifier("doi", value)


def test_biorxiv() -> None:
    (first, second), others = split(biorxiv.read(replies.biorxiv(), "biorxiv", "x"))
    assert others == ["withdrawn", "withdrawn"]
    assert first.title == "Rivers of β-lanterns"
    assert first.authors == ("A. Rossi Bianchi", "B. C. Lee")
    assert first.abstract == f"Background: We begin. Results: {ABSTRACT} p ≥ ρ ABC"
    assert (first.published, first.announced, first.quiet) == (date(2026, 7, 15), date(2026, 7, 15), False)
    assert first.page_url == "https://www.biorxiv.org/content/10.64898/2026.07.13.738145v1"
    # A later version announces nothing, and knows the journal by now.
    assert (second.announced, second.quiet) == (None, True)
    assert second.identifiers == (doi("10.1101/2024.01.02.123456"), doi("10.1038/s41586-026-1"))


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("{Delta}G of {micro}m {middle dot} {unheard of}", "ΔG of µm · {unheard of}"),
        ("O_ST_ABSMotivationC_ST_ABSWe", " Motivation: We"),
        (
            "Methods and FindingsWe read. ConclusionMills help.",
            "Methods and Findings: We read. Conclusion: Mills help.",
        ),
        ("The Results section of MethodsX", "The Results section of MethodsX"),
        ("O_FIG never closed", "   never closed"),
        ("O_LIOneC_LIO_LITwoC_LI", " One  Two "),
    ],
)
def test_what_programs_left_in_preprints(text: str, tidy: str) -> None:
    assert biorxiv.tidy(text) == tidy


def test_openreview() -> None:
    (first, second), others = split(openreview.read(replies.openreview(), "x"))
    assert others == ["withdrawn", "notice"]
    assert (first.title, first.summary, first.note) == ("Gentle kettles of α", "Kettles help.", "Rivers 2026 poster")
    assert (first.authors, first.categories) == (("Ada Adler", "Bo Lee"), ("rivers", "mills"))
    assert (first.published, first.announced) == (date(2026, 1, 21), date(2026, 1, 21))
    assert first.pdf_url == "https://openreview.net/pdf/0123abc.pdf"
    assert second.note == "Accept (oral)"
    assert first.identifiers == (Identifier("openreview", "aBc123dEfG"),)


def test_pubmed() -> None:
    (article, chapter), others = split(pubmed.read(replies.pubmed(), "x"))
    assert others == ["erratum", "withdrawn"]
    assert article.title == "Lanterns in H2O & mills"
    assert article.abstract == f"Background: {ABSTRACT} Results: 10⁻⁵ lanterns."
    assert article.authors == ("Ada B Adler", "C. D. Lee", "The Rivers Group")
    assert article.identifiers == (Identifier("pmid", "101"), doi("10.5555/101"))
    assert (article.published, article.announced) == (date(2026, 11, 1), date(2026, 11, 14))
    assert (article.categories, article.note) == (("Rivers",), "Rivers and Mills")
    assert (chapter.title, chapter.note, chapter.page_url) == (
        "On kettles",
        "Of Mills",
        "https://pubmed.ncbi.nlm.nih.gov/103",
    )


def test_semantic_scholar() -> None:
    (paper,), others = split(semantic_scholar.read(replies.scholar(), "x"))
    assert others == ["notice", "partial", "undated"]
    assert (paper.summary, paper.abstract, paper.note) == ("Lanterns help.", ABSTRACT, "Rivers")
    assert paper.identifiers == (Identifier("arxiv", "2611.00001"), doi("10.5555/s1"), Identifier("pmid", "71"))
    # It lists a paper long after others announced it, so that it announces none.
    assert (paper.published, paper.announced) == (date(2026, 11, 10), None)


def test_crossref() -> None:
    (first, old), others = split(crossref.read(replies.crossref(), "x"))
    assert others == ["notice", "erratum", "withdrawn", "notice"]
    assert first.title == "Kettles & orchards: a survey"
    assert first.abstract == f"Aims: {ABSTRACT}"
    assert first.authors == ("Ada Adler", "The Rivers Group")
    # A preprint that it names is the same work; an issue to come is not its date.
    assert first.identifiers == (doi("10.5555/a"), Identifier("arxiv", "2611.00001"))
    assert (first.published, first.announced) == (date(2026, 11, 11), date(2026, 11, 12))
    assert (first.page_url, first.pdf_url) == ("https://journal.example/a", "https://journal.example/a.pdf")
    # An archive that is deposited now is no news.
    assert (old.published, old.announced) == (date(1998, 1, 1), None)
    journals = as_json({"status": "ok", "message-type": "journal-list", "message": {"items": [{"title": "Rivers"}]}})
    assert split(crossref.read(journals, "x")) == ([], ["notice"])
    single = as_json({"status": "ok", "message-type": "work", "message": replies.work("z")})
    assert [paper.identifiers for paper in split(crossref.read(single, "x"))[0]] == [(doi("10.5555/z"),)]


def test_openalex() -> None:
    (paper,), others = split(openalex.read(replies.openalex(), "x"))
    assert others == ["withdrawn", "notice"]
    assert paper.abstract == ABSTRACT
    assert paper.identifiers == (doi("10.5555/1"), Identifier("arxiv", "2611.00009"), Identifier("pmid", "1"))
    assert (paper.categories, paper.note) == (("Archives", "Geography"), "Rivers")
    assert (paper.published, paper.page_url) == (date(2026, 11, 9), "https://doi.org/10.5555/1")


def test_feeds() -> None:
    (first, issue), others = split(feed.read(replies.RSS, "journal.example", "x", url="https://journal.example/feed"))
    assert others == ["erratum", "undated"]
    assert (first.title, first.abstract) == ("Bridges & letters", ABSTRACT)
    assert first.page_url == "https://journal.example/articles/1"
    assert first.authors == ("Ada Adler", "Bo Lee", "Chiara Costa")
    assert first.identifiers == (doi("10.5555/r1"),)
    assert (first.published, first.announced) == (date(2026, 11, 12), date(2026, 11, 12))
    assert (issue.authors, issue.abstract, issue.published, issue.announced) == (
        ("Ada Adler", "Bo Lee"),
        "",
        date(2026, 3, 1),
        None,
    )
    (atom,), _ = split(feed.read(replies.ATOM, "example.org", "x"))
    assert (atom.title, atom.identifiers) == ("Windows of islands", (Identifier("arxiv", "2611.00002"),))


def test_an_entry_without_a_date_is_of_the_day_it_is_seen() -> None:
    papers, others = split(feed.read(replies.RSS, "x", "x", seen=date(2026, 11, 16)))
    assert others == ["erratum"]
    assert [paper.announced for paper in papers] == [date(2026, 11, 12), date(2026, 11, 16), date(2026, 11, 16)]


def test_a_whole_article_is_cut_at_a_sentence() -> None:
    article = " ".join(f"Sentence number {n} of a long article goes on." for n in range(200))
    (paper,), _ = split(feed.read(replies.ATOM.replace(ABSTRACT.encode(), article.encode()), "x", "x"))
    assert len(paper.abstract) <= feed.LONGEST_TEXT + 2
    assert paper.abstract.endswith("goes on. …")


def test_a_feed_is_never_the_name_of_a_file(tmp_path: object) -> None:
    assert split(feed.read(b"/etc/hostname", "x", "x")) == ([], [REPLY])


def test_oai() -> None:
    (plain, own, marked), others = split(oai.read(replies.OAI, "x"))
    assert others == ["withdrawn"]
    assert (plain.title, plain.authors, plain.identifiers) == (
        "Islands of letters",
        ("Ada Adler",),
        (doi("10.5555/o1"),),
    )
    assert (own.source, own.categories) == ("arxiv", ("cs.CL", "cs.LG"))
    assert own.identifiers == (Identifier("arxiv", "2611.00003"), doi("10.5555/o3"))
    assert (marked.title, marked.authors, marked.published) == ("Marked gardens", ("Bo Lee",), date(2025, 1, 1))


READERS = {
    "biorxiv": lambda data: biorxiv.read(data, "biorxiv", "x"),
    "openreview": lambda data: openreview.read(data, "x"),
    "pubmed": lambda data: pubmed.read(data, "x"),
    "semantic_scholar": lambda data: semantic_scholar.read(data, "x"),
    "crossref": lambda data: crossref.read(data, "x"),
    "openalex": lambda data: openalex.read(data, "x"),
    "feed": lambda data: feed.read(data, "x", "x"),
    "oai": lambda data: oai.read(data, "x"),
}
ERRORS = {
    "a web page": b"<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1><p>nginx</body></html>",
    "nothing": b"",
    "a sentence": b"Resource not found.",
    "half a reply": replies.crossref()[:150],
    "half of XML": replies.pubmed()[:700],
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("what", ERRORS)
def test_an_error_is_not_taken_for_no_papers(reader: str, what: str) -> None:
    papers, kinds = split(READERS[reader](ERRORS[what]))
    assert papers == []
    assert kinds == [REPLY]


@pytest.mark.parametrize(
    ("reader", "reply"),
    [
        ("biorxiv", as_json({"messages": [{"status": "Server error"}]})),
        ("openreview", as_json({"name": "ForbiddenError", "message": "You are not logged in"})),
        ("pubmed", b"<eFetchResult><ERROR>cannot retrieve</ERROR></eFetchResult>"),
        ("semantic_scholar", as_json({"message": "Too Many Requests", "code": "429"})),
        ("crossref", as_json({"status": "failed", "message": [{"message": "bad filter"}]})),
        ("openalex", as_json({"error": "Invalid filter", "message": "Unknown field"})),
        ("oai", b'<OAI-PMH><error code="badArgument">no</error></OAI-PMH>'),
    ],
)
def test_what_a_service_says_is_wrong_is_said(reader: str, reply: bytes) -> None:
    papers, kinds = split(READERS[reader](reply))
    assert (papers, kinds) == ([], [REPLY])


def test_xml_that_defines_entities_is_not_read() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><PubmedArticleSet>&c;</PubmedArticleSet>'
    (said,) = pubmed.read(bomb, "x")
    assert isinstance(said, Rejected)
    assert "entities" in said.why
    outside = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><OAI-PMH>&b;</OAI-PMH>'
    (said,) = oai.read(outside, "x")
    assert isinstance(said, Rejected)
    assert "entities" in said.why
