"""Replies recorded from the real services: every entry is a paper, or named as what else it is."""

from __future__ import annotations

import pytest

from sources.values import REPLY
from tests.bench.replies import SERVICES, count
from tests.shared import shared

# Entries, papers among them, and those that lack what a paper needs: some fixtures lost their titles on the way.
# What else there is has a kind; a whole reply that is none is an error's.
EXPECTED = {
    "arXiv, API": (100, 97, 3),
    "arXiv, RSS": (19, 18, 1),
    "arXiv, OAI-PMH": (31, 31, 0),
    "Hugging Face": (38, 38, 0),
    "bioRxiv, medRxiv": (6, 6, 0),
    "PubMed": (151, 139, 0),
    "Semantic Scholar": (11_842, 70, 0),
    "Crossref": (337, 305, 0),
    "OpenAlex": (50, 49, 0),
    "feeds": (132, 132, 0),
    "OAI-PMH, other servers": (278, 9, 0),
}


@pytest.mark.shared
@pytest.mark.parametrize("service", SERVICES)
def test_every_recorded_entry_is_a_paper_or_named(service: str) -> None:
    found = count(shared("data/api"), service)
    lacking = [each for each in found.rejected if each.kind != REPLY]
    assert (found.entries, len(found.papers), len(lacking)) == EXPECTED[service], (found.others, lacking)
    for paper in found.papers:
        assert paper.title, paper.where
        assert paper.page_url.startswith(("http://", "https://")), paper.where
        # A replacement says something new of a paper whose date is known.
        assert paper.published or paper.announced or paper.quiet, paper.where
        assert "<" not in paper.title or ">" not in paper.title, paper.title
