"""The words of the papers: what the full-text index holds of each, and in how many papers each word is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection, delete, text
from sqlalchemy.dialects.sqlite import insert

from db import schema
from domain.paper import Paper
from domain.words import forms, stem

AUTHOR_BREAK = " | "

_ADD = text("INSERT INTO papers_fts (rowid, title, abstract, authors) VALUES (:number, :title, :abstract, :authors)")
_CHANGE = text("UPDATE papers_fts SET title = :title, abstract = :abstract, authors = :authors WHERE rowid = :number")
_REMOVE = text("DELETE FROM papers_fts WHERE rowid = :number")


class Indexed(NamedTuple):
    """A paper as the index has it: stems of title and abstract, forms of the authors, each separated by spaces."""

    title: str
    abstract: str
    authors: str


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
    return (
        Indexed(
            " ".join(map(stem, title)),
            " ".join(map(stem, abstract)),
            AUTHOR_BREAK.join(" ".join(author) for author in authors if author),
        ),
        shown,
    )


@dataclass(slots=True)
class Changes:
    """What a batch of papers changes in the index and the vocabulary, written in one go."""

    added: list[dict[str, object]] = field(default_factory=list)
    changed: list[dict[str, object]] = field(default_factory=list)
    removed: list[dict[str, object]] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: dict[tuple[str, str], str] = field(default_factory=dict)

    def replace(self, before: Paper | None, after: Paper) -> None:
        """Take note of a new paper, or of one that changed."""
        index, words = _analysed(after)
        row = {"number": after.number, **index._asdict()}
        if before is None:
            self.added.append(row)
        else:
            old_index, old_words = _analysed(before)
            if old_index == index:
                return
            self.changed.append(row)
            self.counts.subtract(old_words.keys())
        self.counts.update(words.keys())
        for word, form in words.items():
            if word not in self.shown or len(form) < len(self.shown[word]):
                self.shown[word] = form

    def remove(self, before: Paper) -> None:
        """Take note of a paper that is no longer one of its own."""
        self.removed.append({"number": before.number})
        self.counts.subtract(_analysed(before)[1].keys())

    def write(self, connection: Connection) -> None:
        """Write all of it."""
        for statement, rows in ((_ADD, self.added), (_CHANGE, self.changed), (_REMOVE, self.removed)):
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
