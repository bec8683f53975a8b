"""Replies recorded from the real services: every entry is a paper, or named as what else it is."""

from __future__ import annotations

import pytest

from sources.values import REPLY
from tests.bench.replies import SERVICES, count
from tests.shared import shared

# Entries, and papers among them. What else there is has a kind; a whole reply that is none is an error's.
EXPECTED = {
    "bioRxiv, medRxiv": (6, 6),
    "PubMed": (151, 139),
    "Semantic Scholar": (11_842, 70),
    "Crossref": (337, 305),
    "OpenAlex": (50, 49),
    "feeds": (132, 132),
    "OAI-PMH, other servers": (278, 9),
}


@pytest.mark.shared
@pytest.mark.parametrize("service", SERVICES)
def test_every_recorded_entry_is_a_paper_or_named(service: str) -> None:
    found = count(shared("data/api"), service)
    assert (found.entries, len(found.papers)) == EXPECTED[service], found.others
    assert [each for each in found.rejected if each.kind != REPLY] == []
    for paper in found.papers:
        assert paper.title, paper.where
        assert paper.page_url.startswith(("http://", "https://")), paper.where
        assert paper.published or paper.announced, paper.where
        assert "<" not in paper.title or ">" not in paper.title, paper.title
