"""What remains of a word without some of its letters, made one by one and each of the one before."""

from __future__ import annotations

import pytest

from db.neighbours import paired, remainders


@pytest.mark.parametrize("gone", [1, 2])
@pytest.mark.parametrize("kind", ["text", "author"])
def test_remainders_made_of_each_other_are_those_made_one_by_one(kind: str, gone: int) -> None:
    for word in (
        "ab",
        "aba",
        "aab",
        "abab",
        "2d",
        "transformer",
        "attention",
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "naïf",
        "推理",
    ):
        made = list(paired(77, kind, word, gone))
        assert {each >> 32 for each in made} == remainders(kind, word, gone)
        assert {each & 2**31 - 1 for each in made} == {77}
