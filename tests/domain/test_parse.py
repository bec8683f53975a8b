"""Reading queries: the design's examples, every mistake with its place, and what holds for every text."""

from __future__ import annotations

import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import QueryError
from domain.identifier import Identifier
from domain.parse import MAX_CHARACTERS, MAX_DEPTH, MAX_TERMS, parse
from domain.query import And, Category, Is, Node, Not, Or, Query, Text
from tests.domain.queries import QUERIES
from tests.shared import shared


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


ARXIV = Identifier("arxiv", "2402.16107")
OLD = Identifier("arxiv", "hep-th/9901001")
DOI = Identifier("doi", "10.1145/3292500.3330701")


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        ("2402.16107", ARXIV),
        ("2402.16107v3", ARXIV),
        ("2402.16107,", ARXIV),
        ("[2402.16107]", ARXIV),
        ("arXiv:2402.16107v1", ARXIV),
        ("arXiv: 2402.16107", ARXIV),
        ("(arXiv:2402.16107).", ARXIV),
        ("id:2402.16107", ARXIV),
        ('id:"arxiv:2402.16107"', ARXIV),
        ("https://arxiv.org/abs/2402.16107v2", ARXIV),
        ("http://arxiv.org/pdf/2402.16107.pdf", ARXIV),
        ("arxiv.org/abs/2402.16107", ARXIV),
        ("www.arxiv.org/abs/2402.16107", ARXIV),
        ("(https://arxiv.org/abs/2402.16107)", ARXIV),
        ("<https://arxiv.org/abs/2402.16107|arxiv.org/abs/2402.16107>", ARXIV),
        ("id:https://arxiv.org/abs/2402.16107", ARXIV),
        ("https://huggingface.co/papers/2402.16107", ARXIV),
        ("hf:2402.16107", ARXIV),
        ("https://www.alphaxiv.org/abs/2402.16107", ARXIV),
        ("https://doi.org/10.48550/arXiv.2402.16107", ARXIV),
        ("hep-th/9901001", OLD),
        ("arXiv:hep-th/9901001v2", OLD),
        ("https://arxiv.org/abs/hep-th/9901001", OLD),
        ("10.1145/3292500.3330701", DOI),
        ("doi:10.1145/3292500.3330701", DOI),
        ("DOI: 10.1145/3292500.3330701.", DOI),
        ("https://doi.org/10.1145/3292500.3330701", DOI),
        ("doi.org/10.1145/3292500.3330701", DOI),
        ("https://dl.acm.org/doi/abs/10.1145/3292500.3330701", DOI),
        ("id:10.1145/3292500.3330701", DOI),
        ("(10.1016/S0140-6736(05)17709-5)", Identifier("doi", "10.1016/s0140-6736(05)17709-5")),
        ("https://openreview.net/forum?id=aVh9KRZdRk", Identifier("openreview", "aVh9KRZdRk")),
        ("openreview:aVh9KRZdRk", Identifier("openreview", "aVh9KRZdRk")),
    ],
)
def test_a_pasted_paper_is_that_paper(text: str, paper: Identifier) -> None:
    query = parse(text)
    assert query.root == Is(paper)
    assert parse(query.text) == query
    assert parse(f"diffusion OR ({text})").root == Or((Text("diffusion"), Is(paper)))
    assert parse(f"x -{text}").root == And((Text("x"), Not(Is(paper))))


def test_what_only_looks_like_a_paper_is_text() -> None:
    assert parse('"2402.16107"').root == Text("2402.16107", quoted=True)
    assert parse("title:2402.16107").root == Text("2402.16107", "title")
    assert parse("3.1415 1234.56789 page/1234567").wanted() == (
        Text("3.1415"),
        Text("1234.56789"),
        Text("page/1234567"),
    )


@pytest.mark.parametrize(
    ("text", "place", "what", "hint"),
    [
        ("", "", "nothing to search for", "cat:cs.CL"),
        (" ... -- ? ", " ... -- ? ", "nothing to search for", "cat:cs.CL"),
        ("-survey", "-survey", "only says what is not wanted", "cat:cs.LG -survey"),
        ("NOT a OR b", "NOT a OR b", "only says what is not wanted", "cat:cs.LG -a OR b"),
        ("a OR -b", "a OR -b", "only says what is not wanted", "cat:cs.LG a OR -b"),
        ("-a -b", "-a -b", "only says what is not wanted", "-a -b"),
        ("-(a b)", "-(a b)", "only says what is not wanted", "-(a b)"),
        ("-" + "a" * 300, "-" + "a" * 300, "only says what is not wanted", "Add something that is."),
        ('a "b c', '"b c', "quote is never closed", "Close it"),
        ('a "..." b', '"..."', "no word between these quotes", "take them out"),
        ("(a b", "(", "never closed", "Close it"),
        ("a (", "(", "never closed", "Close it"),
        ("a (b (c d)", "(", "never closed", "Close it"),
        ("a) b", ")", "closes nothing", "Take it out"),
        ("a ()", ")", "nothing between these parentheses", "take them out"),
        ("a OR", "OR", "OR stands without something", '"OR" in quotes'),
        ("OR a", "OR", "OR stands without something", '"OR" in quotes'),
        ("a AND", "AND", "AND stands without something", '"AND" in quotes'),
        ("(a AND) b", "AND", "AND stands without something", '"AND" in quotes'),
        ("a OR OR b", "OR", "OR stands without something", '"OR" in quotes'),
        ("a NOT", "NOT", "NOT stands without something", '"NOT" in quotes'),
        ("a -OR b", "-", "- stands without something", '"-" in quotes'),
        ("a (NOT) OR NOT", "NOT", "NOT stands without something", '"NOT" in quotes'),
        ("title:() a", ")", "nothing between these parentheses", "take them out"),
        ("title:(?) a", ")", "nothing between these parentheses", "take them out"),
        ("x -(?) a", ")", "nothing between these parentheses", "take them out"),
        ("x (title:)", "title:", "title: needs something after it", "title:diffusion"),
        ("auhtor:hinton", "auhtor:", "no field “auhtor:”", "author:"),
        ("x tilte:a", "tilte:", "no field “tilte:”", "title:"),
        ("category:cs.CL", "category:", "no field “category:”", "cat:"),
        ("catgory:cs.CL", "catgory:", "no field “catgory:”", "cat:"),
        ("votes:>3", "votes:", "no field “votes:”", "upvotes:"),
        ("after:2026-01-01", "after:", "no field “after:”", "since:"),
        ("title:(a author:b)", "author:", "cannot stand inside title:(...)", "before author:"),
        ("since:(30d OR 60d)", "since:", "takes one value, not a group", "since:30d"),
        ("since:yesterday", "yesterday", "since: cannot be read", "since:30d"),
        ("since:2026-02-30", "2026-02-30", "since: cannot be read", "since:30d"),
        ("since:2026", "2026", "since: cannot be read", "since:30d"),
        ("before:30d*", "30d*", "before: cannot be read", "before:30d"),
        ("upvotes:many", "many", "upvotes: cannot be read", "upvotes:>10"),
        ("is:good", "good", "is: cannot be read", "is:trending"),
        ("id:" + "x" * 60, "x" * 60, "x…”", "id:p12"),
        ("cat:...", "...", "cat: needs a name", "cat:cs.CL"),
        ("cat:cs*", "cs*", "cat: needs a name", "cat:cs.CL"),
        ("cat:*", "*", "cat: needs a name", "cat:cs.CL"),
        ("source:arx*", "arx*", "source: needs a name", "source:arxiv"),
        ("cat:cs.CL,cs.LG", "cs.CL,cs.LG", "takes one name at a time", "cat:(cs.CL OR cs.LG)"),
        ("title:-survey", "-survey", "- stands before what it excludes", "-title:survey"),
        ("title:... a", "...", "no word in “...”", "Write letters"),
        ("di*", "di*", "at least 3 letters", "di without the *"),
        ("title:ab*", "ab*", "at least 3 letters", "ab without the *"),
        ('"a b"*', '"a b"*', "at least 3 letters", "a b without the *"),
        ("a * b", "*", "A * alone finds nothing", "at least 3 letters"),
        ("*fusion", "*", "only at the end", "fusion*"),
        ("dif*sion", "dif*s", "only at the end", "dif*"),
        ("x " + "(" * 21 + "a" + ")" * 21, "(", f"More than {MAX_DEPTH} parentheses", "more simply"),
        ("a " * 201, "a", f"More than {MAX_TERMS} words", "words that matter"),
    ],
)
def test_mistakes_are_answered_with_their_place(text: str, place: str, what: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(text)
    error = caught.value
    assert text[error.start : error.end] == place
    assert what in error.what
    assert hint in error.hint


def test_the_place_of_a_late_mistake_is_its_own() -> None:
    with pytest.raises(QueryError) as caught:
        parse("di di*  di*")
    assert (caught.value.start, caught.value.end) == (3, 6)


def test_limits() -> None:
    assert parse("x" * MAX_CHARACTERS).text == "x" * MAX_CHARACTERS
    with pytest.raises(QueryError, match="2,001 characters") as caught:
        parse("x" * (MAX_CHARACTERS + 1))
    assert (caught.value.start, caught.value.end) == (MAX_CHARACTERS, MAX_CHARACTERS + 1)
    words = [f"w{number}" for number in range(MAX_TERMS)]
    assert len(list(parse(" ".join(words)).leaves())) == MAX_TERMS
    nested = "(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH
    assert parse(nested).text == "a"


def test_the_canonical_text_keeps_the_limits_too() -> None:
    with pytest.raises(QueryError, match=r"Written out in full, that is .* characters"):
        parse("abstract:(" + " ".join(f"w{number}" for number in range(MAX_TERMS)) + ")")
    nested = "a b OR " + "(a b OR " * (MAX_DEPTH - 1) + "c" + ")" * (MAX_DEPTH - 1)
    with pytest.raises(QueryError, match="Written out in full, that is more than 20 parentheses"):
        parse(nested)


@pytest.mark.parametrize("sign", ["(", ")", "-", "- ", "NOT ", "OR ", "(a ", "(-", '"', "*", "a OR (", "'' "])
def test_many_signs_are_only_a_mistake(sign: str) -> None:
    text = (sign * MAX_CHARACTERS)[:MAX_CHARACTERS]
    started = time.process_time()
    with pytest.raises(QueryError):
        parse(text)
    assert time.process_time() - started < 1


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


def accidents(node: Node) -> Iterator[str]:
    match node:
        case Not(child):
            yield "an exclusion"
            yield from accidents(child)
        case And(children) | Or(children):
            if isinstance(node, Or):
                yield "a choice"
            for child in children:
                yield from accidents(child)
        case Text(_, field, _, prefix):
            if field or prefix:
                yield "a field" if field else "a beginning"
        case Category() | Is() | _:
            yield type(node).__name__


@pytest.mark.shared
def test_pasted_titles_of_real_papers_read_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    found: Counter[str] = Counter()
    for name in ("arxiv_cs_2025", "hf_daily_2024"):
        with gzip.open(shared("data/corpora") / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            for title in (json.loads(line)["title"] for line in file):
                found["titles"] += 1
                try:
                    query = parse(title)
                except QueryError:
                    found["mistakes"] += 1
                else:
                    found.update(sorted(set(accidents(query.root))))
    with capsys.disabled():
        print(f"\npasted titles: {dict(found)}")  # a figure to watch
    assert found.pop("titles") > 30_000
    # An open quote and `A*` are mistakes by the grammar; NOT in capitals excludes, and `RRT*` is a beginning.
    assert set(found) <= {"mistakes", "an exclusion", "a beginning"}
    assert found["mistakes"] <= 6
    assert found.total() <= 15
