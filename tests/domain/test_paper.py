"""What a paper says of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.paper import Identifier, Paper, Record, identifier

SEEN = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def test_the_stores_identifier() -> None:
    assert Paper(123, "A", SEEN).id == "p123"


def test_the_day_is_announced_else_published_else_first_seen() -> None:
    published, announced = date(2026, 11, 1), date(2026, 11, 3)
    assert Paper(1, "A", SEEN, published=published, announced=announced).day == announced
    assert Paper(1, "A", SEEN, published=published).day == published
    assert Paper(1, "A", SEEN).day == date(2026, 11, 20)


def test_a_paper_without_any_date_of_its_own_is_undated() -> None:
    assert Paper(1, "A", SEEN, published=date(2026, 11, 1)).dated
    assert Paper(1, "A", SEEN, announced=date(2026, 11, 1)).dated
    assert not Paper(1, "A", SEEN).dated


def test_the_summary_stands_in_for_the_abstract() -> None:
    assert Paper(1, "A", SEEN, abstract="long", summary="short").text == "long"
    assert Paper(1, "A", SEEN, summary="short").text == "short"


def test_the_page_to_read_it_on() -> None:
    known = (Identifier("arxiv", "2402.16107"), Identifier("doi", "10.5555/1"))
    assert Paper(1, "A", SEEN, identifiers=known, page_url="https://example.org/a").url == "https://example.org/a"
    assert Paper(1, "A", SEEN, identifiers=known).url == "https://arxiv.org/abs/2402.16107"
    assert Paper(1, "A", SEEN).url == ""


def test_records_share_nothing() -> None:
    first, second = Record("A", "arxiv"), Record("A", "arxiv")
    first.raw["title"] = "$A$"
    assert second.raw == {}


def test_identifiers_are_read_here_as_well() -> None:
    assert identifier("arXiv:2402.16107v2") == Identifier("arxiv", "2402.16107")
