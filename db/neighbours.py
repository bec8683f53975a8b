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
from sqlalchemy import Connection, Engine, func, select

from db import schema

_CHUNK = 400


class Known(NamedTuple):
    """A word as the store has it: in how many papers, and its shortest spelling."""

    papers: int
    form: str


class Words:
    """All words of a store, by kind and length."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = (0, "")
        self._words: dict[tuple[str, int], list[str]] = defaultdict(list)

    def refresh(self, connection: Connection) -> None:
        """Read the words that are new."""
        words = schema.words.c
        with self._lock:
            number, word = self._last
            same = select(words.word).where(words.number == number)
            if number and connection.execute(same).scalar() != word:
                # Another file than it was, or a word is gone: begin again.
                self._last = (0, "")
                self._words = defaultdict(list)
            newest = select(words.number, words.word).order_by(words.number.desc()).limit(1)
            last = connection.execute(newest).one_or_none()
            if last is None or last.number == self._last[0]:
                return
            # All words in one text each kind: no word has a space, and fewer rows are quicker.
            new = select(words.kind, func.group_concat(words.word, " ")).where(words.number > self._last[0])
            for kind, together in connection.execute(new.group_by(words.kind)):
                for each in together.split(" "):
                    self._words[kind, len(each)].append(each)
            self._last = (last.number, last.word)

    def near(self, kind: str, word: str, edits: int) -> dict[str, int]:
        """The words within so many edits (letters left out, put in, replaced or swapped), each with its edits.

        A word may be gone from the store since.
        """
        found: dict[str, int] = {}
        for size in range(max(1, len(word) - edits), len(word) + edits + 1):
            alike = process.extract(
                word, self._words.get((kind, size), ()), scorer=OSA.distance, score_cutoff=edits, limit=None
            )
            found |= {other: distance for other, distance, _ in alike}
        return found


_all: WeakKeyDictionary[Engine, Words] = WeakKeyDictionary()
_making = Lock()


def words_of(connection: Connection) -> Words:
    """The words of the connection's store, as of now."""
    with _making:
        words = _all.setdefault(connection.engine, Words())
    words.refresh(connection)
    return words


def known(connection: Connection, kind: str, words: Iterable[str]) -> dict[str, Known]:
    """Those of the words that occur now."""
    held = schema.words.c
    found: dict[str, Known] = {}
    wanted = list(words)
    for at in range(0, len(wanted), _CHUNK):
        rows = select(held.word, held.papers, held.form).where(
            held.kind == kind, held.word.in_(wanted[at : at + _CHUNK])
        )
        found |= {row.word: Known(row.papers, row.form) for row in connection.execute(rows)}
    return found
