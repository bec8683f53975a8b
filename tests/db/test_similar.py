"""Papers like one."""

from __future__ import annotations

from msgspec.structs import replace

from db import papers
from db.similar import similar
from db.store import Store
from domain.paper import Paper, Record
from tests.papers import NOW, paper, record, records


def saved(store: Store, held: list[Record]) -> list[Paper]:
    with store.writing() as connection:
        numbers = [each.paper for each in papers.save(connection, held, NOW)]
        return papers.load(connection, numbers)


def like(store: Store, one: Paper, limit: int = 10) -> list[str]:
    with store.reading() as connection:
        return [each.title for each in similar(connection, one, limit=limit)]


OCTOPUS = [
    record("How an octopus opens jars", abstract="We watch cephalopods. A mollusc with arms opens jars of glass."),
    record("Cephalopods at play", abstract="An octopus plays with jars, as molluscs do."),
    record("Camouflage of a mollusc", abstract="Cephalopods change their colour. We watch."),
    record("Glass", abstract="It is made of sand, we say, and jars are made of it."),
]


def test_the_telling_words_find_the_papers_most_like_it(store: Store) -> None:
    one, *_ = saved(store, [*OCTOPUS, *records(100)])
    assert like(store, one)[:3] == ["Cephalopods at play", "Camouflage of a mollusc", "Glass"]
    assert like(store, one, limit=1) == ["Cephalopods at play"]


def test_a_paper_is_not_like_itself(store: Store) -> None:
    held = saved(store, [*OCTOPUS, *records(100)])
    for each in held[:20]:
        assert each.title not in like(store, each)


def test_common_words_alone_make_nothing_alike(store: Store) -> None:
    one, *_ = saved(store, [record("The thing", abstract="It is."), *(record(f"The {n}") for n in range(40))])
    assert like(store, replace(one, title="It", abstract="")) == []


def test_a_paper_of_signs_or_of_words_of_its_own_is_like_none(store: Store) -> None:
    assert like(store, paper(1, "?!")) == []  # nor in an empty store
    one, *_ = saved(store, [record("Xylophone zeugma"), *records(20)])
    assert like(store, one) == []
    assert like(store, paper(99, "?!")) == []


def test_stems_that_a_second_look_would_cut_again(store: Store) -> None:
    # The stem of curses is curs, and that of curs would be cur.
    held = saved(store, [record("Adverse curses"), record("Adverse curses again"), *records(20)])
    assert like(store, held[0])[:1] == ["Adverse curses again"]
