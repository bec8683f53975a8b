"""What the index says of a paper besides its words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from db import marks
from domain.words import forms


def test_title_words_and_those_that_come_often_are_marked_apart() -> None:
    found = marks.of("lazy graph".split(), ("graph kernel kernel kernel lazy other" + " of in" * 60).split(), (), ())
    assert {"|tlazy", "|tgraph", "|blazy", "|bgraph", "|hkernel", "|hof", "|hin"} == set(found)


def test_the_words_of_short_titles_are_marked_once_more() -> None:
    assert marks.of("a b c d e f".split(), [], (), ())[6:] == [*map(marks.briefly_titled_with, "abcdef")]
    assert marks.of("a b c d e f g".split(), [], (), ()) == [*map(marks.titled_with, "abcdefg")]


def test_a_longer_abstract_makes_its_words_count_less() -> None:
    said = ["kernel"] * 3
    assert marks.heavy("kernel") in marks.of([], said + ["of"] * 100, (), ())
    assert marks.heavy("kernel") not in marks.of([], said + ["of"] * 400, (), ())


def test_a_category_is_in_all_above_it_and_a_source_is_one_whatever_its_case() -> None:
    found = marks.of([], [], ("cs.CL", "math", "a.b.c"), ("HF", "hf"))
    wanted = [*map(marks.category, ("cs", "cs.cl", "math", "a", "a.b", "a.b.c")), marks.source("hf")]
    assert found == wanted


@given(st.text(max_size=12), st.text(max_size=12))
def test_marks_of_two_names_differ_and_no_word_is_a_mark(one: str, other: str) -> None:
    assert (marks.category(one) == marks.category(other)) == (one.lower() == other.lower())
    assert not {marks.category(one), marks.source(one)} & set(forms(f"{one} {other}"))
    assert marks.category(one).replace("|", "").isascii()
    assert " " not in marks.source(one)
