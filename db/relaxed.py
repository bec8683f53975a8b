"""The best partial matches of a plain question: papers that have many of its telling words, close together.

Only bare words are relaxed; phrases, fields, groups, filters and exclusions stay as they were asked. The index
finds candidates by the rarest words; these are then weighed in full: by BM25 over title, abstract and authors
(Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009), with relatives of the words (pruned for
pruning) counting a part, and by pairs of words that stand together as they do in the question.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, select

from db import schema
from db.compile import compiled
from db.frequency import sizes
from db.gather import having, texts
from db.neighbours import known
from db.places import NUMBER, number
from db.roots import root
from db.weigh import bm25, stem_count
from domain.query import And, Node, Query, Text, both

FEWEST = 3  # words of a question
_FEWEST_HAD = 2  # of them, by a paper worth showing
MOST = 50  # partial matches worth showing
_POSTINGS = 20_000  # of all words that candidates are found by
_RAREST = 3  # words that candidates are found by in any case
_LOOKED_AT = 1_000  # papers, of which the best by their words alone are candidates
_CANDIDATES = 200
_RELATIVES = 6  # of one word
_COMMON = 0.2  # of all papers: a word in more says too little for its relatives to be looked up

# Tuned on one half of the known-item queries and checked on the other; see docs/benchmarks.md.
_SATURATION = 1.5
_RELATIVE = 0.5  # what a relative counts of the word itself
_PAIR = 0.5  # what a pair counts of its words' weights
_APART = 3  # words from the first of a pair to the second


class _Column(NamedTuple):
    weight: float  # of a word here, where one in the abstract weighs 1
    length: float  # from 0 to 1: how much a longer text makes its words count less
    pairs: float  # the weight of a pair of words


_COLUMNS = (_Column(3, 0.6, 2), _Column(1, 0.75, 1), _Column(3, 0, 0))  # title, abstract, authors
_Texts = tuple[list[str], list[str], list[str]]


class _Question(Struct, frozen=True):
    """What is asked: which words of the index a word is, in how many papers, and how telling, alone and in pairs."""

    found_by: Mapping[str, Sequence[str]]
    papers: Mapping[str, int]
    stands_for: Mapping[str, tuple[str, float]]
    telling: Mapping[str, float]
    pairs: Mapping[tuple[str, str], float]


def relaxed(connection: Connection, query: Query, today: date) -> list[int]:
    """The numbers of the best partial matches, the best first; none where the query is no plain question."""
    children = query.root.children if isinstance(query.root, And) else (query.root,)
    bare = [child for child in children if isinstance(child, Text) and _bare(child)]
    words = [stem for leaf in bare for stem in leaf.stems]
    if len(set(words)) < FEWEST:
        return []
    question = _question(connection, words)
    found = _candidates(connection, question, [child for child in children if child not in bare], today)
    if not found:
        return []
    lengths = [sum(len(texts[at]) for texts in found.values()) / len(found) or 1 for at in range(len(_COLUMNS))]
    scores = {number: _score(question, texts, lengths) for number, texts in found.items()}
    return sorted(filter(scores.get, scores), key=lambda number: (-scores[number], -number))[:MOST]


def _bare(leaf: Text) -> bool:
    return not (leaf.field or leaf.quoted or leaf.prefix)


def _question(connection: Connection, words: Sequence[str]) -> _Question:
    everything = sizes(connection).papers
    asked = dict.fromkeys(words)
    papers = {word: held.papers for word, held in known(connection, "text", asked).items()}
    found_by: dict[str, Sequence[str]] = {word: [word] for word in papers}
    stands_for = {word: (word, 1.0) for word in asked}
    for word in asked:
        relatives = _relatives(connection, word) if papers.get(word, 0) < everything * _COMMON else {}
        if word not in papers and relatives:
            papers[word], found_by[word] = sum(relatives.values()), list(relatives)
        for relative in relatives:
            stands_for.setdefault(relative, (word, _RELATIVE))
    telling = {word: math.log(1 + max(0.5, everything - many + 0.5) / (many + 0.5)) for word, many in papers.items()}
    pairs: dict[tuple[str, str], float] = defaultdict(float)
    for at, first in enumerate(words):
        for apart, second in enumerate(words[at + 1 : at + _APART], 1):
            worth = (telling.get(first, 0) + telling.get(second, 0)) / 2 / apart
            pairs[first, second] = max(pairs[first, second], worth)
    return _Question(found_by, papers, stands_for, telling, pairs)


def _relatives(connection: Connection, word: str) -> dict[str, int]:
    # The most frequent words of its root. A root begins all its words.
    start, held = root(word), schema.words.c
    rows = connection.execute(
        select(held.word, held.papers)
        .where(held.kind == "text", held.word >= start, held.word < start + "\U0010ffff", held.papers > 1)
        .order_by(held.papers.desc())
    )
    return dict(
        islice(((row.word, row.papers) for row in rows if row.word != word and root(row.word) == start), _RELATIVES)
    )


def _candidates(connection: Connection, question: _Question, binding: Sequence[Node], today: date) -> dict[int, _Texts]:
    read, rarest = 0, list[str]()
    for word in sorted(question.papers, key=lambda word: question.papers[word]):
        read += question.papers[word]
        if len(rarest) >= _RAREST and read > _POSTINGS:
            break
        rarest.append(word)
    narrowed = [NUMBER.in_(compiled(both(list(binding)), today).numbers())] if binding else []
    groups = [(question.found_by[word], question.telling[word]) for word in rarest]
    found = texts(connection, having(connection, groups, narrowed, _LOOKED_AT, _POSTINGS))
    title, _, authors = (column.weight for column in _COLUMNS)
    words = [
        (stem_count(each, title, authors), question.telling[word])
        for word in rarest
        for each in question.found_by[word]
    ]
    scores = bm25(words, found, sizes(connection).usual)
    best = sorted(zip(scores, found, strict=True), key=lambda scored: (-scored[0], scored[1].place))[:_CANDIDATES]
    return {number(each.place): (each.title.split(), each.abstract.split(), each.authors.split()) for _, each in best}


def _score(question: _Question, texts: _Texts, lengths: Sequence[float]) -> float:
    frequency: dict[str, float] = defaultdict(float)
    together: dict[tuple[str, str], float] = defaultdict(float)
    stands_for = question.stands_for
    for column, text, usual in zip(_COLUMNS, texts, lengths, strict=True):
        weight = column.weight / (1 - column.length + column.length * len(text) / usual)
        present = [(at, *stands_for[word]) for at, word in enumerate(text) if word in stands_for]
        for _, word, part in present:
            frequency[word] += weight * part
        if not column.pairs:
            continue
        for order, (at, first, part) in enumerate(present):
            for later, second, other in present[order + 1 : order + 1 + _APART]:
                if later - at > _APART:
                    break
                if (first, second) in question.pairs:
                    together[first, second] += column.pairs * part * other / (later - at)
    if len(frequency) < _FEWEST_HAD:
        return 0.0
    score = sum(
        question.telling.get(word, 0) * many * (_SATURATION + 1) / (many + _SATURATION)
        for word, many in frequency.items()
    )
    return score + _PAIR * sum(question.pairs[pair] * 2 * many / (many + 1) for pair, many in together.items())
