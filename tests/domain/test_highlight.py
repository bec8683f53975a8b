"""What is marked is what matched."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.highlight import marked, spans
from domain.message import Span, plain
from domain.parse import parse
from domain.words import tokens


def shown(text: str, query: str, *, author: bool = False) -> list[str]:
    return [text[start:end] for start, end in spans(text, parse(query).wanted(), author=author)]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("model", "Models model a model's remodel", ["Models", "model", "model's"]),
        ("diffus*", "Diffusion is diffusive, confusion is not", ["Diffusion", "diffusive"]),
        ("matric*", "A matrix of matrices", ["matrix", "matrices"]),
        ('"language model"', "language models, a model language", ["language models"]),
        ('"language mod"*', "language modelling and language", ["language modelling"]),
        ("GPT-4", "GPT-4 and GPT 4, but 4 GPT", ["GPT-4", "GPT 4"]),
        ("C++", "C++ and C", ["C++"]),
        ("alpha", "the α of alpha", ["α", "alpha"]),
        ("推理", "用推理模型", ["推理"]),
        ("deep deep*", "deeper deep", ["deeper", "deep"]),
        ('"a b" "b c"', "a b c d", ["a b c"]),
        ("x -y", "x and y", ["x"]),
        ("x", "", []),
        ('"a b c"', "a b", []),
    ],
)
def test_what_is_marked(query: str, text: str, found: list[str]) -> None:
    assert shown(text, query) == found


def test_names_are_compared_as_they_are_written() -> None:
    assert shown("Adam Smiths", "author:smith", author=True) == []
    assert shown("Łukasz Kaiser", "author:lukasz", author=True) == ["Łukasz"]
    assert shown("Jan Kowalski", "author:kowal*", author=True) == ["Kowalski"]
    assert shown("Adam Smiths", "smith") == ["Smiths"]


def test_a_marked_line_reads_as_the_text() -> None:
    text = "a diffusion model"
    assert marked(text, spans(text, parse("diffusion").wanted())) == (
        Span("a "),
        Span("diffusion", "mark"),
        Span(" model"),
    )
    assert marked("", ()) == ()


TEXT = st.text(st.sampled_from("ab C+#-'s推理éα \n."), max_size=40)
QUERIES = st.sampled_from(["a", "ab", "c++", '"a b"', "推理", "abc*", "alpha", "a OR b", "-c a", '"a s"', "é"])


@given(TEXT, QUERIES)
def test_marks_stand_in_order_apart_and_on_whole_words(text: str, query: str) -> None:
    found = spans(text, parse(query).wanted())
    starts, ends = {t.start for t in tokens(text)}, {t.end for t in tokens(text)}
    assert all(start in starts and end in ends for start, end in found)
    assert all(first[1] < second[0] for first, second in pairwise(found))
    assert plain(marked(text, found)) == text
