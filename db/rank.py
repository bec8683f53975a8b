"""In which order strict results come: relevance with the title heaviest, a title that is the query first.

The best by FTS5's bm25 are looked at once more by their titles; always as many, so that the order does not
depend on the page asked for, and no page repeats or skips.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select

from db import schema
from db.compile import Compiled
from db.fulltext import FTS, bm25, expression, matching
from domain.query import Query, either
from domain.query import Text as Words

TITLE, ABSTRACT, AUTHORS = 10.0, 1.0, 3.0
_HEAD = 200  # papers whose titles are looked at
_STEPS = 50  # of relevance below the best: within one, the newer paper comes first
_NEAR = 0.8  # of 1: how far query and title are the same words for the title to be the query
_ORDERED = 0.8  # what words next to each other in the title add, as in the query
_COVERED = 0.8  # what a title adds that is made of the query's words alone


def total(connection: Connection, compiled: Compiled) -> int:
    """How many papers there are."""
    found = compiled.numbers().subquery()
    return connection.execute(select(func.count()).select_from(found)).scalar_one()


def newest(connection: Connection, compiled: Compiled, limit: int = -1, offset: int = 0) -> list[int]:
    """The papers' numbers, newest first."""
    papers = schema.papers.c
    found = compiled.numbers()
    if compiled.match is not None:
        found = found.join(schema.papers, papers.number == FTS.c.rowid)
    return list(
        connection.execute(
            found.order_by(papers.day.desc(), papers.number.desc()).limit(limit).offset(offset)
        ).scalars()
    )


def ranked(connection: Connection, query: Query, compiled: Compiled, limit: int, offset: int = 0) -> list[int]:
    """A page of the papers' numbers, the most relevant first; without any word, the newest."""
    words = query.wanted()
    if not words:
        return newest(connection, compiled, limit, offset)
    head = _head(connection, words, compiled)
    page = head[offset : offset + limit]
    if len(head) < _HEAD or len(page) == limit:
        return page
    # What the titles brought forward stands in the rest of the order too.
    order = [row[0] for row in connection.execute(_scored(words, compiled, offset + limit + len(head)))]
    known = set(head)
    rest = [number for number in order if number not in known]
    return page + rest[max(0, offset - len(head)) : offset + limit - len(head)]


def _scored(words: Sequence[Words], compiled: Compiled, limit: int) -> Select[int, float]:
    if compiled.match is not None:
        score = bm25(TITLE, ABSTRACT, AUTHORS)
        found = select(FTS.c.rowid, score.label("score")).where(matching(compiled.match), *compiled.conditions)
        return found.order_by(score, FTS.c.rowid.desc()).limit(limit)
    # Some results need not have any of the words: they come last.
    said = expression(either(list(words))) or ""
    scores = select(FTS.c.rowid, bm25(TITLE, ABSTRACT, AUTHORS).label("score")).where(matching(said)).subquery()
    number = schema.papers.c.number
    value: ColumnElement[float] = func.coalesce(scores.c.score, literal(0.0))
    return (
        select(number, value)
        .outerjoin(scores, scores.c.rowid == number)
        .where(*compiled.conditions)
        .order_by(value, number.desc())
        .limit(limit)
    )


def _head(connection: Connection, words: Sequence[Words], compiled: Compiled) -> list[int]:
    scores = dict(connection.execute(_scored(words, compiled, _HEAD)).all())
    if not scores:
        return []
    same = _titled(connection, words, compiled)
    best = -min(scores.values()) or 1.0
    scores |= {number: scores.get(number, 0.0) for number in same}
    papers = schema.papers.c
    days = dict(connection.execute(select(papers.number, papers.day).where(papers.number.in_(scores))).all())
    titles = connection.execute(select(FTS.c.rowid, FTS.c.title).where(FTS.c.rowid.in_(scores)))
    asked = [stem for leaf in words if leaf.field in {"", "title"} for stem in leaf.stems]
    order = {}
    for number, title in titles:
        first, factor = title_fit(asked, title.split())
        relevance = round(_STEPS * factor * -scores[number] / best)
        order[number] = (number in same, first, relevance, days[number], number)
    return sorted(order, key=lambda number: order[number], reverse=True)


def _titled(connection: Connection, words: Sequence[Words], compiled: Compiled) -> set[int]:
    # A short title of common words need not be among the best by bm25.
    key = "".join(form for leaf in words if leaf.field in {"", "title"} for form in leaf.forms)
    papers = schema.papers.c
    named = list(connection.execute(select(papers.number).where(papers.title_key == key).limit(_HEAD)).scalars())
    if not named or not key:
        return set()
    column = papers.number if compiled.match is None else FTS.c.rowid
    return set(connection.execute(compiled.numbers().where(column.in_(named))).scalars())


def title_fit(asked: Sequence[str], title: Sequence[str]) -> tuple[bool, float]:
    """Whether a title is, or nearly is, the words asked for, and how much better a paper is for it (1 or more)."""
    if not asked or not title:
        return False, 1.0
    wanted, held = Counter(asked), Counter(title)
    common = (wanted & held).total()
    near = len(asked) > 1 and 2 * common >= _NEAR * (len(asked) + len(title))
    pairs = set(pairwise(title))
    ordered = sum(pair in pairs for pair in pairwise(asked)) / max(1, len(asked) - 1)
    return near, 1.0 + _ORDERED * ordered + _COVERED * common / len(title) * common / len(asked)
