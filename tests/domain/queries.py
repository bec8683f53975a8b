"""Random queries as values, as `domain.parse` would make them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from domain.identifier import Identifier
from domain.query import (
    TEXT_FIELDS,
    Age,
    Category,
    Dated,
    FromSource,
    Is,
    Leaf,
    Node,
    Not,
    Query,
    Text,
    Trending,
    Upvotes,
    both,
    either,
    negated,
    positive,
)

_WORDS = (
    "diffusion models LLM GPT-4 C++ C# R k-means generative 推理 α λόγος Łukasz U.S O'Brien not and or title since "
    "self-attention A*Net arXiv CO₂ 3D x² データ naïve state-of-the-art RRT*-Connect Foo:bar e.g"
).split()
_LETTERS = st.text("abcdefghxyzABCäñλЖ推", min_size=1, max_size=8)
_FIELDS = st.sampled_from(("", "", "", *TEXT_FIELDS))
_WORD = st.one_of(st.sampled_from(_WORDS), _LETTERS)
_BEGINNING = st.text("diffusonABCäЖ", min_size=3, max_size=8)
_INSIDE = st.sampled_from(("OR", "-survey", "(and)", "cat:cs.CL", "auhtor:x", "2402.16107", "a*", "https://x.org/?q=1"))


@st.composite
def _phrases(draw: st.DrawFn) -> str:
    # Begins and ends with a word, as what is trimmed to its words does; anything but a quote may stand between.
    inner = draw(st.lists(st.one_of(_WORD, _INSIDE), max_size=3))
    return " ".join([draw(_LETTERS), *inner, draw(_LETTERS)])


_TEXTS = st.one_of(
    st.builds(Text, _WORD, _FIELDS),
    st.builds(Text, st.one_of(_WORD, _phrases()), _FIELDS, st.just(True)),
    st.builds(Text, _BEGINNING, _FIELDS, st.booleans(), st.just(True)),
)
_NAMES = st.one_of(
    st.sampled_from(("cs.CL", "cs", "math-ph", "q-bio.NC", "Machine Learning", "Physics, Fluids", "arxiv", "C*")),
    st.from_regex(r"[A-Za-z][A-Za-z0-9 &'/()_:.-]{0,10}[A-Za-z0-9]", fullmatch=True).map(
        lambda name: " ".join(name.split())
    ),
)
_CATEGORIES = _NAMES.filter(lambda name: not name.endswith("*"))
_PAPERS = st.one_of(
    st.integers(0, 10**17),
    st.sampled_from(
        (
            Identifier("arxiv", "2402.16107"),
            Identifier("arxiv", "hep-th/9901001"),
            Identifier("doi", "10.1145/3292500.3330701"),
            Identifier("doi", "10.1016/s0140-6736(05)17709-5"),
            Identifier("doi", "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"),
            Identifier("openreview", "aVh9KRZdRk"),
        )
    ),
)
_WHEN = st.one_of(st.dates(date(1000, 1, 1)), st.builds(Age, st.integers(0, 999_999), st.sampled_from("dwmy")))
_LEAVES: st.SearchStrategy[Leaf] = st.one_of(
    _TEXTS,
    _TEXTS,
    st.builds(Category, _CATEGORIES),
    st.builds(FromSource, _CATEGORIES),
    st.builds(Is, _PAPERS),
    st.builds(Dated, st.sampled_from(("since", "before")), _WHEN),
    st.builds(Upvotes, st.sampled_from((">", ">=", "<", "<=", "=")), st.integers(0, 999_999_999)),
    st.just(Trending()),
)


def _larger(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=1, max_size=4)
    return st.one_of(nodes.map(negated), several.map(both), several.map(either))


NODES: st.SearchStrategy[Node] = st.recursive(_LEAVES, _larger, max_leaves=12)


def _wanted(node: Node) -> Node:
    # A query has to ask for something, so what does not gets a companion, or is turned around.
    if positive(node):
        return node
    return node.child if isinstance(node, Not) and positive(node.child) else both([Category("cs.LG"), node])


QUERIES = NODES.map(_wanted).map(Query)
