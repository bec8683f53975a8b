"""The index and the counts of words follow the papers, whatever is saved in whatever order."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

from db import papers, schema
from db.places import number, place
from db.store import Store
from db.vocabulary import indexed
from domain.paper import Record
from domain.words import forms, stem
from tests.conftest import quick
from tests.papers import NOW, arxiv, doi, paper, record


def test_what_the_index_holds_of_a_paper() -> None:
    found = indexed(
        paper(title="Models' α-Matrices", abstract="Fast analyses of C++", authors=("Łukasz Kaiser", "…", "A. Smiths"))
    )
    assert found.title == "model alpha matrix"
    assert found.abstract == "fast analysis of cplusplus"
    assert found.authors == "lukasz kaiser | a smiths"


def test_a_summary_stands_in_for_a_missing_abstract() -> None:
    assert indexed(paper(summary="In short")).abstract == "in short"


def everything(connection: Connection) -> list[int]:
    return list(connection.execute(select(schema.papers.c.number)).scalars())


def recounted(connection: Connection) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for each in papers.load(connection, everything(connection)):
        counts.update({("text", stem(form)) for form in forms(f"{each.title} {each.text}")})
        counts.update({("author", form) for author in each.authors for form in forms(author)})
    return dict(counts)


def counted(connection: Connection) -> dict[tuple[str, str], int]:
    return {(row.kind, row.word): row.papers for row in connection.execute(select(schema.words))}


def index(connection: Connection) -> dict[int, tuple[str, ...]]:
    rows = connection.execute(text("SELECT rowid, title, abstract, authors, marks FROM papers_fts"))
    return {row.rowid: tuple(row[1:]) for row in rows}


def check(connection: Connection) -> None:
    """The counts are those of a recount, and the index holds each paper as it is, and nothing else."""
    assert counted(connection) == recounted(connection)
    loaded = papers.load(connection, everything(connection))
    assert index(connection) == {place(each.day, each.number): tuple(indexed(each)) for each in loaded}
    found = connection.execute(text("INSERT INTO papers_fts (papers_fts, rank) VALUES ('integrity-check', 1)"))
    assert found is not None


TITLES = st.sampled_from(["Fast models", "Fast model", "C++ for α matrices 推理"])
WORKS = {
    1: ("A first long abstract about many things, as they go.", ("Ada Adler", "Łukasz Kaiser"), (arxiv(1), doi(1))),
    2: ("Quite another abstract, which shares no sentence with it.", ("B. Ekberg",), (arxiv(2), doi(2))),
    3: ("推理 models, fast, C++ and α: the third of the abstracts here.", ("Ines Ito",), (arxiv(3),)),
}


@st.composite
def some_records(draw: st.DrawFn) -> Record:
    """What some source says of one of three works, which may well have the same title: more or less of it."""
    text, who, names = WORKS[draw(st.sampled_from(sorted(WORKS)))]
    said: dict[str, Any] = {
        "abstract": draw(st.sampled_from(["", text, text, text[:50], text + " Revised."])),
        "summary": draw(st.sampled_from(["", "In short: models"])),
        "authors": draw(st.sampled_from([(), who])),
        "identifiers": tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=2))),
    }
    return Record(draw(TITLES), draw(st.sampled_from(["arxiv", "hf"])), **said)


@settings(max_examples=settings().max_examples * 2 // 3)
@given(batches=st.lists(st.lists(some_records(), min_size=1, max_size=5), min_size=1, max_size=5))
def test_counts_equal_a_recount_after_any_saves(template: Path, batches: list[list[Record]]) -> None:
    """And, for invariant 1: saving twice adds nothing (it may show more to be one), and two works stay two."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        shutil.copyfile(template, path)
        store = quick(Store(f"sqlite:///{path}"))
        for batch in batches:
            with store.writing() as connection:
                papers.save(connection, batch, NOW)
                check(connection)
                before = index(connection).keys()
                again = papers.save(connection, batch, NOW)
                assert not any(each.new for each in again)
                check(connection)
                assert index(connection).keys() <= before
                for each in papers.load(connection, map(number, before)):
                    assert len({name.value[-1] for name in each.identifiers}) <= 1
        store.close()


@settings(max_examples=settings().max_examples // 4)
@given(held=st.lists(some_records(), min_size=1, max_size=8))
def test_a_batch_comes_to_the_same_as_its_records_one_by_one(template: Path, held: list[Record]) -> None:
    """Identity and merging know no batches: a backfill makes the papers that the days would have made."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = []
        for name, batches in (("whole", [held]), ("single", [[each] for each in held])):
            path = Path(folder) / f"{name}.db"
            shutil.copyfile(template, path)
            store = quick(Store(f"sqlite:///{path}"))
            for batch in batches:
                with store.writing() as connection:
                    papers.save(connection, batch, NOW)
            with store.reading() as connection:
                loaded = papers.load(connection, everything(connection))
                outcomes.append((loaded, index(connection), counted(connection)))
            store.close()
        assert outcomes[0] == outcomes[1]


def test_the_shortest_spelling_is_shown(store: Store) -> None:
    with store.writing() as connection:
        papers.save(connection, [record("Models of things"), record("A model of matrices")], NOW)
        shown = {row.word: row.form for row in connection.execute(select(schema.words))}
    assert shown["model"] == "model"
    assert shown["matrix"] == "matrices"
    assert shown["thing"] == "things"


def test_a_paper_that_says_the_same_is_not_indexed_again(store: Store) -> None:
    with store.writing() as connection:
        papers.save(connection, [record("A model", upvotes=1)], NOW)
        changes = connection.execute(text("SELECT total_changes()")).scalar_one()
        papers.save(connection, [record("A model", upvotes=2)], NOW)
        # The paper's own row, and nothing in the index.
        assert connection.execute(text("SELECT total_changes()")).scalar_one() == changes + 1
