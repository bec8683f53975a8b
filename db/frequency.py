"""In how many papers the words of a query are, without looking them up in the index: the store keeps count."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import Connection, func, select, text

from db import schema
from db.fulltext import Beginnings
from db.neighbours import known
from db.places import before
from domain.query import And, Node, Not, Or, Text
from domain.words import stem

_COMMONEST = 24  # words that a beginning is taken for
_FEW = 3_000  # papers of all its words, below which a beginning is looked up as it is

_SAMPLE = 40  # papers that tell how the others stand in time
_AS_GOOD_AS_ALL = 0.7

_TOTALS = text("SELECT block FROM papers_fts_data WHERE id = 1")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many papers there are, and how many words all their titles, abstracts and authors have."""

    papers: int
    words: tuple[int, int, int]

    @property
    def usual(self) -> float:
        """The words of a paper, on average; 1 where there is none."""
        return sum(self.words) / (self.papers or 1) or 1.0

    def telling(self, papers: int) -> float:
        """How much a word in so many papers tells: BM25's inverse document frequency, as FTS5 counts it."""
        return max(1e-6, math.log((self.papers - papers + 0.5) / (papers + 0.5))) if papers < self.papers else 1e-6


def sizes(connection: Connection) -> Sizes:
    """The sizes of the store.

    FTS5 keeps them in its table of data under the number 1: rows and then the words of each column, as varints
    (https://sqlite.org/src/file/ext/fts5/fts5_index.c, "Averages record").
    """
    block = connection.execute(_TOTALS).scalar_one_or_none() or b""
    found, value = list[int](), 0
    for byte in block:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            found.append(value)
            value = 0
    papers, *words = [*found, 0, 0, 0, 0][:4]
    return Sizes(papers, (words[0], words[1], words[2]))


def some_days(connection: Connection) -> list[date]:
    """The days of some papers, evenly chosen by number, the newest first: how all stand in time, about."""
    number = schema.papers.c.number
    highest = connection.execute(select(func.max(number))).scalar() or 0
    chosen = {highest * at // _SAMPLE for at in range(1, _SAMPLE + 1)}
    return sorted(connection.execute(select(schema.papers.c.day).where(number.in_(chosen))).scalars(), reverse=True)


def newest(days: Sequence[date], share: float) -> int | None:
    """The place below which this share of the papers stands, where some are of these days; None: as good as all."""
    return before(days[int(len(days) * share)]) if days and share <= _AS_GOOD_AS_ALL else None


def walk(node: Node, often: Mapping[Text, int]) -> float:
    """About how many papers the index has to look at to find all that a part of a query means."""
    match node:
        case And(children):
            return min((walk(child, often) for child in children if not isinstance(child, Not)), default=math.inf)
        case Or(children):
            return sum(walk(child, often) for child in children)
        case Text():
            return often.get(node, math.inf)
        case _:
            return math.inf


def frequencies(connection: Connection, leaves: Iterable[Text], beginnings: Beginnings | None) -> dict[Text, int]:
    """In about how many papers each word is; a phrase is in as many as its rarest word, at most."""
    listed = list(leaves)
    found: dict[Text, int] = dict.fromkeys(listed, 0)
    for kind in ("text", "author"):
        said = {leaf: leaf.forms if kind == "author" else leaf.stems for leaf in listed if _may(leaf, kind)}
        counts = {
            word: each.papers
            for word, each in known(connection, kind, {word for words in said.values() for word in words}).items()
        }
        for leaf, words in said.items():
            many = [counts.get(word, 0) for word in (words[:-1] if leaf.prefix else words)]
            if leaf.prefix:
                every = (beginnings or {}).get((kind, words[-1]))
                many.append(_sum(connection, kind, every) if every is not None else _FEW)
            found[leaf] += min(many)
    return found


def beginnings(connection: Connection, leaves: Iterable[Text]) -> Beginnings | None:
    """The words that the prefixes among these are taken for, or None: none of them has so many that it need be."""
    found: dict[tuple[str, str], list[str]] = {}
    papers = 0
    for leaf in leaves:
        for kind in ("text", "author"):
            start = (leaf.forms if kind == "author" else leaf.stems)[-1]
            if leaf.prefix and _may(leaf, kind) and (kind, start) not in found:
                rows = _commonest(connection, kind, start)
                papers = max(papers, sum(rows.values()))
                found[kind, start] = list(rows)
                if kind == "text" and not (whole := stem(start)).startswith(start):
                    found[kind, start].append(whole)
    return found if papers > _FEW else None


def _may(leaf: Text, kind: str) -> bool:
    return not leaf.field or (leaf.field == "author") == (kind == "author")


def _commonest(connection: Connection, kind: str, start: str) -> dict[str, int]:
    held = schema.words.c
    rows = connection.execute(
        select(held.word, held.papers)
        .where(held.kind == kind, held.word >= start, held.word < start + "\U0010ffff", schema.FREQUENT)
        .order_by(held.papers.desc(), held.word)
        .limit(_COMMONEST)
    )
    return {row.word: row.papers for row in rows}


def _sum(connection: Connection, kind: str, words: Iterable[str]) -> int:
    return sum(each.papers for each in known(connection, kind, islice(words, _COMMONEST + 1)).values())
