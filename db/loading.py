"""Papers as the store has them: reading them back, by number or by what people call them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Integer, Row, Text, bindparam, column, func, literal_column, select

from db import schema, unite
from domain.errors import NotFoundError, UsageError
from domain.paper import Identifier, Paper, identifier

CHUNK = 400  # values in one IN (...), far below SQLite's limit on variables


_HELD = schema.papers.c
_ASKED = select(func.json_each(bindparam("numbers", type_=Text)).table_valued(column("value", Integer)).c.value)
_PAPERS = select(*(each for each in _HELD if each.name not in {"raw", "title_key", "day"})).where(
    _HELD.number.in_(_ASKED)
)
_NAMED = select(schema.identifiers).where(schema.identifiers.c.paper.in_(_ASKED))
# In the order they came, also where several brought it in one go.
_CARRIED = (
    select(schema.sources.c.paper, schema.sources.c.source)
    .where(schema.sources.c.paper.in_(_ASKED))
    .order_by(schema.sources.c.first_seen, literal_column("paper_sources.rowid", Integer))
)


def load(connection: Connection, numbers: Iterable[int]) -> list[Paper]:
    """The papers of these numbers, in the order asked; numbers that do not exist are left out."""
    wanted = list(dict.fromkeys(numbers))
    asked = {"numbers": json.dumps(wanted)}
    named: dict[int, list[Identifier]] = defaultdict(list)
    for scheme, value, paper in connection.execute(_NAMED, asked):
        named[paper].append(Identifier(scheme, value))
    carried: dict[int, list[str]] = defaultdict(list)
    for paper, source in connection.execute(_CARRIED, asked):
        carried[paper].append(source)
    rows = connection.execute(_PAPERS, asked)
    found = {row.number: _paper(row, named[row.number], carried[row.number]) for row in rows}
    return [found[number] for number in wanted if number in found]


def _paper(row: Row[Any], named: list[Identifier], carried: list[str]) -> Paper:
    return Paper(
        number=row.number,
        title=row.title,
        first_seen=row.first_seen,
        abstract=row.abstract,
        summary=row.summary,
        authors=tuple(row.authors),
        categories=tuple(row.categories),
        identifiers=tuple(sorted(named)),
        sources=tuple(carried),
        published=row.published,
        announced=row.announced,
        page_url=row.page_url,
        pdf_url=row.pdf_url,
        code_url=row.code_url,
        upvotes=row.upvotes,
        comments=row.comments,
        note=row.note,
        archived=row.archived,
    )


def named(connection: Connection, text: str) -> Paper:
    """The paper that a person named: `p123`, an arXiv id, a DOI, or a URL of it.

    Raises UsageError when the text names no paper at all, NotFoundError when the store has none of it.
    """
    text = text.strip()
    number = int(text[1:]) if text[:1] in {"p", "P"} and text[1:].isdecimal() and len(text) < 18 else None
    if number is None:
        known = identifier(text)
        if known is None:
            raise UsageError(
                f"“{text[:60]}” names no paper.", "Write its number (p12), arXiv id, DOI or URL; `search` finds it."
            )
        ids = schema.identifiers.c
        number = connection.execute(
            select(ids.paper).where(ids.scheme == known.scheme, ids.value == known.value)
        ).scalar_one_or_none()
    papers = load(connection, [unite.homes(connection, [number]).get(number, number)]) if number is not None else []
    if not papers:
        raise NotFoundError(f"There is no paper {text[:60]} here.", "`search` finds the ones there are.")
    return papers[0]


def count(connection: Connection) -> int:
    """How many papers there are."""
    return connection.execute(select(func.count()).select_from(schema.papers)).scalar_one()


def chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    """The values, as many at a time as one statement takes."""
    left = iter(values)
    while chunk := list(islice(left, CHUNK)):
        yield chunk
