"""Searching the store: what a query means exactly, then, where that is little, what was probably meant."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from sqlalchemy import Connection

from db import loading, suggest
from db.rank import Matches, everything
from db.relaxed import relaxed
from domain.paper import Paper
from domain.query import Query

correct = suggest.correct
complete = suggest.complete


class Hit(Struct, frozen=True):
    """A paper that a search found, and how: `strict`, `corrected` or `relaxed`."""

    paper: Paper
    via: str


class Found(Struct, frozen=True):
    """A page of what a search found. `total` counts all strict results, and only them; at least, if there are `more`.

    `corrected` is the query that was tried instead, where there is one; `corrections` says which typed words
    were taken for which.
    """

    query: Query
    total: int
    more: bool
    hits: tuple[Hit, ...]
    corrected: Query | None
    corrections: dict[str, str]


def strict(connection: Connection, query: Query, today: date) -> list[int]:
    """The numbers of all papers that the query means as of a day, newest first: what a subscription delivers."""
    return everything(connection, query, today)


def search(connection: Connection, query: Query, today: date, *, limit: int = 10, offset: int = 0) -> Found:
    """A page of results as of a day, from which ages are counted: the strict ones first, the best of them on top."""
    exact = Matches(connection, query, today)
    total, more = exact.total, exact.more
    if total >= suggest.FEW or not query.wanted():
        numbers = exact.best(limit, offset)
        return Found(query, total, more, _hits(connection, [(number, "strict") for number in numbers]), None, {})
    found = [(number, "strict") for number in exact.best(suggest.FEW)]
    corrected, corrections = suggest.correct(connection, query) or (None, {})
    if corrected:
        meant = Matches(connection, corrected, today).best(offset + limit + len(found))
        known = {number for number, _ in found}
        found += [(number, "corrected") for number in meant if number not in known]
    if len(found) < suggest.FEW:
        known = {number for number, _ in found}
        partial = relaxed(connection, corrected or query, today)
        found += [(number, "relaxed") for number in partial if number not in known]
    return Found(query, total, more, _hits(connection, found[offset : offset + limit]), corrected, corrections)


def _hits(connection: Connection, found: list[tuple[int, str]]) -> tuple[Hit, ...]:
    via = dict(found)
    return tuple(Hit(paper, via[paper.number]) for paper in loading.load(connection, via))
