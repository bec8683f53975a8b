"""The words of the papers: what the full-text index holds of each, and in how many papers each word is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, delete

from db import marks, neighbours, schema
from db.bulk import Aside, insert, many
from db.places import place
from domain.paper import Paper
from domain.words import Reading, forms

AUTHOR_BREAK = " | "
_BREAK = {"|"}

_ADD = "INSERT INTO papers_fts (rowid, title, abstract, authors, marks)"
_CHANGE = "UPDATE papers_fts SET rowid = ?, title = ?, abstract = ?, authors = ?, marks = ? WHERE rowid = ?"
_REMOVE = "DELETE FROM papers_fts WHERE rowid = ?"
# A word comes with how many papers have it and, where that is another, its form: several times as fast as row by row.
_COUNT = """
INSERT INTO words (kind, word, form, papers)
SELECT ?, key, iif(type = 'integer', key, substr(value, instr(value, ' ') + 1)), CAST(value AS INTEGER)
FROM json_each(?) WHERE true
ON CONFLICT (kind, word) DO UPDATE SET papers = papers + excluded.papers,
form = CASE WHEN (length(excluded.form), excluded.form) < (length(form), form) THEN excluded.form ELSE form END
"""


_AT_ONCE = 6_000  # papers: what one statement takes


class Indexed(NamedTuple):
    """A paper as the index has it: stems of title and abstract, forms of the authors, marks; spaces between them."""

    title: str
    abstract: str
    authors: str
    marks: str


def indexed(paper: Paper) -> Indexed:
    """The analysed texts of a paper."""
    return Analysis().of(paper)[0]


class _Names(dict[str, str]):
    # The forms of authors that came, separated by spaces.
    def __missing__(self, author: str) -> str:
        found = self[author] = " ".join(forms(author))
        return found


class Analysis:
    """Reads the texts of many papers."""

    def __init__(self) -> None:
        self.texts = Reading()
        self.authors = _Names()

    def of(self, paper: Paper) -> tuple[Indexed, Iterable[str], Iterable[str]]:
        """A paper as the index has it, with each stem of its title and abstract and each form of its authors."""
        (title, titled), (abstract, said) = self.texts.read(paper.title), self.texts.read(paper.text)
        authors = AUTHOR_BREAK.join(filter(None, map(self.authors.__getitem__, paper.authors)))
        often = Counter(said)
        marked = marks.counted(titled, often, len(said), paper.categories, paper.sources)
        index = Indexed(title, abstract, authors, " ".join(marked))
        words = chain(often, {*titled}.difference(often))
        return index, words, {*authors.split()} - _BREAK


@dataclass(slots=True)
class Changes:
    """What a batch of papers changes in the index and the vocabulary."""

    highest: int  # number of a word before
    read: Analysis = field(default_factory=Analysis)  # the texts that came
    added: list[tuple[int, Paper]] = field(default_factory=list)
    changed: list[tuple[int, Indexed, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)

    def add(self, papers: Iterable[Paper]) -> None:
        """Take note of new papers."""
        self.added += [(place(paper.day, paper.number), paper) for paper in papers]

    def replace(self, before: Paper, after: Paper) -> None:
        """Take note of a paper that changed."""
        old_index, old_words, old_names = Analysis().of(before)
        at, old = place(after.day, after.number), place(before.day, before.number)
        if indexed(after) == old_index and old == at:
            return
        index, words, names = self.read.of(after)
        self.changed.append((at, index, old))
        self.texts.subtract(old_words)
        self.authors.subtract(old_names)
        self.texts.update(words)
        self.authors.update(names)

    def remove(self, before: Paper) -> None:
        """Take note of a paper that is no longer one of its own."""
        _, words, names = Analysis().of(before)
        self.removed.append(place(before.day, before.number))
        self.texts.subtract(words)
        self.authors.subtract(names)

    def write(self, connection: Connection, aside: Aside) -> None:
        """Write all of it, most of it aside."""
        aside(many, connection, _REMOVE, [(at,) for at in self.removed])
        aside(many, connection, _CHANGE, [(at, *index, old) for at, index, old in self.changed])
        # In order: each step back makes FTS5 write what it has gathered so far.
        self.added.sort(key=itemgetter(0))
        for first in range(0, len(self.added), _AT_ONCE):
            some = [(at, *self.read.of(paper)) for at, paper in self.added[first : first + _AT_ONCE]]
            # Later, since the words' remainders take longest to make, once it is known which of the words are new.
            aside.later(insert, connection, _ADD, [(at, *index) for at, index, _, _ in some])
            # Paper by paper: who writes aside waits for the interpreter until such a call ends.
            for _, _, words, names in some:
                self.texts.update(words)
                self.authors.update(names)
        if not (self.added or self.changed or self.removed):
            return
        for kind, words, shown in (("text", self.texts, self.read.texts.shown()), ("author", self.authors, {})):
            aside(_count, connection, kind, _listed(words, shown))
        neighbours.write(connection, *aside(neighbours.came, connection, self.highest).result(), aside)
        aside.settle()
        if self.changed or self.removed:
            connection.execute(delete(schema.words).where(schema.words.c.papers <= 0))


def _listed(words: Counter[str], shown: Mapping[str, str]) -> str:
    rows = {
        word: f"{many} {form}" if (form := shown.get(word, word)) != word else many
        for word in sorted(words)
        if (many := words[word])
    }
    return msgspec.json.encode(rows).decode()


def _count(connection: Connection, kind: str, listed: str) -> None:
    connection.exec_driver_sql(_COUNT, (kind, listed))
