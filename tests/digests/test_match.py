"""Matching: a subscription delivers exactly the strict results of a search for its text (DESIGN §3)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from db import papers, search
from db.store import Store
from digests import column, leaves, match
from digests.match import Batch, Standing, places
from digests.sought import Sought
from domain.compact import compact
from domain.paper import Paper, Record
from domain.parse import parse
from domain.query import Category, Node, Query, both, either, negated, positive
from tests.bench.corpora import invented
from tests.bench.wishes import wishes
from tests.conftest import quick
from tests.papers import NOW, TODAY, arxiv, doi, paper, record


@pytest.fixture(scope="module")
def connect(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Iterator[Callable[[], Connection]]:
    """A store whose transactions the tests roll back, so that one file serves every example."""
    path = tmp_path_factory.mktemp("match") / "match.db"
    shutil.copyfile(template, path)
    store = quick(Store(f"sqlite:///{path}"))
    yield lambda: store.engine.connect().execution_options(immediate=True)
    store.close()


@contextmanager
def holding(connect: Callable[[], Connection], records: Sequence[Record]) -> Iterator[tuple[Connection, list[Paper]]]:
    """The records as the papers they are, in a store that forgets them again."""
    with connect() as connection, connection.begin() as transaction:
        saved = papers.save(connection, records, NOW)
        yield connection, papers.load(connection, sorted({each.paper for each in saved}))
        transaction.rollback()


# One vocabulary for papers and queries, small enough that they meet: every row of §3's table is in it.
WORDS = (
    "model models Model's modelling LLM LLMs LLaMA generative general diffusion diffusive diffuse GPT-4 GPT 4 k-means "
    "k means self-attention C++ C# C R 推理 大模型推理能力 α alpha survey language co-op not"
).split()
NAMES = ("Łukasz Kaiser", "Adam Smith", "Adam Miller", "John Smith", "Smith Adam", "R. Model", "李 明")
CATEGORIES = ("cs.CL", "cs.LG", "cs", "math.CO", "csx.A", "stat.ML")
SOURCES = ("arxiv", "hf", "OpenReview")
IDENTIFIERS = (arxiv(1), arxiv(2), doi(3))
DAYS = st.integers(-20, 400).map(lambda back: TODAY - timedelta(days=back))

_TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
RECORDS = st.builds(
    Record,
    _TEXT,
    st.sampled_from(SOURCES),
    abstract=st.one_of(st.just(""), _TEXT),
    summary=st.one_of(st.just(""), _TEXT),
    authors=st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple),
    categories=st.lists(st.sampled_from(CATEGORIES), max_size=2, unique=True).map(tuple),
    identifiers=st.lists(st.sampled_from(IDENTIFIERS), max_size=1).map(tuple),
    announced=st.one_of(st.none(), DAYS),
    published=st.one_of(st.none(), DAYS),
    upvotes=st.one_of(st.none(), st.integers(0, 12)),
)

_FIELDS = st.sampled_from(("", "", "", "title:", "abstract:", "author:"))
_PHRASES = st.one_of(
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(lambda words: f'"{" ".join(words)}"'),
    st.sampled_from(NAMES).map(lambda name: f'"{name}"'),
    st.sampled_from(("dif*", "diffus*", "mod*", "model*", "gener*", "llm*", "luk*", "smi*", '"general mod"*', "推理")),
)
LEAVES = st.one_of(
    st.builds("{}{}".format, _FIELDS, _PHRASES),
    st.builds("{}{}".format, _FIELDS, _PHRASES),
    st.sampled_from(CATEGORIES).map("cat:{}".format),
    st.sampled_from((*SOURCES, "openreview", "none")).map("source:{}".format),
    st.sampled_from(("id:p1", "id:p3", *(f"id:{identifier}" for identifier in IDENTIFIERS))),
    st.builds("{}:{}".format, st.sampled_from(("since", "before")), DAYS),
    st.builds(
        "{}:{}{}".format, st.sampled_from(("since", "before")), st.integers(0, 60), st.sampled_from(("d", "w", "m"))
    ),
    st.builds("upvotes:{}{}".format, st.sampled_from((">", ">=", "<", "<=", "=")), st.integers(0, 12)),
    st.just("is:trending"),
).map(lambda text: parse(text).root)


def _nested(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=1, max_size=3)
    return st.one_of(nodes.map(negated), several.map(both), several.map(either))


def _asking(node: Node) -> Query:
    return Query(node if positive(node) else both([Category("cs"), node]))


QUERIES = st.recursive(LEAVES, _nested, max_leaves=8).map(_asking)


@given(st.lists(RECORDS, max_size=8), st.lists(QUERIES, min_size=1, max_size=8))
def test_matching_is_strict_search(
    connect: Callable[[], Connection], records: list[Record], queries: list[Query]
) -> None:
    """§3's one meaning: for any papers and queries, asked as a value or by its stored text."""
    with holding(connect, records) as (connection, held):
        batch = Batch(held, TODAY)
        for query in queries:
            found = search.strict(connection, query, TODAY)
            assert {each.number for each in batch.matches(query)} == set(found), query.text
            assert len(found) == len(set(found))
            assert batch.matches(parse(query.text)) == batch.matches(query)
        forms = [compact(query.root) for query in queries]
        together = dict(Standing(enumerate(forms)).matches(batch))
        assert [together.get(n, 0) for n in range(len(forms))] == [batch.mask(form) for form in forms]
        # Many are answered together, by what the papers say, and not by looking for each.
        asked = [leaf for form in forms for leaf in form.split("\t")[1:]]
        each = [batch.answers[leaf] for leaf in asked]
        assert Batch(held, TODAY).answers.together(Sought(asked)) == each
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(column, "MOST", 0)  # as in so many papers
            answers = Batch(held, TODAY).answers
            assert [answers.together(Sought(asked)) for _ in range(2)] == [each, each]


def test_many_subscriptions_matched_together_bring_what_search_finds(
    connect: Callable[[], Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """§3 again, for queries as people write them, of the words of papers that are like papers."""
    records = list(invented(60))
    with holding(connect, records) as (connection, held):
        queries = [parse(text) for text in islice(wishes(held), 200)]
        batch = Batch(held, TODAY)
        together = dict(Standing((n, compact(query.root)) for n, query in enumerate(queries)).matches(batch))
        for n, query in enumerate(queries):
            matched = {held[place].number for place in places(together.get(n, 0))}
            assert matched == set(search.strict(connection, query, TODAY)), query.text
        assert len(together) > 100
        monkeypatch.setattr(match, "_MANY", 100)  # of many more, it is known first what the papers say
        standing = Standing((n, compact(query.root)) for n, query in enumerate(queries))
        assert dict(standing.matches(Batch(held, TODAY))) == together


HELD = (
    paper(1, "Large language models", abstract="An analysis of large language models.", authors=("Adam Smith",)),
    paper(2, "Lazy caching", abstract="Caching lazily.", categories=("cs.CL",), sources=("hf",), upvotes=12),
    paper(3, "Language and models", abstract="Large models.", announced=TODAY - timedelta(days=9), upvotes=3),
)
FOUND = {
    "model": [1, 3],
    '"language model"': [1],
    '"large language model"': [1],
    '"large language cache"': [],
    "title:caching OR abstract:large": [1, 2, 3],
    'author:"adam smith"': [1],
    "smith": [1],
    "analyses*": [1],
    "cach*": [2],
    '"lazy cach*"': [2],
    "nothing* OR nothing": [],
    "cat:cs -large": [2],
    "source:hf": [2],
    "upvotes:>=3": [2, 3],
    "upvotes:<3": [1],
    "is:trending": [2],
    "since:3d": [1, 2],
    "before:3d": [3],
    "id:p3": [3],
}


BOUNDS = {"_MANY": match, "MOST": column, "_KNOWN": leaves}


@pytest.mark.parametrize("bounds", [(), ("_MANY",), ("_MANY", "MOST"), ("MOST",), ("MOST", "_KNOWN")], ids=str)
def test_a_query_means_the_same_however_it_is_answered(
    monkeypatch: pytest.MonkeyPatch, bounds: tuple[str, ...]
) -> None:
    """Alone or with others, where these are few or many, the first time and again, kept or not, in many papers too."""
    for name in bounds:
        monkeypatch.setattr(BOUNDS[name], name, 0)
    forms = [compact(parse(text).root) for text in FOUND]
    together, alone = Batch(HELD, TODAY), Batch(HELD, TODAY)
    for _ in range(2):
        masks = dict(Standing(enumerate(forms)).matches(together))
        assert {text: [n + 1 for n in places(masks.get(at, 0))] for at, text in enumerate(FOUND)} == FOUND
    assert {text: [each.number for each in alone.matches(parse(text))] for text in FOUND} == FOUND


def test_no_more_answers_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaves, "_KNOWN", 2)
    batch = Batch(HELD, TODAY)
    forms = [compact(parse(text).root) for text in FOUND]
    for _ in range(2):
        list(Standing(enumerate(forms)).matches(batch))
        assert len(batch.answers) == 2


TABLE: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("model", ("models", "Model's", "a MODEL"), ("modelling", "remodel")),
    ("LLM", ("LLMs", "an llm"), ("LLaMA", "LLaMAs")),
    ("generative", ("generative",), ("general", "generation")),
    ("diffus*", ("diffusion", "diffusive"), ("infusion", "diff")),
    ("GPT-4", ("GPT-4", "GPT 4"), ("GPT of 4", "4 GPT", "GPT-40")),
    ("k-means", ("k means", "K-Means"), ("means of k",)),
    ("self-attention", ("self attention", "Self-Attention"), ("attention to self",)),
    ("C++", ("C++", "in c++."), ("C", "C#")),
    ("C#", ("C#",), ("C", "C++")),
    ("R", ("R", "in r"), ("RL",)),
    ("推理", ("大模型推理能力", "推理"), ("推论", "理推")),
    ("alpha", ("α", "alpha", "the α-divergence"), ("alphabet",)),
    ('"language model"', ("language models", "a language-model"), ("model language", "language of models")),
    ("the", ("the",), ("then",)),
]


@pytest.mark.parametrize(("query", "finds", "others"), TABLE, ids=[row[0] for row in TABLE])
def test_what_counts_as_a_word(
    connect: Callable[[], Connection], query: str, finds: tuple[str, ...], others: tuple[str, ...]
) -> None:
    said = [record(f"{n}0 : {text}", abstract=f"{n}1") for n, text in enumerate((*finds, *others), 1)]
    with holding(connect, said) as (connection, held):
        assert len(held) == len(said)
        matched = Batch(held, TODAY).matches(parse(query))
        assert [each.title.split(" : ")[1] for each in matched] == list(finds)
        assert sorted(search.strict(connection, parse(query), TODAY)) == [each.number for each in matched]


@pytest.mark.parametrize(
    ("query", "finds", "others"),
    [
        ("author:lukasz", (("Łukasz Kaiser",),), (("Luka Kaiser",),)),
        (
            'author:"adam smith"',
            (("Adam Smith",), ("B. Costa", "Adam Smith")),
            (("Adam Miller", "John Smith"), ("Smith Adam",), ("Adam", "Smith")),
        ),
        ("author:adams", (("Ada Adams",),), (("Adam Smith",),)),
        ("smith", (("Adam Smith",),), (("Adam Smithson",),)),
        ("author:smi*", (("Adam Smithson",),), (("Adam Schmidt",),)),
        ('author:"adam smi"*', (("Adam Smithson",),), (("Adam", "Smithson"),)),
    ],
)
def test_a_phrase_stays_inside_one_author(
    connect: Callable[[], Connection],
    query: str,
    finds: tuple[tuple[str, ...], ...],
    others: tuple[tuple[str, ...], ...],
) -> None:
    said = [
        record(f"Paper {n} on number{n}", authors=authors, identifiers=(arxiv(n),))
        for n, authors in enumerate((*finds, *others), 1)
    ]
    with holding(connect, said) as (connection, held):
        matched = Batch(held, TODAY).matches(parse(query))
        assert [each.authors for each in matched] == list(finds)
        assert sorted(search.strict(connection, parse(query), TODAY)) == [each.number for each in matched]


@pytest.mark.parametrize(
    ("query", "day", "matches"),
    [
        ("since:30d", TODAY - timedelta(days=30), True),
        ("since:30d", TODAY - timedelta(days=31), False),
        ("before:2w", TODAY - timedelta(days=14), False),
        ("before:2w", TODAY - timedelta(days=15), True),
        ("since:2026-11-01", date(2026, 11, 1), True),
        ("since:2026-11-01", date(2026, 10, 31), False),
        ("before:2026-11-01", date(2026, 11, 1), False),
        ("is:trending", TODAY - timedelta(days=7), True),
        ("is:trending", TODAY - timedelta(days=8), False),
    ],
)
def test_ages_count_from_the_day_of_matching(query: str, day: date, *, matches: bool) -> None:
    it = paper(announced=day, upvotes=10)
    assert bool(Batch([it], TODAY).matches(parse(query))) is matches


@pytest.mark.parametrize("query", ["cat:cs -is:trending", "cat:cs -upvotes:>=1", "cat:cs -(is:trending OR source:hf)"])
def test_a_paper_without_votes_has_none(connect: Callable[[], Connection], query: str) -> None:
    with holding(connect, [record(categories=("cs.CL",))]) as (connection, held):
        assert Batch(held, TODAY).matches(parse(query)) == held
        assert search.strict(connection, parse(query), TODAY) == [held[0].number]


def test_order_is_the_batchs_and_one_query_asked_twice_says_the_same() -> None:
    held = [paper(n, f"Lazy caching, part {n}") for n in (5, 2, 9)]
    batch = Batch(held, TODAY)
    assert batch.matches(parse("caching")) == held
    assert batch.matches(parse("caching")) == held
    assert batch.matches(parse('"part 2"')) == [held[1]]
    assert Batch([], TODAY).matches(parse("caching OR -lazy caching")) == []


def test_a_part_of_a_query_holds_where_any_paper_matches_it() -> None:
    batch = Batch([paper(1, "Lazy caching"), paper(2, "Sparse graphs")], TODAY)
    for text, holds in (("caching", True), ("caching graphs", False), ("caching OR trees", True), ("trees", False)):
        assert batch.holds(parse(text).root) is holds, text
    assert batch.holds(negated(parse("caching").root))
    assert not batch.holds(negated(parse("caching OR graphs").root))
