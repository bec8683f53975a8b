"""The words of the papers: what the full-text index holds of each, and in how many papers each word is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection, delete

from db import marks, neighbours, schema
from db.bulk import many
from db.places import place
from domain.paper import Paper
from domain.words import Reading, forms

AUTHOR_BREAK = " | "

_ADD = "INSERT INTO papers_fts (rowid, title, abstract, authors, marks) VALUES (?, ?, ?, ?, ?)"
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

    def of(self, paper: Paper) -> tuple[Indexed, list[str], set[str]]:
        """A paper as the index has it, with each stem of its title and abstract and each form of its authors."""
        titled, said = self.texts.stems(paper.title), self.texts.stems(paper.text)
        authors = AUTHOR_BREAK.join(filter(None, map(self.authors.__getitem__, paper.authors)))
        often = Counter(said)
        marked = marks.counted(titled, often, paper.categories, paper.sources)
        index = Indexed(" ".join(titled), " ".join(said), authors, " ".join(marked))
        names = set(authors.split())
        names.discard("|")
        return index, [*often, *[word for word in dict.fromkeys(titled) if word not in often]], names


@dataclass(slots=True)
class Changes:
    """What a batch of papers changes in the index and the vocabulary, written in one go."""

    read: Analysis = field(default_factory=Analysis)  # the texts that came
    added: list[tuple[int, Indexed]] = field(default_factory=list)
    changed: list[tuple[int, Indexed, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)

    def add(self, papers: Iterable[Paper]) -> None:
        """Take note of new papers."""
        for paper in papers:
            index, words, names = self.read.of(paper)
            self.added.append((place(paper.day, paper.number), index))
            self.texts.update(words)
            self.authors.update(names)

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

    def write(self, connection: Connection) -> None:
        """Write all of it."""
        # In order: each step back makes FTS5 write what it has gathered so far.
        self.added.sort(key=itemgetter(0))
        many(connection, _REMOVE, [(at,) for at in self.removed])
        many(connection, _CHANGE, [(at, *index, old) for at, index, old in self.changed])
        many(connection, _ADD, [(at, *index) for at, index in self.added])
        shown = self.read.texts.shown()
        highest = neighbours.highest(connection)
        counted = _count(connection, "text", self.texts, shown) + _count(connection, "author", self.authors, {})
        if counted:
            neighbours.add(connection, highest)
        if self.changed or self.removed:
            connection.execute(delete(schema.words).where(schema.words.c.papers <= 0))


def _count(connection: Connection, kind: str, words: Counter[str], shown: Mapping[str, str]) -> int:
    # Returns how many words are in more papers than before, or in fewer.
    rows = {
        word: f"{many} {form}" if (form := shown.get(word, word)) != word else many
        for word in sorted(words)
        if (many := words[word])
    }
    if rows:
        connection.exec_driver_sql(_COUNT, (kind, json.dumps(rows)))
    return len(rows)
