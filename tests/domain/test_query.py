"""Queries as values: canonical text, sameness, and what they ask for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifier import Identifier
from domain.parse import parse
from domain.query import (
    Age,
    And,
    Category,
    Dated,
    FromSource,
    Is,
    Node,
    Not,
    Or,
    Query,
    Text,
    Trending,
    Upvotes,
    both,
    either,
    negated,
    positive,
)
from tests.domain.queries import NODES, QUERIES

A, B, C = Text("a"), Text("b"), Text("c")


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (Text("model"), "model"),
        (Text("language model", "title", True), 'title:"language model"'),
        (Text("diffus", "abstract", False, True), "abstract:diffus*"),
        (Text("large lang", "", True, True), '"large lang"*'),
        (Category("cs.CL"), "cat:cs.CL"),
        (Category("Machine Learning"), 'cat:"Machine Learning"'),
        (Category("-x"), 'cat:"-x"'),
        (FromSource("arxiv"), "source:arxiv"),
        (Is(12), "id:p12"),
        (Is(Identifier("arxiv", "2402.16107")), "id:arxiv:2402.16107"),
        (Is(Identifier("doi", "10.1000/a(1)")), 'id:"doi:10.1000/a(1)"'),
        (Dated("since", Age(30, "d")), "since:30d"),
        (Dated("before", date(2026, 11, 1)), "before:2026-11-01"),
        (Upvotes(">", 10), "upvotes:>10"),
        (Trending(), "is:trending"),
        (Not(A), "-a"),
        (Not(Or((A, B))), "-(a OR b)"),
        (And((A, Or((B, C)), Not(And((B, C))))), "a (b OR c) -(b c)"),
        (Or((A, And((B, C)))), "a OR (b c)"),
    ],
)
def test_canonical_text(node: Node, text: str) -> None:
    assert str(node) == Query(node).text == str(Query(node)) == text


def test_words_of_a_leaf() -> None:
    leaf = Text("Large Language Models", quoted=True)
    assert leaf.forms == ("large", "language", "models")
    assert leaf.stems == ("large", "language", "model")
    assert Text("large models", quoted=True, prefix=True).stems == ("large", "models"), "a beginning stays as written"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("model", "Models"),
        ("model", '"models"'),
        ("GPT-4", '"gpt 4"'),
        ("a b", "b a"),
        ("a OR (b c)", "(C B) OR A"),
        ("cat:cs.CL model", "models cat:CS.cl"),
        ("source:arXiv", "source:arxiv"),
        ("-survey model", "models NOT surveys"),
        ("model models", "MODEL"),
        ("author:lukasz", "author:Łukasz"),
        ("Erdős", "erdos"),
        ("id:2402.16107v2", "https://arxiv.org/pdf/2402.16107"),
        ("since:30d is:trending upvotes:5", "is:TRENDING upvotes:>=5 since:30D"),
    ],
)
def test_same_key(ours: str, theirs: str) -> None:
    assert parse(ours).key == parse(theirs).key


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("model", "modelling"),
        ("model", "title:model"),
        ("model", "-modelling model"),
        ("diffus*", "diffus"),
        ("a b", "a OR b"),
        ("a (b OR c)", "(a b) OR c"),
        ('"a b"', '"b a"'),
        ("author:james", "author:jame"),
        ("cat:cs", "source:cs"),
        ("id:p1", "id:p2"),
        ("a -b", "b -a"),
        ("since:1d", "before:1d"),
        ("upvotes:>1", "upvotes:>=1"),
    ],
)
def test_different_key(ours: str, theirs: str) -> None:
    assert parse(ours).key != parse(theirs).key


def reordered(node: Node, draw: st.DataObject) -> Node:
    match node:
        case Not(child):
            return Not(reordered(child, draw))
        case And(children) | Or(children):
            kept = [reordered(child, draw) for child in draw.draw(st.permutations(children))]
            return type(node)(tuple(kept))
        case Text(words, field, _, prefix):
            return Text(words.upper() if len(words.upper()) == len(words) else words, field, True, prefix)
        case Category(name):
            return Category(name.upper())
        case _:
            return node


@given(QUERIES, st.data())
def test_order_case_and_quotes_change_no_key(query: Query, data: st.DataObject) -> None:
    assert Query(reordered(query.root, data)).key == query.key


def test_leaves_in_order_and_whether_they_are_wanted() -> None:
    query = parse("a -(b -c) (d OR -e f) -cat:cs")
    assert [(str(leaf), wanted) for leaf, wanted in query.leaves()] == [
        ("a", True),
        ("b", False),
        ("c", True),
        ("d", True),
        ("e", False),
        ("f", True),
        ("cat:cs", False),
    ]
    assert [leaf.words for leaf in query.wanted()] == ["a", "c", "d", "f"]


@pytest.mark.parametrize(
    ("node", "asks"),
    [
        (A, True),
        (Category("cs"), True),
        (Not(A), False),
        (And((Not(A), B)), True),
        (And((Not(A), Not(B))), False),
        (Or((A, Not(B))), False),
        (Or((A, B)), True),
        (Not(And((A, B))), False),
        (Not(Or((A, B))), False),
        (Not(Or((Not(A), Not(B)))), True),
        (Not(Or((Not(A), B))), True),
        (Not(And((Not(A), Not(B)))), True),
        (Not(And((Not(A), B))), False),
        (Not(Not(A)), True),
    ],
)
def test_positive(node: Node, asks: bool) -> None:
    assert positive(node) is asks


def holds(node: Node, true: frozenset[str]) -> bool:
    match node:
        case Not(child):
            return not holds(child, true)
        case And(children):
            return all(holds(child, true) for child in children)
        case Or(children):
            return any(holds(child, true) for child in children)
        case _:
            return str(node) in true


@given(NODES)
def test_what_asks_for_nothing_holds_of_a_paper_without_anything(node: Node) -> None:
    assert positive(node) == (not holds(node, frozenset()))


@given(st.lists(NODES, min_size=1, max_size=4), st.data())
def test_making_nodes_keeps_their_meaning(nodes: list[Node], data: st.DataObject) -> None:
    leaves = sorted({str(leaf) for node in nodes for leaf, _ in Query(node).leaves()})
    true = data.draw(st.frozensets(st.sampled_from(leaves)))
    assert holds(both(nodes), true) == all(holds(node, true) for node in nodes)
    assert holds(either(nodes), true) == any(holds(node, true) for node in nodes)
    assert holds(negated(nodes[0]), true) != holds(nodes[0], true)
    assert negated(negated(nodes[0])) == nodes[0]


def test_nodes_are_flat_and_each_once() -> None:
    assert both([A, And((B, A)), Or((A, C))]) == And((A, B, Or((A, C))))
    assert either([A, Or((B, A)), And((A, C))]) == Or((A, B, And((A, C))))
    assert both([A, A]) == either([A, A]) == A


@pytest.mark.parametrize(
    ("when", "day"),
    [
        (date(2026, 11, 1), date(2026, 11, 1)),
        (Age(0, "d"), date(2026, 11, 20)),
        (Age(30, "d"), date(2026, 10, 21)),
        (Age(2, "w"), date(2026, 11, 6)),
        (Age(1, "m"), date(2026, 10, 21)),
        (Age(1, "y"), date(2025, 11, 20)),
        (Age(999_999, "y"), date.min),
    ],
)
def test_ages_count_back_from_today(when: date | Age, day: date) -> None:
    assert Dated("since", when).day(date(2026, 11, 20)) == day
