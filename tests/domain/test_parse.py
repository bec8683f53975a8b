"""Reading queries: the design's examples, and what holds for every text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import QueryError
from domain.parse import parse
from domain.query import Query
from tests.domain.queries import QUERIES


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (
            'diffusion "language model" -survey author:hinton cat:cs.CL OR cat:cs.LG since:30d',
            'diffusion "language model" -survey author:hinton (cat:cs.CL OR cat:cs.LG) since:30d',
        ),
        ("a b OR c d", "a (b OR c) d"),
        ("a AND b OR c", "a (b OR c)"),
        ("a OR b c OR d", "(a OR b) (c OR d)"),
        ("x a OR -b", "x (a OR -b)"),
        ("x NOT a OR b", "x (-a OR b)"),
        ("x -(a OR b) -(c d)", "x -(a OR b) -(c d)"),
        ("(a (b (c)))", "a b c"),
        ("(a b) OR c", "(a b) OR c"),
        ("x NOT NOT a", "x a"),
        ("x NOT -a", "x a"),
        ("x -NOT a", "x a"),
        ("a AND NOT b", "a -b"),
        ("a and b or not c", "a and b or not c"),
        ("a a A", "a A"),
        ("ti:a abs:b au:c", "title:a abstract:b author:c"),
        ("TITLE:a Cat:cs", "title:a cat:cs"),
        ("title:(a -b OR c)", "title:a (-title:b OR title:c)"),
        ("author:(hinton OR lecun)", "author:hinton OR author:lecun"),
        ('author:"adam smith"', 'author:"adam smith"'),
        ("title:diffus*", "title:diffus*"),
        ('"large lang"*', '"large lang"*'),
        ("-title:survey x", "-title:survey x"),
        ("cat:cs.*", "cat:cs"),
        ('cat:"cs.*"', "cat:cs"),
        ("cat:(cs.CL OR cs.LG)", "cat:cs.CL OR cat:cs.LG"),
        ("cat:cs.CL, cat:cs.LG;", "cat:cs.CL cat:cs.LG"),
        ('cat:"Machine  Learning"', 'cat:"Machine Learning"'),
        ("source:arxiv", "source:arxiv"),
        ("id:p12", "id:p12"),
        ("id:P0012", "id:p12"),
        ("id:(p1 OR p2)", "id:p1 OR id:p2"),
        ("since:2026-11-01 before:2026-11-02", "since:2026-11-01 before:2026-11-02"),
        ('since:"30D"', "since:30d"),
        ("since:2w, x", "since:2w x"),
        ("upvotes:>10 upvotes:5 upvotes:<=7", "upvotes:>10 upvotes:>=5 upvotes:<=7"),
        ("is:Trending", "is:trending"),
        ("title:OR x", "title:OR x"),
        ("title:cat:cs", "title:cat:cs"),
        ("“smart quotes” „low” «angled»", '"smart quotes" "low" "angled"'),
        ("a –b", "a -b"),
        ("a −b —c", "a -b -c"),
        ("（a OR b） c", "(a OR b) c"),
        ("title：a", "title:a"),
        ("a\u00a0OR\u3000b", "a OR b"),
        ("a\u200b -b\u200b", "a -b"),
        ("GPT-4 C++ C# 推理", "GPT-4 C++ C# 推理"),
        ("diffus*, models", "diffus* models"),
        ('"GPT-4"', '"GPT-4"'),
        ("(un)-related", "un related"),
        ("LLM(-Agent)s", "LLM Agent s"),
        ("title:(-a b)", "-title:a title:b"),
        ("x (-a b)", "x -a b"),
        ("Attention is all you need (?)", "Attention is all you need"),
        ("Does it work (NOT)?", 'Does it work "NOT"'),
        ("*Really* good **bold**", "Really good bold"),
        ("A*Net, C*-algebras and RRT*-Connect", "A*Net C*-algebras and RRT*-Connect"),
        ("LARP: Language-Agent Role Play", "LARP Language-Agent Role Play"),
        ("title: a", "title a"),
        ("Foo:Bar", "Foo:Bar"),
        ("D4R -- the Case of X --- a survey", "D4R the Case of X a survey"),
        ("x --survey", "x survey"),
        ("rain–fall, rain - fall", "rain–fall rain fall"),
        ('"Why"-questions', '"Why" questions'),
        ("\"Smart'' Models", '"Smart" Models'),
        ("f(x) = 2", "f x 2"),
        ("+OR .cat:cs !NOT +auhtor:x +2402.16107", '"OR" "cat:cs" "NOT" "auhtor:x" "2402.16107"'),
        ("https://example.org/(a)?b=c", '"https://example.org/(a)?b=c"'),
    ],
)
def test_canonical(text: str, canonical: str) -> None:
    query = parse(text)
    assert query.text == canonical
    assert parse(canonical) == query


_SIGNS = "()\"-–—*:,.'+ "
_PARTS = (
    "'' -- OR AND NOT title: ti: cat: since: is: id: upvotes: foo: auhtor: 30d 2026-11-01 >10 trending p12 cs.CL cs.* "
    "2402.16107 10.1145/a(b) hep-th/9901001 https://arxiv.org/abs/2402.16107 https://x.org/a www. doi: arXiv: “ ” （ "
    "diffus* GPT-4 C++ 推理 α word Models ½ ﷺ ŀ"
).split()
_PIECES = st.one_of(
    st.sampled_from((*_SIGNS, *_PARTS, *(f" {part} " for part in _PARTS), "\u200b", "\ud800", "\0", "\u0301")),
    st.text(max_size=4),
)
_RANDOM = st.one_of(st.lists(_PIECES, max_size=14).map("".join), st.lists(_PIECES, max_size=9).map(" ".join), st.text())


def read(text: str) -> Query | QueryError:
    try:
        return parse(text)
    except QueryError as error:
        return error


@given(_RANDOM)
def test_every_text_is_a_query_or_a_mistake_with_its_place(text: str) -> None:
    query = read(text)
    if isinstance(query, QueryError):
        assert 0 <= query.start <= query.end <= len(text)
        assert query.what
        assert query.hint
        assert len(str(query)) < 1_000
    else:
        again = parse(query.text)
        assert (again, again.text, again.key) == (query, query.text, query.key)


@given(QUERIES)
def test_the_canonical_text_reads_as_the_query(query: Query) -> None:
    assert parse(query.text) == query


@given(QUERIES, QUERIES)
def test_texts_side_by_side_are_both_wanted(first: Query, second: Query) -> None:
    together = parse(f"({first.text}) ({second.text})")
    assert together.key == parse(f"({second.text}) AND ({first.text})").key


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ('"large lang*"', '"large lang"*'),
        ('"large lang* "', '"large lang"*'),
        ('"diffus*" x', '"diffus"* x'),
        ('"the A*"', '"the A"'),
        ('"lang* models"', '"lang* models"'),
    ],
)
def test_a_star_within_the_quotes_ends_a_beginning_too(typed: str, canonical: str) -> None:
    assert parse(typed).text == canonical
