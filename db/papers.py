"""Papers in the store: saving what sources bring as the papers they are, and reading them back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, delete, func, select, update

from db import neighbours, rows, schema, unite
from db.bulk import Aside, each_of, keeping_all
from db.loading import count, load, named
from db.unite import Former
from db.vocabulary import Changes
from domain.identity import conflicting, likeness, same_work, telling, title_key
from domain.merging import first, merged, united
from domain.paper import Identifier, Paper, Record

SUBMITTED = "submitted"  # the source of what people put in by hand; where it stood is who they are
__all__ = ["SUBMITTED", "Saved", "besides", "count", "load", "named", "save", "submitter"]


class Saved(Struct, frozen=True):
    """What became of a record: which paper it is, whether the store had none of it, whether it added anything."""

    paper: int
    new: bool
    changed: bool


def save(connection: Connection, records: Sequence[Record], now: datetime, *, archive: bool = False) -> list[Saved]:
    """Save records as papers, in one go: a few hundred at a time keep the transaction short.

    A record that is a known paper (also one earlier in `records`) adds to it. With `archive`, new papers are
    never announced. A record that shows two papers to be one makes them one.
    """
    with keeping_all(), Aside(len(records)) as aside:
        batch = _Batch(connection, records, aside)
        saved = [batch.take(record, now, archive=archive) for record in records]
        batch.write(now)
    homes = batch.homes
    return (
        saved
        if not homes
        else [Saved(homes[each.paper], new=False, changed=True) if each.paper in homes else each for each in saved]
    )


def submitter(connection: Connection, number: int) -> str:
    """Who put this paper in by hand; empty where nobody did."""
    found = schema.sources.c
    return (
        connection.execute(
            select(found.place).where(found.paper == number, found.source == SUBMITTED)
        ).scalar_one_or_none()
        or ""
    )


def besides(connection: Connection, number: int) -> dict[str, str]:
    """What sources say of a paper that has no place of its own: `keywords`, `thumbnail`, `submitter`."""
    raw = connection.execute(select(schema.papers.c.raw).where(schema.papers.c.number == number)).scalar_one_or_none()
    return {name: said for name, said in (raw or {}).items() if name not in {"title", "abstract"}}


@dataclass(slots=True)
class _Batch:
    connection: Connection
    records: Sequence[Record]
    aside: Aside
    words: Changes = field(init=False)
    papers: dict[int, Paper] = field(default_factory=dict)
    before: dict[int, Paper] = field(default_factory=dict)
    by_identifier: dict[Identifier, int] = field(default_factory=dict)
    by_title: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    former: dict[str, list[Former]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[int, int] = field(default_factory=dict)  # what became of numbers that are no longer papers
    outdated: list[Former] = field(default_factory=list)
    raw: dict[int, dict[str, str | None]] = field(default_factory=lambda: defaultdict(dict))
    places: dict[tuple[int, str], str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # of titles
    shared: set[str | Identifier] = field(default_factory=set)  # what more have than one record: titles' keys and names
    ready: list[Paper] = field(default_factory=list)  # new, and no other record can be one of them
    begun: set[int] = field(default_factory=set)  # whose rows are being written
    next_number: int = 0

    def __post_init__(self) -> None:
        self.words = Changes(neighbours.highest(self.connection))
        named_by = Counter(chain.from_iterable(record.identifiers for record in self.records))
        carried: dict[str, list[str]] = defaultdict(list)
        for each in named_by:
            carried[each.scheme].append(each.value)
        ids, papers = schema.identifiers.c, schema.papers.c
        for scheme, values in carried.items():
            named = select(ids.value, ids.paper).where(ids.scheme == scheme, ids.value.in_(each_of(values)))
            self.by_identifier |= {Identifier(scheme, row.value): row.paper for row in self.connection.execute(named)}
        keys = Counter([self.key(record.title) for record in self.records])
        under = select(papers.number, papers.title_key).where(papers.title_key.in_(each_of(keys)))
        for row in self.connection.execute(under.order_by(papers.number)):
            self.by_title[row.title_key].append(row.number)
        for text in unite.former(self.connection, keys):
            self.former[text.title_key].append(text)
        known = {
            *self.by_identifier.values(),
            *(number for numbers in self.by_title.values() for number in numbers),
            *(text.paper for texts in self.former.values() for text in texts),
        }
        self.shared = {*self.by_identifier, *self.by_title, *self.former}
        self.shared.update(each for each, many in named_by.items() if many > 1)
        self.shared.update(key for key, many in keys.items() if many > 1)
        self.papers = {paper.number: paper for paper in load(self.connection, known)}
        self.before = dict(self.papers)
        self.next_number = 1 + max(
            self.connection.execute(select(func.coalesce(func.max(number), 0))).scalar_one()
            for number in (papers.number, schema.aliases.c.number)
        )

    def take(self, record: Record, now: datetime, *, archive: bool) -> Saved:
        if self.key(record.title) not in self.shared and self.shared.isdisjoint(record.identifiers):
            # As most are: nobody will ask for it.
            paper = self.create(record, now, archive=archive)
            self.papers[paper.number] = paper
            self.beside(paper, record, None)
            self.ready.append(paper)
            if len(self.ready) >= rows.AT_ONCE:
                self.begin(self.ready)
                self.ready = []
            return Saved(paper.number, new=True, changed=True)
        found = self.find(record)
        if not found:
            paper = self.create(self.unclaimed(record, None), now, archive=archive)
            self.remember(paper, record, None)
            return Saved(paper.number, new=True, changed=True)
        number = self.united(found)
        paper = self.papers[number]
        result = merged(paper, self.unclaimed(record, number), archive=archive)
        self.remember(result, record, paper)
        return Saved(number, new=False, changed=len(found) > 1 or result != paper)

    def find(self, record: Record) -> list[int]:
        """The papers that the record is: more than one where it shows them to be the same."""
        numbers = [self.by_identifier[i] for i in record.identifiers if i in self.by_identifier]
        found = [n for n in numbers if not conflicting(self.papers[n].identifiers, record.identifiers)]
        key = self.key(record.title)
        faces = [self.papers[number] for number in self.by_title.get(key, ())]
        faces += [
            replace(self.papers[text.paper], abstract=text.abstract, authors=text.authors)
            for text in self.former.get(key, ())
        ]
        if len(faces) > 1:  # the most like it first; those that say too little to compare last
            faces.sort(key=lambda face: -likeness(face.abstract, record.abstract) if telling(face, record) else 1)
        same = (face.number for face in faces if (telling(face, record) or not found) and same_work(face, record))
        # An identifier and an abstract show that two are one; one name among many namesakes does not.
        return list(dict.fromkeys([*found, *same])) if found else list(islice(same, 1))

    def united(self, found: list[int]) -> int:
        # The first is the record for certain; others join it where nothing speaks against it.
        same = [found[0]]
        for number in found[1:]:
            if not any(conflicting(self.papers[n].identifiers, self.papers[number].identifiers) for n in same):
                same.append(number)
        home = min(same)
        for number in sorted(same):
            if number != home:
                self.absorb(number, home)
        return home

    def absorb(self, number: int, home: int) -> None:
        other, before = self.papers.pop(number), self.papers[home]
        result = united(before, other)
        self.homes = {old: home if new == number else new for old, new in self.homes.items()} | {number: home}
        self.by_identifier |= dict.fromkeys(other.identifiers, home)
        for numbers in self.by_title.values():
            if number in numbers:
                numbers.remove(number)
        for key, texts in self.former.items():
            self.former[key] = [replace(t, paper=home) if t.paper == number else t for t in texts]
        self.outdated = [replace(t, paper=home) if t.paper == number else t for t in self.outdated]
        for source in other.sources:
            place = self.places.pop((number, source), None)
            if place is not None:
                self.places.setdefault((home, source), place)
        self.raw.pop(number, None)
        self.outdate(replace(other, number=home))
        if _another(before, result):
            self.outdate(before)
        self.papers[home] = result

    def outdate(self, paper: Paper) -> None:
        text = Former(paper.number, title_key(paper.title), paper.abstract, paper.authors)
        self.former[text.title_key].append(text)
        self.outdated.append(text)

    def unclaimed(self, record: Record, number: int | None) -> Record:
        # An identifier belongs to one paper: the first that had it.
        mine = tuple([i for i in record.identifiers if self.by_identifier.get(i, number) == number])
        return record if mine == record.identifiers else replace(record, identifiers=mine)

    def create(self, record: Record, now: datetime, *, archive: bool) -> Paper:
        self.next_number += 1
        return first(self.next_number - 1, record, now, archive=archive)

    def remember(self, paper: Paper, record: Record, before: Paper | None) -> None:
        self.papers[paper.number] = paper
        for each in paper.identifiers:
            self.by_identifier.setdefault(each, paper.number)
        if paper.number not in (under := self.by_title[self.key(paper.title)]):
            under.append(paper.number)
        if before and _another(before, paper):
            self.outdate(before)
        self.beside(paper, record, before)

    def beside(self, paper: Paper, record: Record, before: Paper | None) -> None:
        if before or record.raw:
            self.keep(paper, record, before)
        self.places.setdefault((paper.number, record.source), record.where)

    def keep(self, paper: Paper, record: Record, before: Paper | None) -> None:
        for name in ("title", "abstract"):
            # What a source wrote is kept beside what we made of it, for the text that stands.
            if before is None or getattr(before, name) != getattr(paper, name):
                self.raw[paper.number][name] = record.raw.get(name)
        # What else it said that has no place of its own: keywords, a picture, who put it forward.
        self.raw[paper.number] |= {name: said for name, said in record.raw.items() if name not in {"title", "abstract"}}

    def write(self, now: datetime) -> None:
        gone = {number: home for number, home in self.homes.items() if number in self.before}
        for number in gone:
            self.words.remove(self.before[number])
        new = [paper for number, paper in self.papers.items() if number not in self.before]
        changed = [paper for number, was in self.before.items() if (paper := self.papers.get(number, was)) != was]
        for paper in changed:
            self.words.replace(self.before[paper.number], paper)
        self.words.add(new)
        self.aside(unite.absorb, self.connection, gone, now)
        self.aside(self.rewrite, changed)
        self.begin([paper for paper in new if paper.number not in self.begun])
        rows.insert_parts(self.connection, [*new, *changed], self.places, now, self.aside)
        self.words.write(self.connection, self.aside)
        self.aside(unite.keep_former, self.connection, self.outdated)

    def begin(self, some: list[Paper]) -> None:
        self.begun.update(paper.number for paper in some)
        rows.insert(self.connection, [(p, self.key(p.title), self.original(p, {})) for p in some], self.aside)

    def rewrite(self, changed: list[Paper]) -> None:
        for paper in changed:
            here = schema.papers.c.number == paper.number
            raw = self.connection.execute(select(schema.papers.c.raw).where(here)).scalar_one()
            self.connection.execute(
                update(schema.papers).where(here).values(**self.row(paper), raw=self.original(paper, raw))
            )
            self.connection.execute(delete(schema.categories).where(schema.categories.c.paper == paper.number))

    def original(self, paper: Paper, before: dict[str, str]) -> dict[str, str]:
        return {name: text for name, text in {**before, **self.raw.get(paper.number, {})}.items() if text is not None}

    def row(self, paper: Paper) -> dict[str, Any]:
        return {
            "title": paper.title,
            "title_key": self.key(paper.title),
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

    def key(self, title: str) -> str:
        # The same few are asked for again and again.
        found = self.keys.get(title)
        if found is None:
            found = self.keys[title] = title_key(title)
        return found


def _another(before: Paper, after: Paper) -> bool:
    # Whether what said the old texts would no longer be recognised as this paper.
    if (before.title, before.abstract, before.authors) == (after.title, after.abstract, after.authors):
        return False
    again = Record(before.title, before.sources[0], abstract=before.abstract, authors=before.authors)
    return title_key(before.title) != title_key(after.title) or not same_work(after, again)
