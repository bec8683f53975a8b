"""What somebody probably meant: words that hardly occur, taken for near ones that occur together.

The papers decide between the readings of the words: those are taken that stand together in some paper, best of
all in its title, with the fewest letters changed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from db import schema
from db.fulltext import FTS, bm25, expression, matching
from db.readings import NOTHING_HAS_ALL, SOMETHING_HAS_ALL, Doubt, Reading, readings
from domain.query import And, Node, Or, Query, Text, both, either
from domain.words import tokens

FEW = 3  # strict results below which a query may have been mistyped
_MOST = 20  # words of a query
_SEVERAL = 2  # words that a paper may have all by mistake
_PARTS = 8  # words of a query that papers can be expected to have all, or all but one
_PAPERS = 300  # looked at to choose

# What it costs, in edits.
_ELSEWHERE = 0.7  # to stand in a paper, but not in its title
_MISSING = 3.0  # to lack a word
_LIKELY = 2.0  # at most, for a word that no paper bears out

_Bearing = Sequence[tuple[str, str, str]]
_Readings = Mapping[Text, Sequence[Reading]]
_BEST = bm25(20.0, 1.0, 1.0)


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
    for title, abstract, authors in _bearing(connection, asked, meant):
        texts = (f" {title} ", f" {abstract} ", f" {authors} ")
        cost, taken = 0.0, {}
        for leaf, each in meant.items():
            fits = [
                (reading.cost + extra, at)
                for at, reading in enumerate(each)
                if (extra := _fit(reading.leaf, *texts)) is not None
            ]
            price, at = min(fits, default=(_MISSING, -1))
            cost += price
            if fits:
                taken[leaf] = each[at]
        if cost < least:
            best, least = taken, cost
    likely = {leaf: each[0] for leaf, each in meant.items() if each[0].changed and each[0].cost <= _LIKELY}
    return likely | best


def _bearing(connection: Connection, asked: Node, meant: _Readings) -> _Bearing:
    # Papers with some reading of each word: some of those with all in the title, where common readings prevail,
    # and the best of the others, where rare ones do. If there are none, papers that lack one word.
    anywhere = _replaced(asked, {leaf: either([reading.leaf for reading in each]) for leaf, each in meant.items()})
    titled = _replaced(
        asked,
        {
            leaf: either([replace(reading.leaf, field=leaf.field or "title") for reading in each])
            for leaf, each in meant.items()
        },
    )
    rows = [*_having(connection, titled, FTS.c.rowid.desc()), *_having(connection, anywhere, _BEST)]
    if not rows and isinstance(anywhere, And) and 2 < len(anywhere.children) <= _PARTS:
        parts = anywhere.children
        fewer = [And((*parts[:at], *parts[at + 1 :])) for at in range(len(parts))]
        rows = [*_having(connection, Or(tuple(fewer)), _BEST)]
    return rows


def _having(connection: Connection, node: Node, order: ColumnElement[Any]) -> _Bearing:
    said = expression(node)
    if said is None:
        return []
    found = select(FTS.c.title, FTS.c.abstract, FTS.c.authors).where(matching(said))
    return connection.execute(found.order_by(order, FTS.c.rowid.desc()).limit(_PAPERS)).all()


def _fit(leaf: Text, title: str, abstract: str, authors: str) -> float | None:
    # What it costs that the paper has the word or phrase where it has it; None where it has not.
    end = "" if leaf.prefix else " "
    text, name = f" {' '.join(leaf.stems)}{end}", f" {' '.join(leaf.forms)}{end}"
    if leaf.field in {"", "title"} and text in title:
        return 0.0
    if (leaf.field in {"", "abstract"} and text in abstract) or (leaf.field in {"", "author"} and name in authors):
        return 0.0 if leaf.field else _ELSEWHERE
    return None


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
