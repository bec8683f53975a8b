"""How good search is on real papers. The figures of the whole samples are in docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from sqlalchemy import Connection, select

from db import schema
from db.store import Store
from tests.bench.corpora import judgements, queries
from tests.bench.quality import found, mean, misspelt, reciprocal
from tests.bench.rival import PLAIN, PORTER, Rival
from tests.shared import shared

# The first of these tests waits for the store to be built.
pytestmark = [pytest.mark.shared, pytest.mark.timeout(400)]

KNOWN = 60  # known items of the half that nothing was tuned on


@pytest.fixture
def connection(library: Store) -> Iterator[Connection]:
    with library.reading() as reading:
        yield reading


def test_a_misspelt_title_is_among_the_first_five(connection: Connection) -> None:
    sample = misspelt(connection, ("arxiv", "hf"), 60, seed=2026)
    hits = [each.paper in found(connection, each.wrong, 5) for each in sample]
    assert mean(hits) >= 0.9
    # Which words were typed, next to each other or not, and whether the first letter is right: it holds for each.
    assert mean(hits[::2]) >= 0.88
    assert mean(hits[1::2]) >= 0.88


def test_a_sentence_finds_its_paper_better_than_full_text_search_of_its_words(connection: Connection) -> None:
    folder = shared("data/queries/tldr_known_item")
    asked, relevant = queries(folder), judgements(folder)
    ids = schema.identifiers.c
    documents = {
        row.value: row.paper
        for row in connection.execute(select(ids.value, ids.paper).where(ids.scheme == "openreview"))
    }
    half = list(asked)[len(asked) // 2 :]
    items = [(asked[name], documents[next(iter(relevant[name])).value]) for name in islice(half, KNOWN)]
    ours = mean(reciprocal(found(connection, words), wanted) for words, wanted in items)
    for tokenize, title in ((PLAIN, 1.0), (PORTER, 2.0)):
        rival = Rival(connection, tokenize)
        theirs = mean(reciprocal(rival.best(words, title=title), wanted) for words, wanted in items)
        rival.close()
        assert ours > theirs + 0.01, f"{ours:.3f} against {theirs:.3f} of {tokenize}"
