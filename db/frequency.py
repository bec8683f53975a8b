"""In how many papers the words of a query are, without looking them up in the index: the store keeps count."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct
from sqlalchemy import Connection, select, text

from db import schema
from db.fulltext import Beginnings
from db.places import before
from domain.query import And, Node, Not, Or, Text
from domain.words import stem

_COMMONEST = 24  # words that a beginning is taken for
_FEW = 3_000  # papers of all its words, below which a beginning is taken for each of them
_ALL = 100  # words, if there are no more: beyond, the index looks for them by itself, through all that stands before

_SAMPLE = 40  # papers that tell how the others stand in time
_AS_GOOD_AS_ALL = 0.7

_PLACES = 2  # what an entry costs of which the index looks at the places in the text, too
_PAGE = 300  # entries of a list in a page of the index, about
_PASSED, _FAR = 0.4, 10  # what one of them costs that is passed over, in lists that are so many times as long

_TOTALS = text("SELECT block FROM papers_fts_data WHERE id = 1")
_SOME_DAYS = text(
    "SELECT group_concat(day) FROM papers WHERE number IN (WITH RECURSIVE part(at) AS (SELECT 1 UNION ALL "
    "SELECT at + 1 FROM part WHERE at < :many) SELECT (SELECT max(number) FROM papers) * at / :many FROM part)"
)
_COUNTS = text(
    "SELECT kind, word, papers FROM words WHERE kind = 'text' AND word IN (SELECT value FROM json_each(:text)) "
    "UNION ALL "
    "SELECT kind, word, papers FROM words WHERE kind = 'author' AND word IN (SELECT value FROM json_each(:author))"
)


class Sizes(Struct, frozen=True):
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
    together: str | None = connection.execute(_SOME_DAYS, {"many": _SAMPLE}).scalar_one()
    return sorted(map(date.fromisoformat, together.split(",")), reverse=True) if together else []


def newest(days: Sequence[date], share: float) -> int | None:
    """The place below which this share of the papers stands, where some are of these days; None: as good as all."""
    if not days or share > _AS_GOOD_AS_ALL:
        return None
    at, between = divmod(share * len(days), 1)
    later, earlier = days[int(at)], days[min(int(at) + 1, len(days) - 1)]
    return before(later - (later - earlier) * between)


class Often(NamedTuple):
    """In how many papers a word, phrase or beginning is, about and at least; how long the lists are that say so."""

    papers: int
    lists: tuple[int, ...] = ()
    least: int = 0


def walk(node: Node, often: Mapping[Text, Often], all_papers: int) -> float:
    """About how many entries of its lists the index goes through to find all that a part of a query means."""
    match node:
        case And(children):
            lists = [each for child in children for each in _lists(child, often, all_papers)]
            wanted = [child for child in children if not isinstance(child, Not)]
            return conjunction(lists, min((_least(child, often, all_papers) for child in wanted), default=all_papers))
        case Or(children):
            return sum(walk(child, often, all_papers) for child in children)
        case Not(child):
            return walk(child, often, all_papers)
        case Text():
            return conjunction(often[node].lists, often[node].papers) if node in often else all_papers
        case _:
            return all_papers


def conjunction(lists: Iterable[int], least: int) -> float:
    """The entries gone through to find what stands in all of some lists, of which the shortest has `least`.

    From an entry to the next in a longer list the index skips whole pages, and passes over the others quickly.
    """
    return sum(min(each, _PAGE * least) * (_PASSED if each > _FAR * least else 1.0) for each in lists)


def _lists(node: Node, often: Mapping[Text, Often], all_papers: int) -> tuple[int, ...]:
    match node:
        case Not(child):
            return _lists(child, often, all_papers)
        case Text() if node in often:
            return often[node].lists
        case _:
            return (round(walk(node, often, all_papers)),)


def _least(node: Node, often: Mapping[Text, Often], all_papers: int) -> int:
    match node:
        case And(children):
            return min(_least(child, often, all_papers) for child in children)
        case Or(children):
            return sum(_least(child, often, all_papers) for child in children)
        case Text() if node in often:
            return often[node].papers
        case _:
            return all_papers


def frequencies(connection: Connection, leaves: Iterable[Text], beginnings: Beginnings | None) -> dict[Text, Often]:
    """How often each word is; a phrase is in as many papers as its rarest word, at most."""
    listed = list(leaves)
    said = {
        kind: {leaf: leaf.forms if kind == "author" else leaf.stems for leaf in listed if _may(leaf, kind)}
        for kind in ("text", "author")
    }
    ends = {(kind, words[-1]) for kind, each in said.items() for leaf, words in each.items() if leaf.prefix}
    begun = {end: (beginnings or {}).get(end) for end in ends}
    asked = {
        kind: json.dumps(
            sorted(
                {word for words in each.values() for word in words}
                | {word for (of, _), words in begun.items() if of == kind for word in words or ()}
            )
        )
        for kind, each in said.items()
    }
    counts = {(row.kind, row.word): row.papers for row in connection.execute(_COUNTS, asked)}
    found = dict.fromkeys(listed, Often(0))
    for kind, each in said.items():
        for leaf, words in each.items():
            lists = [counts.get((kind, word), 0) for word in (words[:-1] if leaf.prefix else words)]
            alone = lists[-1:]
            if leaf.prefix:
                every = begun[kind, words[-1]]
                alone = [counts.get((kind, word), 0) for word in every or ()]
                lists.append(_FEW if every is None else sum(alone))
            papers, others, least = found[leaf]
            if len(words) == 1 and leaf.field not in {"title", "abstract"}:  # of others the counts do not say so
                least = max([least, *alone])
            places = 1 if len(lists) == 1 else _PLACES
            found[leaf] = Often(papers + min(lists), (*others, *(places * each for each in lists)), least)
    return found


def beginnings(connection: Connection, leaves: Iterable[Text]) -> tuple[Beginnings | None, bool]:
    """The words that the prefixes among these are taken for, and whether there are more that begin so.

    None where these are few papers of very many words.
    """
    starts = {
        (kind, (leaf.forms if kind == "author" else leaf.stems)[-1]): None
        for leaf in leaves
        if leaf.prefix
        for kind in ("text", "author")
        if _may(leaf, kind)
    }
    commonest = {each: _commonest(connection, *each) for each in starts}
    some = any(sum(rows.values()) > _FEW for rows in commonest.values())
    found = {each: list(commonest[each]) if some else _every(connection, *each) for each in starts}
    if not some and any(len(every) > _ALL for every in found.values()):
        return None, False
    for (kind, start), every in found.items():
        if kind == "text" and not (whole := stem(start)).startswith(start):
            every.append(whole)
    return found, some


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


def _every(connection: Connection, kind: str, start: str) -> list[str]:
    held = schema.words.c
    begun = (held.kind == kind, held.word >= start, held.word < start + "\U0010ffff")
    return list(connection.execute(select(held.word).where(*begun).limit(_ALL + 1)).scalars())
