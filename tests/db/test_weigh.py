"""Relevance: bm25 as FTS5 counts it, then how titles fit."""

from __future__ import annotations

import random
import sqlite3

import pytest

from db.frequency import Sizes
from db.weigh import Texts, bm25, fitting, leaf_count, ordered
from domain.query import Text


def corpus(count: int) -> list[Texts]:
    dice = random.Random(7)
    words = "vast graph kernel robot sparse reward agent".split()

    def some(least: int, most: int) -> str:
        # Never twice in a row, which a text cut at spaces would count once.
        said = dice.choices(words, weights=range(1, 8), k=dice.randrange(least, most))
        return " ".join(word for at, word in enumerate(said) if at == 0 or said[at - 1] != word)

    lengths = (1, 6), (3, 40), (1, 4)
    return [Texts(number, *(f" {some(*length)} " for length in lengths)) for number in range(1, count + 1)]


@pytest.mark.parametrize("words", [["vast"], ["graph", "agent"], ["robot", "reward", "kernel"], ["vast graph"]])
def test_relevance_is_that_of_fts5_with_our_weights(words: list[str]) -> None:
    held = corpus(60)
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE plain USING fts5(title, abstract, authors)")
    index.executemany("INSERT INTO plain (rowid, title, abstract, authors) VALUES (?, ?, ?, ?)", held)
    said = " OR ".join(f'"{word}"' for word in words)
    scored = index.execute("SELECT rowid, -bm25(plain, 10, 1, 3) FROM plain WHERE plain MATCH ?", (said,))
    theirs = dict(scored.fetchall())
    often = {}
    for word in words:
        (often[word],) = index.execute("SELECT count(*) FROM plain WHERE plain MATCH ?", (f'"{word}"',)).fetchone()
    index.close()
    total = sum(len(text.split()) for each in held for text in each[1:])
    sizes = Sizes(len(held), (total, 0, 0))
    leaves = [(leaf_count(Text(word, quoted=" " in word)), sizes.telling(often[word])) for word in words]
    ours = dict(zip((each.place for each in held), bm25(leaves, held, sizes.usual), strict=True))
    assert theirs
    assert {number: ours[number] for number in theirs} == pytest.approx(theirs)
    assert not any(score for number, score in ours.items() if number not in theirs)


@pytest.mark.parametrize(
    ("leaf", "counted"),
    [
        (Text("graph"), 10 + 2 + 3),
        (Text("graph", field="title"), 10),
        (Text("graphs", field="abstract"), 2),
        (Text("graph", field="author"), 3),
        (Text("gra", prefix=True), 10 + 3 + 3),
        (Text("matric", prefix=True), 1),
        (Text("vast graph", quoted=True), 10),
    ],
)
def test_a_field_counts_alone_and_a_beginning_with_all_its_words(leaf: Text, counted: int) -> None:
    paper = Texts(1, " vast graph ", " graph kernel graph grain matrix ", " ann graph ")
    (score,) = bm25(
        [(leaf_count(leaf), 1.0)], [paper], 1_000_000.0
    )  # so much longer are the others that length says nothing
    assert score == pytest.approx(2.2 * counted / (counted + 0.3), rel=1e-3)


def test_a_title_that_is_the_query_goes_before_the_most_relevant_and_a_newer_paper_before_an_older() -> None:
    papers = [
        Texts(4, "vast graph and their kernel", "", ""),
        Texts(3, "vast graph", "", ""),
        Texts(2, "kernel", "", ""),
        Texts(1, "kernel", "", ""),
    ]
    words = (Text("vast"), Text("graph"))
    assert ordered(words, papers, [9.0, 3.0, 1.0, 1.0], ()) == [3, 4, 1, 2]
    assert ordered(words, papers, [9.0, 3.0, 1.0, 1.0], {2}) == [2, 3, 4, 1]
    assert ordered(words, [], [], ()) == []


def test_how_well_a_title_fits() -> None:
    title = "attention is all you need".split()
    assert fitting(title)(title)[0]
    assert fitting(["attention", "all", "you", "need"])(title)[0]
    assert not fitting(["attention", "need"])(title)[0]
    assert not fitting(["attention"])(["attention"])[0]  # one word is settled by the whole title alone
    assert fitting([])(title) == (False, 1.0)
    following, swapped = fitting(["all", "you"])(title)[1], fitting(["you", "all"])(title)[1]
    assert following > swapped > 1.0
