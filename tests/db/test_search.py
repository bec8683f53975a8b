"""Searching: what is found, in which order, page by page; what is tried where little is found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db import papers
from db.search import Found, search, strict
from db.store import Store
from domain.errors import QueryError
from domain.paper import Record
from domain.parse import parse
from tests.conftest import quick
from tests.papers import NOW, TODAY, arxiv, doi, record, records


def save(store: Store, held: Iterable[Record]) -> None:
    with store.writing() as connection:
        papers.save(connection, list(held), NOW)


def find(store: Store, said: str, **page: int) -> Found:
    with store.reading() as connection:
        return search(connection, parse(said), TODAY, **page)


def titles(found: Found, via: str | None = None) -> list[str]:
    return [hit.paper.title for hit in found.hits if via in {None, hit.via}]


# What DESIGN §3 says, by title: each paper is there to be found by some queries and not by others.
TABLE = (
    record("Many models", authors=("Łukasz Kaiser",), categories=("cs.CL",), announced=TODAY),
    record("Remodelling houses", authors=("Adam Miller", "John Smith"), categories=("cs.LG", "stat.ML")),
    record("Generative art", "hf", authors=("Adam Smith",), announced=TODAY - timedelta(days=40), upvotes=12),
    record("In general", "hf", abstract="We use GPT-4 for k-means.", announced=TODAY - timedelta(days=3), upvotes=10),
    record("Four", abstract="GPT is not 4.", categories=("csx.A",), identifiers=(arxiv(1), doi(2))),
    record("C++ and C#", abstract="大模型推理能力"),
    record("The constant α", abstract="Diffusive things."),
    record("Diffusion", abstract="A survey of language models."),
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("model", {"Many models", "Diffusion"}),
        ("generative", {"Generative art"}),
        ("diffus*", {"Diffusion", "The constant α"}),
        ("studies* OR modelling", set()),
        ("models*", {"Many models", "Diffusion"}),
        ("GPT-4", {"In general"}),
        ("gpt 4", {"In general", "Four"}),
        ("k-means", {"In general"}),
        ("C++", {"C++ and C#"}),
        ("C", set()),
        ("alpha", {"The constant α"}),
        ("推理", {"C++ and C#"}),
        ("author:lukasz", {"Many models"}),
        ('author:"adam smith"', {"Generative art"}),
        ('author:"miller john"', set()),
        ("title:language", set()),
        ("abstract:language", {"Diffusion"}),
        ('"language model"', {"Diffusion"}),
        ('"model language"', set()),
        ("model -survey", {"Many models"}),
        ("cat:CS", {"Many models", "Remodelling houses"}),
        ("cat:stat.ml", {"Remodelling houses"}),
        ("source:HF", {"Generative art", "In general"}),
        ("id:p3", {"Generative art"}),
        ("2611.00001", {"Four"}),
        ("10.5555/2", {"Four"}),
        ("source:hf since:3d", {"In general"}),
        ("source:hf before:3d", {"Generative art"}),
        ("upvotes:>10", {"Generative art"}),
        ("is:trending", {"In general"}),
        ("source:hf -is:trending", {"Generative art"}),
        ("survey OR author:kaiser since:1d", {"Many models", "Diffusion"}),
        ("title:art OR (cat:cs.CL upvotes:<1)", {"Generative art", "Many models"}),
    ],
)
def test_what_a_query_finds(store: Store, said: str, found: set[str]) -> None:
    save(store, TABLE)
    page = find(store, said, limit=100)
    assert set(titles(page, "strict")) == found
    assert page.total == len(found)
    with store.reading() as connection:
        assert len(strict(connection, parse(said), TODAY)) == len(found)


def test_the_title_weighs_most_then_the_authors(store: Store) -> None:
    padding = " Many other words stand here, as they do in any abstract that says something."
    save(
        store,
        [
            record("One", abstract="On zebras." + padding),
            record("Two", abstract="On nothing." + padding, authors=("Ann Zebra",)),
            record("Sparse zebras of many kinds and sizes", abstract="On nothing else." + padding),
            *records(20),
        ],
    )
    assert titles(find(store, "zebra")) == ["Sparse zebras of many kinds and sizes", "Two", "One"]


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("diffusion", "Diffusion"),
        ("attention is all you need", "Attention Is All You Need"),
        ("Attention — is all: you need!", "Attention Is All You Need"),
        ("attention all you need", "Attention Is All You Need"),
        ("the lottery ticket hypothesis sparse trainable", "The Lottery Ticket Hypothesis: Sparse, Trainable Networks"),
    ],
)
def test_the_paper_with_that_title_comes_first(store: Store, said: str, first: str) -> None:
    save(
        store,
        [
            record("Diffusion", abstract="A long story. " * 50, announced=TODAY - timedelta(days=4_000)),
            record(
                "Attention Is All You Need", abstract="A long story. " * 50, announced=TODAY - timedelta(days=3_000)
            ),
            record("The Lottery Ticket Hypothesis: Sparse, Trainable Networks", abstract="Long. " * 50),
            *(
                record(
                    f"Diffusion, attention: is all you need it? Part {n}", abstract="Attention is all you need. " * 9
                )
                for n in range(120)
            ),
            record("On the lottery ticket hypothesis", abstract="Sparse trainable networks, sparse trainable lottery."),
        ],
    )
    assert titles(find(store, said))[0] == first


def test_equally_relevant_papers_come_newest_first(store: Store) -> None:
    days = (5, 0, 9, 1)
    save(store, [record(f"Lazy graphs {day}", announced=TODAY - timedelta(days=day)) for day in days])
    assert titles(find(store, "lazy graphs")) == [f"Lazy graphs {day}" for day in sorted(days)]


def test_without_words_the_newest_come_first(store: Store) -> None:
    days = (5, 0, 9, 1)
    save(store, [record(str(day), announced=TODAY - timedelta(days=day)) for day in days])
    assert titles(find(store, "source:arxiv before:0d")) == ["1", "5", "9"]
    assert titles(find(store, "source:arxiv", limit=2, offset=1)) == ["1", "5"]


@pytest.fixture(scope="module")
def crowded(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with 450 papers, for tests that leave it as it is."""
    path = tmp_path_factory.mktemp("crowded") / "paperround.db"
    shutil.copyfile(template, path)
    with closing(quick(Store(f"sqlite:///{path}"))) as store:
        save(store, records(450))
        yield store


@pytest.mark.parametrize(
    "said",
    ["lazy OR models", "sparse", "part", "part OR cat:cs", "cat:cs", "sparze transformers", "lazy part 7 kernel"],
)
def test_pages_neither_repeat_nor_skip(crowded: Store, said: str) -> None:
    store = crowded
    whole = find(store, said, limit=1_000)
    for size in (7, 100, 250):
        pages = [find(store, said, limit=size, offset=at) for at in range(0, len(whole.hits) + size, size)]
        assert [hit for page in pages for hit in page.hits] == list(whole.hits)
        assert {page.total for page in pages} == {whole.total}
    numbers = [hit.paper.number for hit in whole.hits]
    assert len(numbers) == len(set(numbers))
    with store.reading() as connection:
        exact = strict(connection, parse(said), TODAY)
    assert sorted(numbers[: whole.total]) == sorted(exact)
    assert exact == sorted(exact, reverse=True)  # all of one day


def test_what_is_corrected_comes_after_and_is_not_counted(store: Store) -> None:
    save(store, [record("Sparse models"), *(record(f"Sparse kernels {n}") for n in range(12))])
    found = find(store, "sparze kernles", limit=20)
    assert (found.total, titles(found, "strict")) == (0, [])
    assert str(found.corrected) == "sparse kernels"
    assert found.corrections == {"sparze": "sparse", "kernles": "kernels"}
    assert len(titles(found, "corrected")) == 12
    assert {hit.via for hit in found.hits} == {"corrected"}


def test_a_strict_result_is_not_said_again(store: Store) -> None:
    save(store, [record("Transfomers, or transformers"), *(record(f"Transformers {n}") for n in range(250))])
    found = find(store, "transfomers", limit=1_000)
    assert found.total == 1
    assert [hit.via for hit in found.hits] == ["strict"] + ["corrected"] * 250
    assert found.corrections == {"transfomers": "transformers"}


def test_where_enough_is_found_nothing_else_is_tried(store: Store) -> None:
    save(store, [*(record(f"Lama {n}") for n in range(3)), *(record(f"Llama {n}") for n in range(900))])
    found = find(store, "lama", limit=20)
    assert (found.total, len(found.hits), found.corrected, found.corrections) == (3, 3, None, {})


QUESTION = "how do robots learn to grasp soft objects from very few human demonstrations"


def grasping() -> list[Record]:
    return [
        record("Grasping soft objects", abstract="A robot learns from a few demonstrations of a human.", upvotes=3),
        record("Robots", abstract="They grasp hard things."),
        record("Soft matter", abstract="Objects of physics from very few humans.", categories=("physics.soft",)),
        *records(30),
    ]


def test_a_question_finds_the_best_partial_matches(store: Store) -> None:
    save(store, grasping())
    found = find(store, QUESTION)
    assert (found.total, found.corrections) == (0, {})
    assert titles(found)[:2] == ["Grasping soft objects", "Soft matter"]
    assert {hit.via for hit in found.hits} == {"relaxed"}


@pytest.mark.parametrize(
    "binding", ["-grasping", "cat:physics", "upvotes:<3", "-author:x cat:physics", '"soft matter"']
)
def test_what_is_no_bare_word_stays_binding(store: Store, binding: str) -> None:
    save(store, grasping())
    found = find(store, f"{QUESTION} {binding}")
    assert "Grasping soft objects" not in titles(found)
    assert titles(found)[0] == "Soft matter"
    assert {hit.via for hit in found.hits} == {"relaxed"}


def test_a_question_finds_relatives_of_its_words(store: Store) -> None:
    save(
        store,
        [
            record("Pruned networks", abstract="Optimization of what was pruned."),
            record("More pruned networks", abstract="Optimization again, pruned."),
            record("Networks of friends", abstract="Optimal, they say, and social."),
            *records(30),
        ],
    )
    found = find(store, "optimizing by pruning big networks")
    assert set(titles(found)[:2]) == {"Pruned networks", "More pruned networks"}


def test_words_together_count_more_than_words_apart(store: Store) -> None:
    apart = "Neural things, by contrast with other fields, are ordinary. Some are differential. Equations help."
    together = "Other things, by contrast with some fields, help. Neural ordinary differential equations are."
    save(store, [record("One", abstract=together), record("Two", abstract=apart), *records(30)])
    assert titles(find(store, "what are neural ordinary differential equations anyway"))[:2] == ["One", "Two"]


def test_two_words_are_no_question_and_one_word_of_three_no_answer(store: Store) -> None:
    save(store, [record("Lazy graphs"), record("Sparse kernels")])
    assert find(store, "lazy kernels").hits == ()
    assert find(store, "lazy zebras dancing").hits == ()
    assert titles(find(store, "lazy zebra graphs"), "relaxed") == ["Lazy graphs"]
    assert find(store, '"lazy zebra graphs"').hits == ()


@pytest.mark.parametrize("said", ["diffusion", "diffuson modle", "cat:cs", QUESTION, "dif*", "author:smith", "id:p1"])
def test_an_empty_store_has_nothing(store: Store, said: str) -> None:
    found = find(store, said)
    assert (found.total, found.hits, found.corrected, found.corrections) == (0, (), None, {})
    with store.reading() as connection:
        assert strict(connection, parse(said), TODAY) == []


ANY = st.text(max_size=40) | st.text("aeiouxyz-\"'*:() ½ﷺ推理αŁß́", max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY, max_size=6), st.integers(0, 3), st.integers(1, 20))
def test_whatever_can_be_read_can_be_searched(store: Store, said: list[str], offset: int, limit: int) -> None:
    save(store, [] if papers_in(store) else [record("Naïve ½ ﷺ 推理", authors=("Łukasz Ⅷ",)), *records(20)])
    for text in (*said, " ".join(said)):
        try:
            query = parse(text)
        except QueryError:
            continue
        with store.reading() as connection:
            found = search(connection, query, TODAY, limit=limit, offset=offset)
        assert len(found.hits) <= limit
        if found.corrected:
            assert parse(str(found.corrected)) == found.corrected


def papers_in(store: Store) -> int:
    with store.reading() as connection:
        return papers.count(connection)


def test_reading_in_the_middle_of_writing_sees_what_is_committed(new_store: Callable[[], Store]) -> None:
    store = new_store()
    save(store, [record("Lazy graphs")])
    with store.writing() as writing:
        papers.save(writing, [record("Lazy kernels")], NOW)
        assert find(store, "lazy").total == 1
    assert find(store, "lazy").total == 2
