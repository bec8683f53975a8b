"""Which words occur, and which of them are spelt nearly like another.

Words a few edits apart have something in common when some letters of each are left out (Wolf Garbe's SymSpell). The
store keeps under each such remainder which words it is of; what is found so is then measured. One letter is left out
of every word, two of those in the most papers: who mistypes twice in a word mostly meant one of them, and of the
others the words are found that lack at most one letter of what was typed. So the table grows with the number of words,
and by no more than so many of them several times over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from operator import getitem, xor
from typing import NamedTuple
from zlib import crc32

import msgspec
from sqlalchemy import Connection, func, select

from db import schema
from db.bulk import Aside, each_of

_SHORTEST, _LONGEST = 2, 24  # letters of a word that is found so: what is longer is no word that people type
_WELL_KNOWN = 20_000  # words, about, of which two letters are left out
_AT_ONCE = 50_000  # remainders, about, that are sorted and written in one go: of more, each takes longer
_RUN = 12_500  # of them
_words, _spellings = schema.words.c, schema.spellings.c


class Known(NamedTuple):
    """A word as the store has it: in how many papers, and its shortest spelling."""

    papers: int
    form: str


class Near(NamedTuple):
    """The same of a word that is so many edits away."""

    papers: int
    form: str
    edits: int


def known(connection: Connection, kind: str, words: Iterable[str]) -> dict[str, Known]:
    """Those of the words that occur now."""
    found = select(_words.word, _words.papers, _words.form).where(_words.kind == kind, _words.word.in_(each_of(words)))
    return {row.word: Known(row.papers, row.form) for row in connection.execute(found)}


def near(connection: Connection, kind: str, word: str, edits: int) -> dict[str, Near]:
    """Words within so many edits (1 or 2: letters left out, put in, replaced or swapped), itself left out."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # takes longer to load than a search that finds

    keys = [key for gone in range(1, edits + 1) for key in remainders(kind, word, gone)]
    alike = select(_spellings.word).where(_spellings.key.in_(keys))
    # Were the kind a condition, SQLite would rather go through all words of that kind.
    found = select(_words.kind, _words.word, _words.papers, _words.form).where(_words.number.in_(alike))
    return {
        row.word: Near(row.papers, row.form, distance)
        for row in connection.execute(found)
        if row.kind == kind and 0 < (distance := OSA.distance(word, row.word, score_cutoff=edits)) <= edits
    }


def highest(connection: Connection) -> int:
    """The highest number of a word."""
    found: int = connection.execute(select(func.coalesce(func.max(_words.number), 0))).scalar_one()
    return found


# Of a number of 63 bits, 32 are the key's, of which the last does not count, and 31 the word's.
_ADD = """
INSERT OR IGNORE INTO spellings (key, word) SELECT value >> 32, value & 2147483647 FROM json_each(?)
"""


_RISEN = "UPDATE words SET well_known = 1 WHERE number IN (SELECT value FROM json_each(?))"

# In one row: others, who are making rows, are not asked to wait at each word. Told apart by SQLite's sorting, all kinds
# at once take twice as long as one after the other.
_CAME = """
SELECT group_concat(number, ' '), group_concat(word, ' ') FROM words WHERE number > ? AND +kind = ?
"""
_ROSE = """
SELECT group_concat(number, ' '), group_concat(word, ' ') FROM words WHERE papers >= ? AND well_known = 0 AND +kind = ?
"""

_Words = Sequence[tuple[str, str, str]]  # of each kind: its name, the words' numbers, and the words


def add(connection: Connection, after: int) -> None:
    """Let the words with higher numbers be found by their neighbours, and all that became well known from further."""
    with Aside(0) as aside:
        write(connection, *came(connection, after), aside)


def came(connection: Connection, after: int) -> tuple[_Words, _Words]:
    """The words with higher numbers, and those that became well known, as `write` takes them."""
    least = 1 + highest(connection) // _WELL_KNOWN
    return _listed(connection, _CAME, after), _listed(connection, _ROSE, least)


def _listed(connection: Connection, statement: str, value: int) -> _Words:
    said = [(kind, *connection.exec_driver_sql(statement, (value, kind)).one()) for kind in _BEGUN]
    return [each for each in said if each[1]]


def write(connection: Connection, new: _Words, risen: _Words, aside: Aside) -> None:
    """Let new words be found by their neighbours, and those that became well known from further."""
    pairs: list[int] = []
    some = [*((1, each) for each in new), *((2, each) for each in risen)]
    for gone, (kind, numbers, words) in some:
        for number, word in zip(map(int, numbers.split()), words.split(" "), strict=True):
            if _SHORTEST <= len(word) <= _LONGEST and not word.isdigit():
                pairs += paired(number, kind, word, gone)
                if len(pairs) >= _AT_ONCE:
                    aside(_written, connection, _ADD, _in_order(pairs))
                    pairs = []
    if pairs:
        aside(_written, connection, _ADD, _in_order(pairs))
    for _, numbers, _ in risen:
        aside(_written, connection, _RISEN, f"[{numbers.replace(' ', ',')}]")


def _in_order(pairs: list[int]) -> str:
    # What lies together is written together, and all in one statement takes a third of the time.
    # In runs, which are then merged: who writes aside waits for the interpreter until such a call ends.
    runs = [sorted(pairs[first : first + _RUN], key=float) for first in range(0, len(pairs), _RUN)]  # compared sooner
    pairs = sorted(chain.from_iterable(runs))
    return msgspec.json.encode(pairs).decode()


def _written(connection: Connection, statement: str, listed: str) -> None:
    connection.exec_driver_sql(statement, (listed,))


def remainders(kind: str, word: str, gone: int) -> set[int]:
    """Numbers of what remains of a word without at most one of its letters, or without two.

    Different remainders may share one.
    """
    return {crc >> 1 for crc in _remainders(kind, word, gone)}


def _remainders(kind: str, word: str, gone: int) -> Iterable[int]:
    return [crc32(left.encode(), _BEGUN[kind]) for left in _without(word, gone)]


_BEGUN = {kind: crc32(kind.encode()) for kind in ("text", "author")}


def _without(word: str, gone: int) -> Iterable[str]:
    every = range(len(word))
    once = [word[:at] + word[at + 1 :] for at in every]
    if gone == 1:
        return (word, *once)
    return {left[:at] + left[at + 1 :] for i, left in enumerate(once) for at in every[i:-1]}


def paired(number: int, kind: str, word: str, gone: int) -> Iterable[int]:
    """The remainders of a word (with a bit more than `remainders` has), each before the word's number of 31 bits.

    Each is made of the one before: two that follow each other differ in one letter, and so their sums (CRC-32) by what
    that letter adds where it stands, which is the same in all words.
    """
    if not word.isascii():
        return {crc << 31 | number for crc in _remainders(kind, word, gone)}
    letters, begun = word.encode(), _BEGUN[kind]  # each letter a byte
    adds = _adds(len(letters) - gone)
    first = crc32(letters[gone:], begun) << 31 | number
    moved = accumulate(map(getitem, adds, map(xor, letters, letters[gone:])), xor, initial=first)
    if gone == 1:
        return (crc32(letters, begun) << 31 | number, *moved)
    # Two that stand side by side; from there the second goes on alone.
    alone = list(accumulate(map(getitem, adds, map(xor, letters[1:], letters[2:])), xor, initial=0))
    return {first ^ other for at, first in enumerate(map(xor, moved, alone)) for other in alone[at:]}


@lru_cache(maxsize=_LONGEST)
def _adds(size: int) -> list[list[int]]:
    # Of each place in so many letters, what a letter there changes that differs by so many bits from what was there.
    plain = crc32(bytes(size))
    return [
        [(crc32(bytes((*bytes(at), bits, *bytes(size - at - 1)))) ^ plain) << 31 for bits in range(128)]
        for at in range(size)
    ]
