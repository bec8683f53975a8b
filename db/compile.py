"""A query as SQL: what the index can answer becomes one full-text expression, the rest conditions on its rows.

Everything a person wrote is bound.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, false, not_, or_, select

from db import schema
from db.fulltext import FTS, Saying, expression, matching
from db.places import NUMBER, before
from domain import query as q
from domain.query import both, either, negated

_COMPARE = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "=": operator.eq}


class Compiled(Struct, frozen=True):
    """A query as a full-text expression that every result matches (None where there is none) and conditions.

    Where there is an expression, the conditions are on rows of the index, else on papers.
    """

    match: str | None
    conditions: tuple[ColumnElement[bool], ...]

    def numbers(self) -> Select[int]:
        """The numbers of the papers that the query means, in no order."""
        if self.match is None:
            return select(schema.papers.c.number).where(*self.conditions)
        return select(NUMBER).select_from(FTS).where(matching(self.match), *self.conditions)


def compiled(node: q.Node, today: date, say: Saying | None = None) -> Compiled:
    """Compile an expression as of a day, from which ages are counted.

    `say` gives the index's expression of words, where that is not to be what they mean.
    """
    node = _simple(node)
    parts = node.children if isinstance(node, q.And) else (node,)
    match, rest = _split(parts, say)
    conditions = _Conditions(today, say, direct=match is None)
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


def _split(parts: Iterable[q.Node], say: Saying | None) -> tuple[str | None, list[q.Node]]:
    # What one full-text expression says of all the parts, and the parts it cannot say.
    wanted, unwanted, rest = [], [], []
    for part in parts:
        if expression(part):
            wanted.append(part)
        elif isinstance(part, q.Not) and expression(part.child):
            unwanted.append(part)
        else:
            rest.append(part)
    whole = expression(q.And((*wanted, *unwanted)), say) if wanted else None
    return (whole, rest) if whole else (None, [*wanted, *unwanted, *rest])


class _Conditions:
    """The conditions of one compilation. `direct`: on the row of papers at hand, not on one of the index."""

    def __init__(self, today: date, say: Saying | None, *, direct: bool) -> None:
        self.today = today
        self.say = say
        self.direct = direct
        self.number = schema.papers.c.number if direct else NUMBER

    def of(self, node: q.Node) -> ColumnElement[bool]:
        if said := expression(node, self.say):
            return self.words(said)
        match node:
            case q.And(children):
                both_said, rest = _split(children, self.say)
                return and_(*([self.words(both_said)] if both_said else []), *map(self.of, rest))
            case q.Or(children):
                words = [child for child in children if expression(child)]
                any_said = expression(either(words), self.say) if words else None
                rest = [child for child in children if not any_said or child not in words]
                return or_(*([self.words(any_said)] if any_said else []), *map(self.of, rest))
            case q.Not(child):
                return not_(self.of(child))
            case _:
                return self.filter(node)

    def words(self, said: str) -> ColumnElement[bool]:
        return self.number.in_(select(NUMBER).select_from(FTS).where(matching(said)))

    def filter(self, node: q.Node) -> ColumnElement[bool]:
        named = schema.identifiers.c
        match node:
            case q.Is(int(number)):
                return self.number == number
            case q.Is(paper) if not isinstance(paper, int):
                return self.number.in_(
                    select(named.paper).where(named.scheme == paper.scheme, named.value == paper.value)
                )
            case q.Dated(bound):
                return self.dated(bound, node.day(self.today))
            case q.Upvotes(sign, count):
                return self.upvoted(sign, count)
            case q.Trending():
                since = self.today - timedelta(days=q.TRENDING_DAYS)
                return and_(self.dated("since", since), self.upvoted(">=", q.TRENDING_UPVOTES))
            case _:
                return false()

    def dated(self, bound: str, day: date) -> ColumnElement[bool]:
        if self.direct:
            return schema.papers.c.day >= day if bound == "since" else schema.papers.c.day < day
        return FTS.c.rowid < before(day) if bound == "since" else FTS.c.rowid >= before(day)

    def upvoted(self, sign: str, count: int) -> ColumnElement[bool]:
        # Few papers have upvotes, and those without count as 0: the list of the few is the quick one either way.
        meets, votes, voted = _COMPARE[sign], schema.papers.c.upvotes, select(schema.papers.c.number)
        if meets(0, count):
            return self.number.not_in(voted.where(votes.is_not(None), not_(meets(votes, count))))
        return self.number.in_(voted.where(meets(votes, count)))
