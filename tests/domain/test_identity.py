"""When two records are one paper: invariant 1 of the design rests on it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifier import Identifier
from domain.identity import conflicting, likeness, same_work, title_key
from tests.papers import abstract, arxiv, doi, paper, record

LONG = abstract(1)
OTHER = abstract(2)
PREPRINT = Identifier("doi", "10.64898/2026.07.13.738145")
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
        ([PREPRINT], [doi(1)], False),
        ([PREPRINT, doi(1)], [doi(1)], False),
        ([PREPRINT, doi(1)], [doi(2)], True),
        ([PREPRINT], [Identifier("doi", "10.64898/2026.07.13.738146")], True),
        ([Identifier("doi", "10.21203/rs.3.rs-7/v1")], [Identifier("doi", "10.21203/rs.3.rs-7/v2")], False),
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
    "an abstract cut short and revised": (
        {"abstract": LONG},
        {"abstract": LONG.replace("Study", "A study of")[: len(LONG) // 2] + "…"},
        True,
    ),
    "a journal's abstract by the same authors": (
        {"abstract": LONG, "authors": WHO, "identifiers": (arxiv(1),)},
        {"abstract": LONG[:120] + OTHER[:120], "authors": tuple(reversed(WHO)), "identifiers": (doi(1),)},
        True,
    ),
    "a journal's abstract by others": (
        {"abstract": LONG, "authors": WHO, "identifiers": (arxiv(1),)},
        {"abstract": LONG[:120] + OTHER[:120], "authors": WHO[:2], "identifiers": (doi(1),)},
        False,
    ),
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
    assert likeness(text, text) == 1
    assert same_work(paper(abstract=text, sources=("arxiv",)), record(abstract=text))


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_likeness_has_no_direction(first: str, second: str) -> None:
    assert likeness(first, second) == likeness(second, first)
