"""The bundled sample: real papers with summaries of our own, and nothing else of theirs."""

from __future__ import annotations

import gzip
import json
import re
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from domain.paper import Identifier, arxiv, identifier
from tests.shared import shared

FIRST, LAST = date(2025, 9, 1), date(2025, 9, 30)
REQUIRED = {"title", "authors", "arxiv_id", "announced", "categories", "url", "pdf_url", "summary"}
# Short terms of the trade may coincide; a run of this many words would be a quotation.
QUOTED = 7
# As in https://arxiv.org/category_taxonomy: an archive, and for most of them a subject class.
CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)*))?")


def sample() -> list[dict[str, Any]]:
    text = files("bot.demo").joinpath("papers.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def corpus(ids: set[str]) -> dict[str, dict[str, Any]]:
    with gzip.open(shared("data/corpora/arxiv_cs_2025.jsonl.gz"), "rt", encoding="utf-8") as lines:
        records = (json.loads(line) for line in lines)
        return {record["arxiv_id"]: record for record in records if record["arxiv_id"] in ids}


def runs(text: str, length: int = QUOTED) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def test_enough_papers_over_thirty_days() -> None:
    days = [date.fromisoformat(paper["announced"]) for paper in sample()]
    assert len(days) >= 120
    assert min(days) >= FIRST
    assert max(days) <= LAST
    assert max(days) - min(days) >= timedelta(days=27)


def test_a_first_digest_finds_its_last_listing_days_full() -> None:
    listed = [paper["announced"] for paper in sample()]
    assert all(listed.count(day) >= 12 for day in sorted(set(listed))[-3:])


def test_lines_are_in_the_order_of_announcement() -> None:
    order = [(paper["announced"], paper["arxiv_id"]) for paper in sample()]
    assert order == sorted(order)


def test_every_paper_is_told_apart() -> None:
    papers = sample()
    assert len({arxiv(paper["arxiv_id"]) for paper in papers}) == len(papers)
    assert len({" ".join(paper["title"].lower().split()) for paper in papers}) == len(papers)


@pytest.mark.parametrize("paper", sample(), ids=lambda paper: paper["arxiv_id"])
def test_a_paper_is_complete(paper: dict[str, Any]) -> None:
    assert set(paper) - {"upvotes"} == REQUIRED
    name = Identifier("arxiv", paper["arxiv_id"])
    assert arxiv(paper["arxiv_id"]) == name
    assert paper["url"] == name.url
    assert identifier(paper["pdf_url"]) == name
    for text in (paper["title"], paper["summary"], *paper["authors"]):
        assert text
        assert text == " ".join(text.split())
        assert not re.search(r"[\\${}<>]", text), "LaTeX or HTML is left in it"
    assert paper["authors"]
    assert paper["categories"]
    assert all(CATEGORY.fullmatch(category) for category in paper["categories"])
    assert 10 <= len(paper["summary"].split()) <= 60
    assert paper["summary"].endswith(".")


@pytest.mark.shared
def test_facts_are_those_of_the_corpus() -> None:
    papers = sample()
    known = corpus({paper["arxiv_id"] for paper in papers})
    for paper in papers:
        record = known[paper["arxiv_id"]]
        assert paper["title"] == " ".join(record["title"].split())
        assert paper["authors"] == record["authors"]
        assert paper["categories"] == record["categories"]
        assert paper["announced"] == min(record["dates_seen"])


@pytest.mark.shared
def test_summaries_quote_no_abstract() -> None:
    papers = sample()
    known = corpus({paper["arxiv_id"] for paper in papers})
    for paper in papers:
        common = runs(paper["summary"]) & runs(known[paper["arxiv_id"]]["abstract"])
        assert not common, f"{paper['arxiv_id']} repeats its abstract"
