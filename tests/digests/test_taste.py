"""What votes say about papers to come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.taste import STRENGTH, taste
from tests.papers import paper

LIKED = paper(1, "Lazy caching", authors=("Ada Adler",))


def test_without_votes_all_are_alike() -> None:
    assert taste([])(paper(2)) == 0


@pytest.mark.parametrize(
    ("title", "authors", "sign"),
    [
        ("Caching of lazy things", (), 1),
        ("Something else", ("Ada  ADLER",), 1),
        ("Something else", (), 0),
        ("…", (), 0),
    ],
)
def test_papers_are_liked_for_what_they_share(title: str, authors: tuple[str, ...], sign: int) -> None:
    it = paper(2, title, authors=authors)
    assert (taste([(LIKED, 1)])(it) > 0) is (sign > 0)
    assert taste([(LIKED, -1)])(it) == -taste([(LIKED, 1)])(it)


def test_opinions_that_cancel_out_leave_nothing() -> None:
    assert taste([(LIKED, 2), (paper(3, "Lazy caching", authors=("Ada Adler",)), -2)])(LIKED) == 0


@given(st.lists(st.tuples(st.text("ab c", max_size=8), st.integers(-9, 9))), st.text("ab c", max_size=8))
def test_taste_weighs_less_than_a_word_in_the_title(votes: list[tuple[str, int]], title: str) -> None:
    liked = taste((paper(n, text), value) for n, (text, value) in enumerate(votes, 2))
    assert -STRENGTH <= liked(paper(1, title)) <= STRENGTH
