"""Queries as SQL: what nests says what its parts say, and no query is too large or too deep."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from db import papers, search
from db.store import Store
from domain.parse import MAX_CHARACTERS, MAX_DEPTH, MAX_TERMS, parse
from domain.query import And, Node, Not, Or, Query, both, either, negated
from tests.conftest import quick
from tests.papers import NOW, TODAY, records

WORDS = ("diffusion", "agents", "title:graphs", "abstract:lazy", "author:costa", "sparse*", '"for graph"*', '"part 7"')
FILTERS = ("cat:cs", "cat:cs.CL", "source:hf", "id:p3", "since:2026-11-16", "before:30d", "upvotes:>3", "is:trending")
COUNT = 60


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Connection]:
    """Invented papers of two sources."""
    path = tmp_path_factory.mktemp("compile") / "compile.db"
    shutil.copyfile(template, path)
    store = quick(Store(f"sqlite:///{path}"))
    with store.writing() as writing:
        papers.save(writing, [*records(40), *records(COUNT - 40, seed=1, source="hf", announced=None)], NOW)
    with store.reading() as reading:
        yield reading
    store.close()


def numbers(connection: Connection, node: Node) -> set[int]:
    found = search.strict(connection, Query(node), TODAY)
    assert len(found) == len(set(found))
    return set(found)


def meant(connection: Connection, node: Node) -> set[int]:
    """What an expression means, by what its leaves find."""
    match node:
        case And(children):
            return set.intersection(*(meant(connection, child) for child in children))
        case Or(children):
            return set.union(*(meant(connection, child) for child in children))
        case Not(child):
            return set(range(1, COUNT + 1)) - meant(connection, child)
        case _:
            return set(search.strict(connection, Query(node), TODAY))


LEAVES = st.sampled_from([*WORDS, *WORDS, *FILTERS]).map(lambda text: parse(text).root)
TREES = st.recursive(
    LEAVES,
    lambda nodes: st.one_of(
        nodes.map(negated),
        st.lists(nodes, min_size=2, max_size=4).map(both),
        st.lists(nodes, min_size=2, max_size=4).map(either),
    ),
    max_leaves=25,
)


@given(TREES)
def test_an_expression_means_what_its_parts_do(connection: Connection, node: Node) -> None:
    assert set(search.strict(connection, Query(node), TODAY)) == meant(connection, node)


@pytest.mark.parametrize("leaves", [WORDS, FILTERS, (*WORDS, *FILTERS)], ids=["words", "filters", "both"])
@pytest.mark.parametrize("signs", ["", "-"])
def test_the_deepest_nesting(connection: Connection, leaves: tuple[str, ...], signs: str) -> None:
    dice = random.Random(7)
    for depth in (5, 10, 15, MAX_DEPTH):
        said = dice.choice(leaves)
        for level in range(depth):
            said = f"{dice.choice(leaves)} {'OR' if level % 2 else 'AND'} {signs}({said})"
        query = parse(f"cat:cs ({said})" if depth < MAX_DEPTH else f"cat:cs {said}")
        assert set(search.strict(connection, query, TODAY)) == meant(connection, query.root)


@pytest.mark.parametrize("sign", ["AND ", "-", "OR ", "OR -"])
def test_the_deepest_nesting_of_one_kind(connection: Connection, sign: str) -> None:
    for leaf in ("graphs", "agents*", "cat:cs.CL", "upvotes:>3"):
        said = leaf
        for level in range(MAX_DEPTH):
            said = f"{WORDS[level % len(WORDS)]} {sign}({said})"
        query = parse(f"cat:cs {said}")
        assert set(search.strict(connection, query, TODAY)) == meant(connection, query.root)


@pytest.mark.parametrize("leaf", ["graphs*", "cat:cs.CL"])
def test_deeper_than_any_text(connection: Connection, leaf: str) -> None:
    node = parse(leaf).root
    for level in range(MAX_DEPTH + 8):
        node = And((parse(WORDS[level % len(WORDS)]).root, negated(node)))
    assert set(search.strict(connection, Query(node), TODAY)) == meant(connection, node)


@pytest.mark.parametrize("leaf", ["w{}", "title:w{}", "wor{}*", "(w{} OR cat:cs)", "(w{} -cat:x)"])
@pytest.mark.parametrize("sign", [" ", " OR ", " -"])
def test_as_many_terms_as_a_query_may_have(connection: Connection, leaf: str, sign: str) -> None:
    terms = [leaf.format(number) for number in range(MAX_TERMS // (2 if "(" in leaf else 1) - 2)]
    said = "cat:cs diffusion"
    for term in terms:
        if len(said) + len(sign) + len(term) > MAX_CHARACTERS:
            break
        said += sign + term
    query = parse(said)
    assert set(search.strict(connection, query, TODAY)) == meant(connection, query.root)
    search.search(connection, query, TODAY)


def test_no_query_means_another_because_of_its_signs(connection: Connection) -> None:
    everything = set(search.strict(connection, parse("cat:cs OR cat:stat OR cat:math"), TODAY))
    for said in (
        '"a OR b"',
        '"title : x"',
        '"NEAR(a b)"',
        '"x* y"',
        '"\'; DROP TABLE papers; --"',
        'cat:"c%"',
        "cat:c_",
    ):
        assert search.strict(connection, parse(said), TODAY) == []
    assert set(search.strict(connection, parse("cat:cs OR cat:stat OR cat:math"), TODAY)) == everything


def test_one_category_is_not_another_that_begins_alike(connection: Connection) -> None:
    below = reduce(set.union, (numbers(connection, parse(f"cat:cs.{name}").root) for name in ("CL", "LG", "CV", "AI")))
    assert numbers(connection, parse("cat:CS").root) == below
    assert numbers(connection, parse("cat:cs.C").root) == set()
