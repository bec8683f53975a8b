"""Which known name was probably meant."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from domain.spelling import distance, nearest

WORDS = st.text("abcd", max_size=7)


@given(WORDS, WORDS)
def test_distance_is_the_usual_one(first: str, second: str) -> None:
    assert distance(first, second) == OSA.distance(first, second)


def test_nearest_first_and_then_in_order() -> None:
    known = ["tittle", "title", "tile", "author"]
    assert nearest("titel", known, 2) == ["title", "tittle", "tile"]
    assert nearest("titel", known, 1) == ["title"]
    assert nearest("zebra", known, 2) == []
