"""The words of the papers: what the full-text index holds of each, and in how many papers each word is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, text
from sqlalchemy.dialects.sqlite import insert

from db import marks, schema
from db.places import place
from domain.paper import Paper
from domain.words import forms, stem

AUTHOR_BREAK = " | "

_ADD = text(
    "INSERT INTO papers_fts (rowid, title, abstract, authors, marks) "
    "VALUES (:place, :title, :abstract, :authors, :marks)"
)
_CHANGE = text(
    "UPDATE papers_fts SET rowid = :place, title = :title, abstract = :abstract, authors = :authors, marks = :marks "
    "WHERE rowid = :before"
)
_REMOVE = text("DELETE FROM papers_fts WHERE rowid = :place")


class Indexed(NamedTuple):
    """A paper as the index has it: stems of title and abstract, forms of the authors, marks; spaces between them."""

    title: str
    abstract: str
    authors: str
    marks: str


def indexed(paper: Paper) -> Indexed:
    """The analysed texts of a paper."""
    return _analysed(paper)[0]


def _analysed(paper: Paper) -> tuple[Indexed, dict[tuple[str, str], str]]:
    title, abstract = forms(paper.title), forms(paper.text)
    authors = [forms(author) for author in paper.authors]
    shown: dict[tuple[str, str], str] = {}
    for form in (*title, *abstract):
        word = ("text", stem(form))
        if word not in shown or len(form) < len(shown[word]):
            shown[word] = form
    shown |= {("author", form): form for author in authors for form in author}
    titled, said = list(map(stem, title)), list(map(stem, abstract))
    return (
        Indexed(
            " ".join(titled),
            " ".join(said),
            AUTHOR_BREAK.join(" ".join(author) for author in authors if author),
            " ".join(marks.of(titled, said, paper.categories, paper.sources)),
        ),
        shown,
    )


@dataclass(slots=True)
class Changes:
    """What a batch of papers changes in the index and the vocabulary, written in one go."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    removed: list[dict[str, object]] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)

    def replace(self, before: Paper | None, after: Paper) -> None:
        """Take note of a new paper, or of one that changed."""
        index, words = _analysed(after)
        row = {"place": place(after.day, after.number), **index._asdict()}
        if before is None:
            self.added.append(row)
        else:
            old_index, old_words = _analysed(before)
            row["before"] = place(before.day, before.number)
            if old_index == index and row["before"] == row["place"]:
                return
            self.changed.append(row)
            self.counts.subtract(old_words.keys())
        self.counts.update(words.keys())
        for word, form in words.items():
            if word not in self.shown or len(form) < len(self.shown[word]):
                self.shown[word] = form

    def remove(self, before: Paper) -> None:
        """Take note of a paper that is no longer one of its own."""
        self.removed.append({"place": place(before.day, before.number)})
        self.counts.subtract(_analysed(before)[1].keys())

    def write(self, connection: Connection) -> None:
        """Write all of it."""
        # In order: each step back makes FTS5 write what it has gathered so far.
        self.added.sort(key=itemgetter("place"))
        for statement, rows in ((_REMOVE, self.removed), (_CHANGE, self.changed), (_ADD, self.added)):
            if rows:
                connection.execute(statement, rows)
        counted = [
            {"kind": kind, "word": word, "form": self.shown.get((kind, word), word), "papers": count}
            for (kind, word), count in self.counts.items()
            if count
        ]
        if not counted:
            return
        adding = insert(schema.words)
        shorter = text("CASE WHEN length(excluded.form) < length(words.form) THEN excluded.form ELSE words.form END")
        connection.execute(
            adding.on_conflict_do_update(
                index_elements=["kind", "word"],
                set_={"papers": schema.words.c.papers + adding.excluded.papers, "form": shorter},
            ),
            counted,
        )
        if self.changed or self.removed:
            connection.execute(delete(schema.words).where(schema.words.c.papers <= 0))
