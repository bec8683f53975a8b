"""What somebody probably meant: words that hardly occur, taken for near ones that occur together.

Each doubtful word has several readings. The papers decide: the reading is taken whose words stand together
in some paper, best of all in its title, with the fewest letters changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from db import schema
from db.fulltext import FTS, bm25, expression, matching
from db.neighbours import known, near
from domain.errors import QueryError
from domain.parse import parse
from domain.query import And, Node, Or, Query, Text, both, either
from domain.words import Token, tokens

FEW = 3  # strict results below which a query may have been mistyped
_SHORTEST = 2  # letters of a word that is looked into
_TWICE = 5  # letters from which two edits are likelier than another word
_FAR_RARER = 5  # times
_SHORT_RARER = 100  # likewise, for the shortest
_READINGS = 16  # of one word
_WORDINGS = 24  # of one phrase
_LONGEST = 20  # words of a query
_PARTS = 8  # words of which one may be missing
_PAPERS = 300  # looked at to choose

# What a reading costs, in edits.
_RARE = 0.25  # for each tenfold fewer papers
_FIRST = 0.2  # the first letter is seldom wrong
_MISSING = 3.0  # to lack a word
_LIKELY = 2.0  # what a word may cost that no paper bears out
_DIGITS = 0.7  # to be no plain word
_KNOWN = 0.5  # to leave a word that does occur
_ELSEWHERE = 0.7  # to stand in a paper, but not in its title


@dataclass(frozen=True, slots=True)
class _Reading:
    """A word or phrase as it may have been meant, what that costs, and which typed words it changes to which."""

    leaf: Text
    cost: float
    changed: tuple[tuple[str, str], ...] = ()


def correct(connection: Connection, query: Query) -> tuple[Query, dict[str, str]] | None:
    """The query as it was probably meant, and its words that changed, typed to taken for; None if it stands.

    Only words that are wanted change, numbers and very short words never; filters are no part of the question.
    """
    asked = _words_alone(query.root)
    if asked is None or _count(connection, asked) >= FEW:
        return None
    words = dict.fromkeys(Query(asked).wanted())
    if len(words) > _LONGEST:
        return None
    readings = {leaf: _readings(connection, leaf) for leaf in words}
    if all(len(each) == 1 and not each[0].changed for each in readings.values()):
        return None
    chosen = _chosen(connection, asked, readings)
    changed = dict(pair for reading in chosen.values() for pair in reading.changed)
    if not changed:
        return None
    return Query(_replaced(query.root, {leaf: reading.leaf for leaf, reading in chosen.items()})), changed


def complete(connection: Connection, start: str, *, limit: int = 25) -> list[str]:
    """Words and authors' names that begin so, in the most papers first; none where nothing is typed."""
    found = tokens(start)
    if not found:
        return []
    form = found[-1].form
    words = schema.words.c
    rows = connection.execute(
        select(words.form)
        .where(words.kind.in_(("text", "author")), words.word >= form, words.word < form + "\U0010ffff")
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


def _count(connection: Connection, node: Node) -> int:
    found = select(FTS.c.rowid).where(matching(expression(node) or "")).limit(FEW).subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def _readings(connection: Connection, leaf: Text) -> list[_Reading]:
    found = tokens(leaf.words)
    last = len(found) - 1
    choices = [
        [(token.form, 0.0)] if leaf.prefix and at == last else _spellings(connection, token, leaf)
        for at, token in enumerate(found)
    ]
    wordings = nsmallest(_WORDINGS, product(*choices), key=lambda words: sum(cost for _, cost in words))
    return [_reading(leaf, found, words) for words in wordings]


def _reading(leaf: Text, typed: Sequence[Token], words: Sequence[tuple[str, float]]) -> _Reading:
    text, changed = leaf.words, []
    for token, (form, _) in reversed(list(zip(typed, words, strict=True))):
        if form != token.form:
            changed.append((leaf.words[token.start : token.end], form))
            text = text[: token.start] + form + text[token.end :]
    if not changed:
        return _Reading(leaf, 0.0)
    meant = replace(leaf, words=text)
    return _Reading(
        meant if _reads_back(meant) else replace(meant, quoted=True), sum(cost for _, cost in words), tuple(changed)
    )


def _reads_back(leaf: Text) -> bool:
    try:
        return parse(str(leaf)).root == leaf
    except QueryError:
        return False


def _spellings(connection: Connection, token: Token, leaf: Text) -> list[tuple[str, float]]:
    # As typed, with no cost, where it occurs; and the words it may have been, by cost.
    as_typed = (token.form, 0.0)
    if len(token.form) < _SHORTEST or any(map(str.isdigit, token.form)):
        return [as_typed]
    kinds = ("author",) if leaf.field == "author" else ("text",) if leaf.field else ("text", "author")
    typed = sum(
        held.papers
        for kind in kinds
        for held in known(connection, kind, [token.form if kind == "author" else token.stem]).values()
    )
    if typed and leaf.quoted:
        return [as_typed]
    costs: dict[str, float] = {}
    for kind in kinds:
        for form, cost in _neighbours(connection, kind, token, typed):
            costs[form] = min(cost, costs.get(form, cost))
    costs.pop(token.form, None)
    best = nsmallest(_READINGS, costs.items(), key=lambda item: item[1])
    return [as_typed, *best] if typed or not best else best


def _neighbours(connection: Connection, kind: str, token: Token, typed: int) -> Iterator[tuple[str, float]]:
    far = _FAR_RARER if len(token.form) > _SHORTEST else _SHORT_RARER
    # The stem of a mistyped word may lack a letter that only its right spelling keeps.
    words = {token.form} if kind == "author" else {token.form, token.stem}
    edits: dict[str, int] = {}
    for word in words:
        for other, distance in near(connection, kind, word, 2 if len(word) >= _TWICE and not typed else 1).items():
            edits[other] = min(distance, edits.get(other, distance))
    for other, held in known(connection, kind, edits).items():
        if other not in words and held.papers >= far * typed:
            cost = 1 + edits[other] - _RARE * math.log10(held.papers) + _FIRST * (other[0] != token.form[0])
            yield held.form, max(0.1, cost) + _KNOWN * bool(typed) + _DIGITS * (not other.isalpha())


def _chosen(connection: Connection, asked: Node, readings: Mapping[Text, list[_Reading]]) -> dict[Text, _Reading]:
    # The readings that the best paper takes; for words that no paper bears out, the likeliest.
    best: dict[Text, _Reading] = {}
    least = math.inf
    for title, abstract, authors in _bearing(connection, asked, readings):
        texts = (f" {title} ", f" {abstract} ", f" {authors} ")
        cost, taken = 0.0, {}
        for leaf, meant in readings.items():
            fits = [
                (each.cost + extra, at)
                for at, each in enumerate(meant)
                if (extra := _fit(each.leaf, *texts)) is not None
            ]
            price, at = min(fits, default=(_MISSING, -1))
            cost += price
            if fits:
                taken[leaf] = meant[at]
        if cost < least:
            best, least = taken, cost
    likely = {leaf: meant[0] for leaf, meant in readings.items() if meant[0].changed and meant[0].cost <= _LIKELY}
    return likely | best


def _bearing(
    connection: Connection, asked: Node, readings: Mapping[Text, list[_Reading]]
) -> Sequence[tuple[str, str, str]]:
    # Papers with some reading of each word: some of those with all in the title, where common readings prevail,
    # and the best of the others, where rare ones do. If there are none, papers that lack one word.
    anywhere = _replaced(asked, {leaf: either([each.leaf for each in meant]) for leaf, meant in readings.items()})
    titled = {
        leaf: either([each.leaf if leaf.field else replace(each.leaf, field="title") for each in meant])
        for leaf, meant in readings.items()
    }
    rows = [*_having(connection, _replaced(asked, titled), FTS.c.rowid.desc()), *_having(connection, anywhere, _BEST)]
    if not rows and isinstance(anywhere, And) and 2 < len(anywhere.children) <= _PARTS:
        parts = anywhere.children
        fewer = [And((*parts[:at], *parts[at + 1 :])) for at in range(len(parts))]
        rows = [*_having(connection, Or(tuple(fewer)), _BEST)]
    return rows


_BEST = bm25(20.0, 1.0, 1.0)


def _having(connection: Connection, node: Node, order: ColumnElement[Any]) -> Sequence[tuple[str, str, str]]:
    said = expression(node)
    if said is None:
        return []
    found = select(FTS.c.title, FTS.c.abstract, FTS.c.authors).where(matching(said))
    return connection.execute(found.order_by(order, FTS.c.rowid.desc()).limit(_PAPERS)).all()


def _fit(leaf: Text, title: str, abstract: str, authors: str) -> float | None:
    end = "" if leaf.prefix else " "
    text, name = f" {' '.join(leaf.stems)}{end}", f" {' '.join(leaf.forms)}{end}"
    if leaf.field in {"", "title"} and text in title:
        return 0.0
    if leaf.field in {"", "abstract"} and text in abstract:
        return _ELSEWHERE if not leaf.field else 0.0
    if leaf.field in {"", "author"} and name in authors:
        return _ELSEWHERE if not leaf.field else 0.0
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
