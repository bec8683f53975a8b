"""A query as SQL: what words ask becomes one full-text expression where it can, the rest conditions on the number.

Everything a person wrote is bound.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select

from db import schema
from db.fulltext import FOUND, FTS, expression, matching
from domain import query as q
from domain.query import both, either, negated

_COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query as a full-text expression that every result matches (None where there is none) and conditions."""

    match: str | None
    conditions: tuple[ColumnElement[bool], ...]

    def numbers(self) -> Select[int]:
        """The numbers of the papers that the query means, in no order."""
        if self.match is None:
            return select(schema.papers.c.number).where(*self.conditions)
        return select(FTS.c.rowid).where(matching(self.match), *self.conditions)


def compiled(node: q.Node, today: date) -> Compiled:
    """Compile an expression as of a day, from which ages are counted."""
    node = _simple(node)
    parts = node.children if isinstance(node, q.And) else (node,)
    match, rest = _split(parts)
    conditions = _Conditions(today, direct=match is None)
    return Compiled(match, tuple(map(conditions.of, rest)))


def _simple(node: q.Node) -> q.Node:
    # An exclusion that the index can express stays whole; any other moves down to what it excludes.
    match node:
        case q.And(children):
            return both([_simple(child) for child in children])
        case q.Or(children):
            return either([_simple(child) for child in children])
        case q.Not(child) if isinstance(child, q.And | q.Or) and not expression(child):
            parts = [_simple(negated(part)) for part in child.children]
            return either(parts) if isinstance(child, q.And) else both(parts)
        case _:
            return node


def _split(parts: Iterable[q.Node]) -> tuple[str | None, list[q.Node]]:
    # What one full-text expression says of all the parts, and the parts it cannot say.
    wanted, unwanted, rest = [], [], []
    for part in parts:
        if expression(part):
            wanted.append(part)
        elif isinstance(part, q.Not) and expression(part.child):
            unwanted.append(part)
        else:
            rest.append(part)
    whole = expression(q.And((*wanted, *unwanted))) if wanted else None
    return (whole, rest) if whole else (None, [*wanted, *unwanted, *rest])


class _Conditions:
    """The conditions of one compilation. `direct`: on the row of papers at hand, not by its number."""

    def __init__(self, today: date, *, direct: bool) -> None:
        self.today = today
        self.direct = direct
        self.number = schema.papers.c.number if direct else FOUND

    def of(self, node: q.Node) -> ColumnElement[bool]:
        if said := expression(node):
            return self.words(said)
        match node:
            case q.And(children):
                both_said, rest = _split(children)
                return and_(*([self.words(both_said)] if both_said else []), *map(self.of, rest))
            case q.Or(children):
                words = [child for child in children if expression(child)]
                any_said = expression(either(words)) if words else None
                rest = [child for child in children if not any_said or child not in words]
                return or_(*([self.words(any_said)] if any_said else []), *map(self.of, rest))
            case q.Not(child):
                return not_(self.of(child))
            case _:
                return self.filter(node)

    def words(self, said: str) -> ColumnElement[bool]:
        return self.number.in_(select(FTS.c.rowid).where(matching(said)))

    def filter(self, node: q.Node) -> ColumnElement[bool]:
        papers, named = schema.papers.c, schema.identifiers.c
        upvotes = func.coalesce(papers.upvotes, 0)
        match node:
            case q.Category(name):
                held, lower = schema.categories.c, name.lower()
                below = and_(held.category > f"{lower}.", held.category < f"{lower}/")  # a slash follows the point
                return self.number.in_(select(held.paper).where(or_(held.category == lower, below)))
            case q.FromSource(name):
                carried = schema.sources.c
                return self.number.in_(select(carried.paper).where(func.lower(carried.source) == name.lower()))
            case q.Is(int(number)):
                return self.number == number
            case q.Is(paper) if not isinstance(paper, int):
                return self.number.in_(
                    select(named.paper).where(named.scheme == paper.scheme, named.value == paper.value)
                )
            case q.Dated(bound):
                day = node.day(self.today)
                return self.held(papers.day >= day if bound == "since" else papers.day < day)
            case q.Upvotes(sign, count):
                return self.held(_COMPARE[sign](upvotes, count))
            case q.Trending():
                since = self.today - timedelta(days=q.TRENDING_DAYS)
                return self.held(and_(papers.day >= since, upvotes >= q.TRENDING_UPVOTES))
            case _:
                return false()

    def held(self, condition: ColumnElement[bool]) -> ColumnElement[bool]:
        # A list of numbers from the column's own index costs less than reading each paper's row.
        return condition if self.direct else self.number.in_(select(schema.papers.c.number).where(condition))
