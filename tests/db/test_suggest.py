"""What somebody probably meant, and what a beginning may become."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from sqlalchemy import delete, event

from db import papers, schema
from db.neighbours import near
from db.search import correct
from db.store import Store
from db.suggest import complete
from domain.paper import Record
from domain.parse import parse
from tests.papers import NOW, record

TITLES = (
    "Diffusion models for language",
    "Language models that plan",
    "Planning with large language models",
    "GPT-4 and its neighbours",
    "Causal inference, a primer",
    "Casual users of web pages",
    "Neural networks",
    "Natural language",
    "Natural disasters",
    "Attention and time",
)


@pytest.fixture
def library(store: Store) -> Store:
    save(store, [record(title, authors=("Geoffrey Hinton", "Łukasz Kaiser")) for title in TITLES])
    return store


def save(store: Store, held: Iterable[Record]) -> None:
    with store.writing() as connection:
        papers.save(connection, list(held), NOW)


def meant(store: Store, said: str) -> str | None:
    with store.reading() as connection:
        found = correct(connection, parse(said))
    return str(found[0]) if found else None


@pytest.mark.parametrize(
    ("said", "corrected"),
    [
        ("difusion", "diffusion"),  # left out
        ("diffuusion", "diffusion"),  # put in
        ("diffuzion", "diffusion"),  # replaced
        ("difufsion", "diffusion"),  # swapped
        ("tiffusion", "diffusion"),  # the first letter
        ("xdiffusoin", "diffusion"),  # two edits
        ("diffuzzzion", None),  # three
        ("langauge modles", "language models"),
        ("tmie", "time"),  # its stem has lost a letter that the word has
        ("gtp-4", "gpt-4"),  # part of a phrase
        ("gpt-5", None),  # numbers stay
        ("gpt-44", None),
        ("4gpt", None),
        ("q", None),
        ("title:difusion", "title:diffusion"),
        ("author:hintn", "author:hinton"),
        ("author:lukasc", "author:lukasz"),
        ("author:difusion", None),  # a word of titles is no name
        ("title:hintn", None),
        ("hintn difusion", "hinton diffusion"),  # without a field it may be either
        ('"langauge models"', '"language models"'),
        ('"large langauge modles"', '"large language models"'),
        ("difusion -modles", "diffusion -modles"),  # what is excluded stays
        ("difusion cat:cs.XY since:2d upvotes:>3", "diffusion cat:cs.XY since:2d upvotes:>3"),
        ("difusion OR langauge", "diffusion OR language"),
        ("(difusion OR langauge) -(modles causl)", "(diffusion OR language) -(modles causl)"),
        ("diffus*", None),
        ("difus*", None),  # a beginning stays
        ("diffusion models", None),
        ("cat:cs.CL", None),
        ("zebra crossing", None),
        ("推理", None),
        ("½ﷺ diffusion", None),
    ],
)
def test_what_was_meant(library: Store, said: str, corrected: str | None) -> None:
    assert meant(library, said) == corrected


@pytest.mark.parametrize(
    ("said", "corrected"),
    [
        ("nutral networks", "neural networks"),
        ("nutral language", "natural language"),
        ("cusal inference", "causal inference"),
        ("cusal pages", "casual pages"),
        ("modls plam", "models plan"),
    ],
)
def test_the_words_that_stand_together_decide(library: Store, said: str, corrected: str) -> None:
    assert meant(library, said) == corrected


def test_it_says_which_typed_word_was_taken_for_which(library: Store) -> None:
    with library.reading() as connection:
        found = correct(connection, parse("Langauge-MODLES plan"))
    assert found is not None
    assert found[1] == {"Langauge": "language", "MODLES": "models"}


def test_a_word_left_over_does_not_hinder_the_others(library: Store) -> None:
    assert meant(library, "large langauge zebras") == "large language zebras"
    assert meant(library, "how do large langauge modles ever learn to juggle") == (
        "how do large language models ever learn to juggle"
    )


def test_a_word_is_corrected_if_it_is_far_rarer_than_a_neighbour(store: Store) -> None:
    save(store, [record("Learnig things"), record("Lama"), *(record(f"Learning {n}, llama") for n in range(200))])
    assert meant(store, "learnig") == "learning"
    assert meant(store, "lama") is None  # too short to say
    assert meant(store, "learning") is None
    assert meant(store, "learnig things") == "learning things"


def test_a_paper_that_has_all_of_several_words_is_what_was_meant(store: Store) -> None:
    save(store, [record("Zamba, a compact model"), *(record(f"Mamba {n}: a compact model") for n in range(300))])
    assert meant(store, "zamba compact model") is None
    assert meant(store, '"zamba"') is None  # quotes are meant too
    assert meant(store, "zamba") == "mamba"


def test_a_correction_reads_back_as_it_is(store: Store) -> None:
    # “cot:x” is a phrase, but “cat:x” would be a category.
    save(store, [record("cat:food for all it is")])
    assert meant(store, "cot:food") == '"cat:food"'
    assert meant(store, "xs:food") is None  # “is:food” could not even be read, and no paper has it
    save(store, [record("It is: food!")])
    assert meant(store, "xs:food") == '"is:food"'


def test_words_that_come_later_are_known(new_store: Callable[[], Store]) -> None:
    store, other = new_store(), new_store()
    save(store, [record("Lazy graphs")])
    assert meant(store, "zebrs") is None
    save(store, [record("Lazy zebras")])
    assert meant(store, "zebrs") == "zebras"
    assert meant(other, "zebrs") is None


def test_words_that_go_are_forgotten(store: Store) -> None:
    save(store, [record("Lazy graphs"), record("Lazy zebras")])
    assert meant(store, "zebrs") == "zebras"
    with store.writing() as connection:
        connection.execute(delete(schema.words).where(schema.words.c.word == "zebra"))
    assert meant(store, "zebrs") is None
    # Also the last word of all, whose number tells what is new.
    save(store, [record("Lazy walrus")])
    assert meant(store, "walrs") == "walrus"
    with store.writing() as connection:
        connection.execute(delete(schema.words).where(schema.words.c.word == "walrus"))
    assert meant(store, "walrs") is None
    assert meant(store, "grpahs") == "graphs"


def test_a_query_of_very_many_words_is_left_alone(library: Store) -> None:
    assert meant(library, " OR ".join(f"difusion{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")) is None


@pytest.mark.parametrize(
    ("start", "found"),
    [
        ("dif", ["diffusion"]),
        ("lang", ["language"]),
        ("Łuk", ["lukasz"]),
        ("hin", ["hinton"]),
        ("with nat", ["natural"]),
        ("mod", ["models"]),
        ("zebra", []),
        ("", []),
        ("?!", []),
    ],
)
def test_what_a_beginning_may_become(library: Store, start: str, found: list[str]) -> None:
    with library.reading() as connection:
        assert complete(connection, start) == found


def test_the_most_frequent_come_first_and_only_so_many(library: Store) -> None:
    with library.reading() as connection:
        assert complete(connection, "n")[:2] == ["natural", "neighbours"]
        assert complete(connection, "n", limit=1) == ["natural"]


def test_a_mistyped_word_is_looked_up_and_not_looked_for_in_all_words(library: Store) -> None:
    asked: list[tuple[str, tuple[object, ...]]] = []
    with library.reading() as connection:
        listening = (connection, "before_cursor_execute", lambda *said: asked.append((said[2], said[3])))
        event.listen(*listening)
        assert "language" in {each.form for each in near(connection, "text", "langauge", 2).values()}
        event.remove(*listening)
        [(statement, values)] = asked
        steps = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    assert [step for step in steps if "words" in step] == ["SEARCH words USING INTEGER PRIMARY KEY (rowid=?)"]
