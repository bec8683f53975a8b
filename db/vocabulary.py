"""The words of the papers: what the full-text index holds of each, and in how many papers each word is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Connection, delete

from db import marks, neighbours, schema
from db.bulk import many
from db.places import place
from domain.paper import Paper
from domain.words import forms, stem, stemmed

AUTHOR_BREAK = " | "

_ADD = "INSERT INTO papers_fts (rowid, title, abstract, authors, marks) VALUES (?, ?, ?, ?, ?)"
_CHANGE = "UPDATE papers_fts SET rowid = ?, title = ?, abstract = ?, authors = ?, marks = ? WHERE rowid = ?"
_REMOVE = "DELETE FROM papers_fts WHERE rowid = ?"
_COUNT = """
INSERT INTO words (kind, word, form, papers) VALUES (?, ?, ?, ?)
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
    return _analysed(paper)[0]


def _analysed(paper: Paper) -> tuple[Indexed, set[str], set[str]]:
    # With its words: each stem of title and abstract, each form of the authors.
    title, abstract = stemmed(paper.title), stemmed(paper.text)
    authors = [" ".join(name) for author in paper.authors if (name := forms(author))]
    titled, said = title.split(), abstract.split()
    marked = marks.of(titled, said, paper.categories, paper.sources)
    index = Indexed(title, abstract, AUTHOR_BREAK.join(authors), " ".join(marked))
    return index, {*titled, *said}, set(" ".join(authors).split())


@dataclass(slots=True)
class Changes:
    """What a batch of papers changes in the index and the vocabulary, written in one go."""

    added: list[tuple[int, Indexed]] = field(default_factory=list)
    changed: list[tuple[int, Indexed, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    texts: Counter[str] = field(default_factory=Counter)
    authors: Counter[str] = field(default_factory=Counter)
    pieces: set[str] = field(default_factory=set)  # what stands between spaces in the texts that came

    def replace(self, before: Paper | None, after: Paper) -> None:
        """Take note of a new paper, or of one that changed."""
        index, words, names = _analysed(after)
        at = place(after.day, after.number)
        if before is None:
            self.added.append((at, index))
        else:
            old_index, old_words, old_names = _analysed(before)
            old = place(before.day, before.number)
            if old_index == index and old == at:
                return
            self.changed.append((at, index, old))
            self.texts.subtract(old_words)
            self.authors.subtract(old_names)
        self.texts.update(words)
        self.authors.update(names)
        self.pieces.update(after.title.split(), after.text.split())

    def remove(self, before: Paper) -> None:
        """Take note of a paper that is no longer one of its own."""
        _, words, names = _analysed(before)
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
        shown = self._shown()
        counted = [("text", word, shown.get(word, word), count) for word, count in sorted(self.texts.items()) if count]
        counted += [("author", word, word, count) for word, count in sorted(self.authors.items()) if count]
        if counted:
            highest = neighbours.highest(connection)
            many(connection, _COUNT, counted)
            neighbours.add(connection, highest)
        if self.changed or self.removed:
            connection.execute(delete(schema.words).where(schema.words.c.papers <= 0))

    def _shown(self) -> dict[str, str]:
        # Of each stem the shortest form that came, of equally short ones the first of the alphabet.
        shown: dict[str, str] = {}
        for form in {form for piece in self.pieces for form in forms(piece)}:
            word = stem(form)
            best = shown.get(word)
            if best is None or (len(form), form) < (len(best), best):
                shown[word] = form
        return shown
