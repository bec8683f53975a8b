"""How a paper's card looks in each layout."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.cards import byline, dated, facts, shortened
from digests.layouts import LAYOUTS, compact, rich
from domain.edition import Item, Place
from domain.message import Card, Span, plain
from domain.paper import Paper
from domain.schedule import Schedule
from tests.papers import TODAY, abstract, arxiv, paper

FULL = paper(
    12,
    "Lazy caching of graphs",
    abstract="Caching is lazy. " + abstract(1),
    authors=("Ada Adler", "Bela Brandt", "Caching Costa", "Deniz Duarte"),
    categories=("cs.DS", "cs.LG"),
    identifiers=(arxiv(1),),
    upvotes=3,
)


def item(it: Paper, *queries: str, late: bool = False) -> Item:
    return Item(it, Place.SEAT, (1,), queries or ("caching",), late=late)


def marks(card: Card) -> tuple[list[str], list[str]]:
    return tuple([span.text for span in part if span.style == "mark"] for part in (card.title, card.text))  # type: ignore[return-value]  # two parts, two lists


def test_a_rich_card() -> None:
    card = rich.card(item(FULL))
    assert card.paper == "p12"
    assert card.url == "https://arxiv.org/abs/2611.00001"
    assert card.title == (Span("Lazy "), Span("caching", "mark"), Span(" of graphs"))
    assert card.byline == "Ada Adler, Bela Brandt, Caching Costa et al."
    assert card.facts == ("cs.DS", "▲ 3", "16 Nov 2026")
    assert card.matched == ("caching",)
    assert marks(card)[1] == ["Caching"]
    assert plain(card.text).endswith("…")
    assert not card.compact
    assert [button.command for button in card.buttons] == ["bookmark p12"]
    assert [button.command for button in card.menu] == [
        "similar p12",
        "abstract p12",
        "why p12",
        "vote p12 up",
        "vote p12 down",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("caching", (["caching"], ["Caching"])),
        ("title:caching", (["caching"], [])),
        ("abstract:caching", ([], ["Caching"])),
        ("author:caching", ([], [])),
        ("-caching lazy", (["Lazy"], ["lazy"])),
        ("cat:cs.DS", ([], [])),
    ],
)
def test_what_matched_is_marked_where_it_matched(query: str, found: tuple[list[str], list[str]]) -> None:
    it = paper(1, "Lazy caching", abstract="Caching is lazy", authors=("C. Caching",))
    assert marks(rich.card(item(it, query))) == found


def test_a_summary_is_shown_before_the_abstract() -> None:
    assert plain(rich.card(item(paper(1, abstract="Long", summary="Short"))).text) == "Short"
    assert rich.card(item(paper(1))).text == ()


def test_a_compact_card_is_one_line() -> None:
    card = compact.card(item(FULL, late=True))
    assert card.compact
    assert (plain(card.title), card.byline, card.text) == ("Lazy caching of graphs", "Ada Adler et al.", ())
    assert card.facts == ("16 Nov 2026", "late")
    assert compact.card(item(paper(1, announced=None, categories=("cs.DS",), upvotes=9))).facts == ()


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ({}, ("16 Nov 2026",)),
        ({"announced": None}, ()),
        ({"announced": None, "published": date(2026, 3, 1)}, ("1 Mar 2026",)),
        ({"upvotes": 0}, ("16 Nov 2026",)),
        ({"upvotes": 7, "categories": ("a", "b")}, ("a", "▲ 7", "16 Nov 2026")),
    ],
)
def test_facts(given_: dict[str, Any], found: tuple[str, ...]) -> None:
    assert facts(paper(1, **given_)) == found
    assert facts(paper(1, **given_), late=True) == (*found, "late")
    assert dated(paper(1, **given_)) == tuple(each for each in found if "2026" in each)


def test_bylines() -> None:
    assert byline(paper(1)) == ""
    assert byline(paper(1, authors=("A", "B", "C"))) == "A, B, C"
    assert byline(paper(1, authors=("A", "B")), names=1) == "A et al."


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("one two three", "one two three"),
        ("one two three four", "one two three…"),
        ("one two thre four", "one two thre…"),
        ("one two, - three four", "one two…"),
        ("a bcdefghijklmnopqrstuv", "a bcdefghijklm…"),
        ("推理" * 20, "推理" * 7 + "…"),
        ("  one two  ", "one two"),
    ],
)
def test_texts_are_cut_between_words(text: str, short: str) -> None:
    assert shortened(text, 15) == short


@given(st.text(st.sampled_from("ab \n,-推é"), max_size=80), st.integers(2, 50))
def test_what_is_cut_is_a_beginning_and_short_enough(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert text.strip().startswith(short.removesuffix("…"))
    assert (short == text.strip()) is (len(text.strip()) <= limit)


PAPERS = st.builds(
    paper,
    st.integers(1, 10**9),
    st.text(max_size=50),
    abstract=st.text(max_size=400),
    summary=st.text(max_size=50),
    authors=st.lists(st.text(max_size=20), max_size=5).map(tuple),
    categories=st.lists(st.text(max_size=9), max_size=2).map(tuple),
    announced=st.sampled_from([None, TODAY]),
    published=st.none() | st.dates(),
    upvotes=st.none() | st.integers(0, 10**9),
    page_url=st.text(max_size=30),
)


@pytest.mark.parametrize("layout", LAYOUTS)
@given(it=PAPERS, late=st.booleans())
def test_every_layout_shows_any_paper(layout: str, it: Paper, late: bool) -> None:
    card = LAYOUTS[layout](item(it, "a", '"b c"', "推理 -a", "abc* OR cat:x", late=late))
    assert card.paper == it.id
    assert plain(card.title) == it.title
    assert len(card.matched) == 4
    assert ("late" in card.facts) is (late or "late" in it.categories[:1])


def test_the_usual_layout_exists() -> None:
    assert Schedule().layout in LAYOUTS
