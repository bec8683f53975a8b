"""Papers in the store: saving what sources bring as the papers they are, and reading them back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, tuple_, update

from db import schema
from db.vocabulary import Changes
from domain.errors import NotFoundError, UsageError
from domain.identity import conflicting, merged, same_work, title_key
from domain.paper import Identifier, Paper, Record, identifier

_CHUNK = 400  # values in one IN (...), far below SQLite's limit on variables


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a record: which paper it is, whether the store had none of it, whether it added anything."""

    paper: int
    new: bool
    changed: bool


def save(connection: Connection, records: Sequence[Record], now: datetime, *, archive: bool = False) -> list[Saved]:
    """Save records as papers, in one go: a few hundred at a time keep the transaction short.

    A record that is a known paper (also one earlier in `records`) adds to it. With `archive`, new papers are
    never announced.
    """
    batch = _Batch(connection, records)
    saved = [batch.take(record, now, archive=archive) for record in records]
    batch.write(now)
    return saved


@dataclass(slots=True)
class _Batch:
    connection: Connection
    records: Sequence[Record]
    papers: dict[int, Paper] = field(default_factory=dict)
    before: dict[int, Paper] = field(default_factory=dict)
    by_identifier: dict[Identifier, int] = field(default_factory=dict)
    by_title: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    raw: dict[int, dict[str, str]] = field(default_factory=dict)
    places: dict[tuple[int, str], str] = field(default_factory=dict)
    next_number: int = 0

    def __post_init__(self) -> None:
        named = {i for record in self.records for i in record.identifiers}
        keys = {title_key(record.title) for record in self.records}
        ids = schema.identifiers.c
        for chunk in _chunks(named):
            rows = self.connection.execute(
                select(ids.scheme, ids.value, ids.paper).where(
                    tuple_(ids.scheme, ids.value).in_([(i.scheme, i.value) for i in chunk])
                )
            )
            self.by_identifier |= {Identifier(row.scheme, row.value): row.paper for row in rows}
        papers = schema.papers.c
        for keys_chunk in _chunks(keys):
            for row in self.connection.execute(
                select(papers.number, papers.title_key).where(papers.title_key.in_(keys_chunk)).order_by(papers.number)
            ):
                self.by_title[row.title_key].append(row.number)
        known = {*self.by_identifier.values(), *(number for numbers in self.by_title.values() for number in numbers)}
        self.papers = {paper.number: paper for paper in load(self.connection, known)}
        self.before = dict(self.papers)
        self.next_number = 1 + self.connection.execute(select(func.coalesce(func.max(papers.number), 0))).scalar_one()

    def take(self, record: Record, now: datetime, *, archive: bool) -> Saved:
        number = self.find(record)
        if number is None:
            paper = self.create(record, now, archive=archive)
            return Saved(paper.number, new=True, changed=True)
        paper = self.papers[number]
        result = merged(paper, self.unclaimed(record, number), archive=archive)
        self.remember(result, record)
        return Saved(number, new=False, changed=result != paper)

    def find(self, record: Record) -> int | None:
        for named in record.identifiers:
            number = self.by_identifier.get(named)
            if number is not None and not conflicting(self.papers[number].identifiers, record.identifiers):
                return number
        same = (n for n in self.by_title.get(title_key(record.title), ()) if same_work(self.papers[n], record))
        return next(same, None)

    def unclaimed(self, record: Record, number: int | None) -> Record:
        # An identifier belongs to one paper: the first that had it.
        mine = tuple(i for i in record.identifiers if self.by_identifier.get(i, number) == number)
        if mine == record.identifiers:
            return record
        return Record(**{name: getattr(record, name) for name in Record.__slots__} | {"identifiers": mine})

    def create(self, record: Record, now: datetime, *, archive: bool) -> Paper:
        blank = Paper(self.next_number, record.title, first_seen=now, archived=archive)
        self.next_number += 1
        paper = merged(blank, self.unclaimed(record, None), archive=True)
        self.remember(paper, record)
        return paper

    def remember(self, paper: Paper, record: Record) -> None:
        self.papers[paper.number] = paper
        for named in paper.identifiers:
            self.by_identifier.setdefault(named, paper.number)
        if paper.number not in (under := self.by_title[title_key(paper.title)]):
            under.append(paper.number)
        if record.raw:
            self.raw.setdefault(paper.number, record.raw)
        self.places.setdefault((paper.number, record.source), record.where)

    def write(self, now: datetime) -> None:
        new = [paper for number, paper in self.papers.items() if number not in self.before]
        changed = [paper for number, paper in self.papers.items() if self.before.get(number, paper) != paper]
        words = Changes()
        if new:
            self.connection.execute(
                insert(schema.papers), [{**_row(p), "number": p.number, "raw": self.raw.get(p.number, {})} for p in new]
            )
        for paper in changed:
            raw = {"raw": self.raw[paper.number]} if paper.number in self.raw else {}
            self.connection.execute(
                update(schema.papers).where(schema.papers.c.number == paper.number).values(**_row(paper), **raw)
            )
            self.connection.execute(delete(schema.categories).where(schema.categories.c.paper == paper.number))
        for paper in (*new, *changed):
            words.replace(self.before.get(paper.number), paper)
        self.write_parts([*new, *changed], now)
        words.write(self.connection)

    def write_parts(self, papers: list[Paper], now: datetime) -> None:
        self.many(
            insert(schema.identifiers).prefix_with("OR IGNORE"),
            [{"scheme": i.scheme, "value": i.value, "paper": p.number} for p in papers for i in p.identifiers],
        )
        self.many(
            insert(schema.categories),
            [{"category": c, "paper": p.number} for p in papers for c in dict.fromkeys(map(str.lower, p.categories))],
        )
        self.many(
            insert(schema.sources).prefix_with("OR IGNORE"),
            [
                {"paper": number, "source": source, "first_seen": now, "place": place}
                for (number, source), place in self.places.items()
            ],
        )

    def many(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.connection.execute(statement, rows)


def _row(paper: Paper) -> dict[str, Any]:
    return {
        "title": paper.title,
        "title_key": title_key(paper.title),
        "abstract": paper.abstract,
        "summary": paper.summary,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "published": paper.published,
        "announced": paper.announced,
        "day": paper.day,
        "first_seen": paper.first_seen,
        "page_url": paper.page_url,
        "pdf_url": paper.pdf_url,
        "code_url": paper.code_url,
        "upvotes": paper.upvotes,
        "comments": paper.comments,
        "note": paper.note,
        "archived": paper.archived,
    }


def load(connection: Connection, numbers: Iterable[int]) -> list[Paper]:
    """The papers of these numbers, in the order asked; numbers that do not exist are left out."""
    wanted = list(dict.fromkeys(numbers))
    found: dict[int, Paper] = {}
    for chunk in _chunks(wanted):
        named: dict[int, list[Identifier]] = defaultdict(list)
        for row in connection.execute(select(schema.identifiers).where(schema.identifiers.c.paper.in_(chunk))):
            named[row.paper].append(Identifier(row.scheme, row.value))
        carried: dict[int, list[str]] = defaultdict(list)
        order = (schema.sources.c.first_seen, schema.sources.c.source)
        for row in connection.execute(select(schema.sources).where(schema.sources.c.paper.in_(chunk)).order_by(*order)):
            carried[row.paper].append(row.source)
        for row in connection.execute(select(schema.papers).where(schema.papers.c.number.in_(chunk))):
            found[row.number] = _paper(row, named[row.number], carried[row.number])
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
    papers = load(connection, [number]) if number is not None else []
    if not papers:
        raise NotFoundError(f"There is no paper {text[:60]} here.", "`search` finds the ones there are.")
    return papers[0]


def count(connection: Connection) -> int:
    """How many papers there are."""
    return connection.execute(select(func.count()).select_from(schema.papers)).scalar_one()


def _chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    left = iter(values)
    while chunk := list(islice(left, _CHUNK)):
        yield chunk
