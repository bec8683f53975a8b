"""What somebody probably meant: words that hardly occur, taken for near ones that occur together.

The papers decide between the readings of the words: those are taken that stand together in some paper, best of
all in its title, with the fewest letters changed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection, func, select

from db import marks, schema
from db.fulltext import FTS, expression, matching
from db.gather import places, texts
from db.readings import NOTHING_HAS_ALL, SOMETHING_HAS_ALL, Doubt, Reading, readings
from db.weigh import Texts
from domain.query import And, Node, Or, Query, Text, both, either
from domain.words import tokens

FEW = 3  # strict results below which a query may have been mistyped
_MOST = 20  # words of a query
_SEVERAL = 2  # words that a paper may have all by mistake
_PARTS = 8  # words of a query that papers can be expected to have all, or all but one
_PAPERS = 300  # with all in the title, and others, looked at to choose

# What it costs, in edits.
_ELSEWHERE = 0.7  # to stand in a paper, but not in its title
_MISSING = 3.0  # to lack a word
_LIKELY = 2.0  # at most, for a word that no paper bears out

_Readings = Mapping[Text, Sequence[Reading]]


def correct(connection: Connection, query: Query) -> tuple[Query, dict[str, str]] | None:
    """The query as it was probably meant, and its words that changed, typed to taken for; None if it stands.

    Only words that are wanted change; filters are no part of the question.
    """
    asked = _words_alone(query.root)
    words = dict.fromkeys(Query(asked).wanted()) if asked is not None else {}
    if asked is None or len(words) > _MOST:
        return None
    found = readings(connection, words, _doubt(connection, asked, len(words)))
    if not any(reading.changed for each in found.values() for reading in each):
        return None
    chosen = _chosen(connection, asked, found)
    changed = dict(pair for reading in chosen.values() for pair in reading.changed)
    if not changed:
        return None
    return Query(_replaced(query.root, {leaf: reading.leaf for leaf, reading in chosen.items()})), changed


def complete(
    connection: Connection, start: str, *, limit: int = 25, kinds: Sequence[str] = ("text", "author")
) -> list[str]:
    """Words (`text`) and authors' names that begin so, in the most papers first; none where nothing is typed."""
    found = tokens(start)
    if not found:
        return []
    form, words = found[-1].form, schema.words.c
    rows = connection.execute(
        select(words.form)
        .where(words.kind.in_(kinds), words.word >= form, words.word < form + "\U0010ffff")
        .group_by(words.form)
        .order_by(func.max(words.papers).desc(), words.form)
        .limit(limit)
    )
    return list(rows.scalars())


def _words_alone(node: Node) -> Node | None:
    match node:
        case And(children) | Or(children):
            parts = [part for child in children if (part := _words_alone(child)) is not None]
            if not parts:
                return None
            return both(parts) if isinstance(node, And) else either(parts)
        case Text():
            return node
        case _:
            return None


def _doubt(connection: Connection, asked: Node, words: int) -> Doubt | None:
    # A paper that has every one of several words is what was meant.
    said = expression(asked)
    if said is not None and connection.execute(select(FTS.c.rowid).where(matching(said)).limit(1)).all():
        return SOMETHING_HAS_ALL if words <= _SEVERAL else None
    return NOTHING_HAS_ALL if words <= _PARTS else None


def _chosen(connection: Connection, asked: Node, meant: _Readings) -> dict[Text, Reading]:
    # The readings that the best paper takes; for words that no paper bears out, the likeliest.
    best: dict[Text, Reading] = {}
    least = math.inf
    fits = {leaf: [(reading, _fitting(reading.leaf)) for reading in each] for leaf, each in meant.items()}
    for found in _bearing(connection, asked, meant):
        paper = _Paper(found)
        cost, taken = 0.0, {}
        for leaf, each in fits.items():
            price = math.inf
            for reading, fit in each:
                if reading.cost < price and (extra := fit(paper)) is not None and reading.cost + extra < price:
                    price, taken[leaf] = reading.cost + extra, reading
            cost += price if leaf in taken else _MISSING
        if cost < least:
            best, least = taken, cost
    likely = {leaf: each[0] for leaf, each in meant.items() if each[0].changed and each[0].cost <= _LIKELY}
    return likely | best


def _bearing(connection: Connection, asked: Node, meant: _Readings) -> list[Texts]:
    # Papers with some reading of each word, the newest of them: first those with all in the title. If there are none,
    # papers that lack one word.
    anywhere = _replaced(asked, {leaf: either([reading.leaf for reading in each]) for leaf, each in meant.items()})
    said = expression(anywhere)
    if said is None:
        return []
    in_title: dict[Node, str] = {
        leaf: " OR ".join(f"({_titled(reading.leaf)})" for reading in each) for leaf, each in meant.items()
    }
    titled = _said(asked, in_title)
    found = _having(connection, titled, said)
    if not found and isinstance(anywhere, And) and 2 < len(anywhere.children) <= _PARTS:
        parts = anywhere.children
        fewer = [And((*parts[:at], *parts[at + 1 :])) for at in range(len(parts))]
        found = _having(connection, expression(Or(tuple(fewer))) or said)
    read = {each.place: each for each in texts(connection, found)}
    return [read[at] for at in found if at in read]


def _said(node: Node, words: Mapping[Node, str]) -> str:
    if not isinstance(node, And | Or):
        return words[node]
    sign = " OR " if isinstance(node, Or) else " AND "
    return sign.join(f"({_said(child, words)})" for child in node.children)


def _titled(leaf: Text) -> str:
    # The expression of papers that have the word, or all of the phrase, in the title.
    if leaf.field in {"abstract", "author"}:
        return expression(leaf) or ""
    *words, last = map(marks.titled_with, leaf.stems)
    return " AND ".join([*(f'"{word}"' for word in words), f'"{last}"{" *" if leaf.prefix else ""}'])


def _having(connection: Connection, *said: str) -> list[int]:
    found = [select(FTS.c.rowid).where(matching(each)).order_by(FTS.c.rowid).limit(_PAPERS) for each in said]
    return list(dict.fromkeys(chain.from_iterable(places(connection, *found))))


class _Paper:
    """A paper's texts, and their words."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts[1:]
        self.words = tuple(frozenset(text.split()) for text in (texts.title, texts.abstract, texts.authors))


def _fitting(leaf: Text) -> Callable[[_Paper], float | None]:
    # What it costs that a paper has the word or phrase where it has it; None where it has not.
    end = "" if leaf.prefix else " "
    said, name = f" {' '.join(leaf.stems)}{end}", f" {' '.join(leaf.forms)}{end}"
    alone = len(leaf.stems) == 1 and not leaf.prefix
    titled, abstract, author = (leaf.field in {"", column} for column in ("title", "abstract", "author"))
    elsewhere = 0.0 if leaf.field else _ELSEWHERE

    def fit(paper: _Paper) -> float | None:
        within: Sequence[Container[str]] = paper.words if alone else paper.texts
        text, form = (said.strip(), name.strip()) if alone else (said, name)
        if titled and text in within[0]:
            return 0.0
        return elsewhere if (abstract and text in within[1]) or (author and form in within[2]) else None

    return fit


def _replaced(node: Node, meant: Mapping[Text, Node]) -> Node:
    match node:
        case And(children):
            return both([_replaced(child, meant) for child in children])
        case Or(children):
            return either([_replaced(child, meant) for child in children])
        case Text():
            return meant.get(node, node)
        case _:
            return node
