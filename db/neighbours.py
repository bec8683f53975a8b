"""The words that occur, kept in memory, and which of them are spelt nearly like another.

Every process reads them once, at the first word that needs a neighbour; later only those that are new.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, Engine, select

from db import schema

_CHUNK = 400


class Known(NamedTuple):
    """A word as the store has it: in how many papers, and its shortest spelling."""

    papers: int
    form: str


class _Memory:
    def __init__(self) -> None:
        self.lock = Lock()
        self.last = (0, "")
        self.words: dict[tuple[str, int], list[str]] = defaultdict(list)

    def refresh(self, connection: Connection) -> None:
        words = schema.words.c
        with self.lock:
            number, word = self.last
            same = select(words.word).where(words.number == number)
            if number and connection.execute(same).scalar() != word:
                # Another file than it was, or a word is gone: begin again.
                self.last = (0, "")
                self.words = defaultdict(list)
            new = select(words.number, words.kind, words.word).where(words.number > self.last[0])
            for row in connection.execute(new.order_by(words.number)):
                self.words[row.kind, len(row.word)].append(row.word)
                self.last = (row.number, row.word)


_memories: WeakKeyDictionary[Engine, _Memory] = WeakKeyDictionary()
_making = Lock()


def near(connection: Connection, kind: str, word: str, edits: int) -> dict[str, int]:
    """The words within so many edits (letters left out, put in, replaced or swapped), each with its edits."""
    with _making:
        memory = _memories.setdefault(connection.engine, _Memory())
    memory.refresh(connection)
    found: dict[str, int] = {}
    for size in range(max(1, len(word) - edits), len(word) + edits + 1):
        known = memory.words.get((kind, size), ())
        near = process.extract(word, known, scorer=OSA.distance, score_cutoff=edits, limit=None)
        found |= {other: distance for other, distance, _ in near}
    return found


def known(connection: Connection, kind: str, words: Iterable[str]) -> dict[str, Known]:
    """Those of the words that occur now."""
    held = schema.words.c
    found: dict[str, Known] = {}
    wanted = list(words)
    for at in range(0, len(wanted), _CHUNK):
        chunk = wanted[at : at + _CHUNK]
        rows = select(held.word, held.papers, held.form).where(held.kind == kind, held.word.in_(chunk))
        found |= {row.word: Known(row.papers, row.form) for row in connection.execute(rows)}
    return found
