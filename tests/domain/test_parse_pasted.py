"""What people paste: papers are those papers, titles are words."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest

from domain.errors import QueryError
from domain.identifier import Identifier
from domain.parse import parse
from domain.query import And, Category, Is, Node, Not, Or, Text
from tests.shared import shared

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
            for title in (json.loads(line)["title"] for line in islice(file, 0, None, 3)):
                found["titles"] += 1
                try:
                    query = parse(title)
                except QueryError:
                    found["mistakes"] += 1
                else:
                    found.update(sorted(set(accidents(query.root))))
    with capsys.disabled():
        print(f"\npasted titles: {dict(found)}")  # a figure to watch
    assert found.pop("titles") > 10_000
    # An open quote and `A*` are mistakes by the grammar; NOT in capitals excludes, and `RRT*` is a beginning.
    assert set(found) <= {"mistakes", "an exclusion", "a beginning"}
    assert found["mistakes"] <= 6
    assert found.total() <= 15
