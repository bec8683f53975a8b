"""Places in the index: the newest first, with day and number in them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.places import before, number, place

NUMBERS = st.integers(0, (1 << 26) - 1)


@given(st.tuples(st.dates(), NUMBERS), st.tuples(st.dates(), NUMBERS))
def test_the_newer_paper_stands_before_the_older_and_of_a_day_the_higher_number(
    one: tuple[date, int], other: tuple[date, int]
) -> None:
    assert (place(*one) < place(*other)) == (one > other)
    assert number(place(*one)) == one[1]


@given(st.dates(), st.dates(min_value=date.min + timedelta(days=1)), NUMBERS)
def test_the_papers_since_a_day_stand_below_those_before_it(day: date, since: date, named: int) -> None:
    assert (place(day, named) < before(since)) == (day >= since)


def test_there_is_no_place_beyond_the_highest_number() -> None:
    with pytest.raises(OverflowError, match="paper 67108864"):
        place(date(2026, 11, 16), 1 << 26)
