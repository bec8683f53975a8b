"""Queries as matching reads them: nothing that decides what matches is lost, and what is written is one thing."""

from __future__ import annotations

import pytest

from domain.compact import Words, compact, wanted, words
from domain.parse import parse


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("lazy", [".", "Wlazi/lazy"]),
        ("models", [".", "Wmodel/models"]),
        ("title:graphs", [".", "Tgraph/graphs"]),
        ("author:adams", [".", "Nadam/adams"]),
        ("diffus*", [".", "Wdiffus*"]),
        ('abstract:"key values"', [".", "Akey value/key values"]),
        ("GPT-4 cat:cs.CL", ["&..", "Wgpt 4", "cat:cs.CL"]),
        ('lazy OR -"key value" cat:cs', ["&|.-..", "Wlazi/lazy", "Wkey value", "cat:cs"]),
        ("a b c", ["&&...", "Wa", "Wb", "Wc"]),
        ("cat:cs -(upvotes:>=3 OR since:2w)", ["&.-|..", "cat:cs", "upvotes:>=3", "since:2w"]),
    ],
)
def test_the_shape_stands_before_the_leaves(query: str, written: list[str]) -> None:
    assert compact(parse(query).root) == "\t".join(written)


@pytest.mark.parametrize(
    "query", ["lazy -caching", "(a OR b) -(c OR -d)", "a -(b -c) OR title:models", "cat:cs -lazy", "-(-a OR -bit*)"]
)
def test_what_is_wanted_is_what_the_query_wants(query: str) -> None:
    found = [words(leaf) for leaf in wanted(compact(parse(query).root))]
    assert found == [Words(leaf.field, leaf.stems, leaf.forms, leaf.prefix) for leaf in parse(query).wanted()]


def test_what_asks_for_no_words_is_none() -> None:
    assert words("cat:cs.CL") is None
    assert words("upvotes:>=10") is None
    assert words("Wkey value/key values*") == Words("", ("key", "value"), ("key", "values"), True)
