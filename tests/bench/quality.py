"""How good the results are: misspelt titles, known items, judged queries, and what is made of the ranks."""

from __future__ import annotations

import json
import math
import random
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from db import search
from domain.errors import QueryError
from domain.parse import parse
from domain.query import Query
from tests.bench.corpora import TODAY


@dataclass(frozen=True, slots=True)
class Misspelt:
    """Some words of a paper's title, right and with one or two edits."""

    paper: int
    right: str
    wrong: str


def misspelt(connection: Connection, sources: Iterable[str], count: int, seed: int) -> list[Misspelt]:
    """Samples of three to five words of a title, by turns next to each other and not, in their order there.

    An edit leaves out, puts in, replaces or swaps a letter, at any place of any of the words.
    """
    dice = random.Random(seed)
    highest = connection.execute(text("SELECT max(number) FROM papers")).scalar_one()
    listed = json.dumps(list(sources))
    drawn = text(
        "SELECT number, title FROM papers WHERE number = :number AND EXISTS (SELECT 1 FROM paper_sources "
        "WHERE paper = number AND source IN (SELECT value FROM json_each(:sources)))"
    )
    found: list[Misspelt] = []
    while len(found) < count:
        row = connection.execute(drawn, {"number": dice.randint(1, highest), "sources": listed}).one_or_none()
        if row is None:
            continue
        number, title = row
        words = [word.lower() for word in re.findall(r"[A-Za-z]+", title) if len(word) >= 3]
        many = dice.randint(3, 5)
        if len(words) < many:
            continue
        start = dice.randrange(len(words) - many + 1)
        scattered = sorted(dice.sample(range(len(words)), many))
        chosen = [words[at] for at in (scattered if len(found) % 2 else range(start, start + many))]
        wrong = list(chosen)
        for _ in range(dice.randint(1, 2)):
            at = dice.randrange(many)
            wrong[at] = _edited(dice, wrong[at])
        found.append(Misspelt(number, " ".join(chosen), " ".join(wrong)))
    return found


def _edited(dice: random.Random, word: str) -> str:
    while True:
        at, letter = dice.randrange(len(word)), dice.choice(string.ascii_lowercase)
        start, end = word[:at], word[at:]
        edited = dice.choice(
            (start + end[1:], start + letter + end, start + letter + end[1:], start + end[1::-1] + end[2:])
        )
        if edited not in {word, ""}:
            return edited


def asked(words: str) -> Query:
    """A query of a text, or of its bare words where its signs mean something else in the language."""
    try:
        return parse(words)
    except QueryError:
        return parse(" ".join(re.findall(r"\w+", words.lower())))


def found(connection: Connection, words: str, limit: int = 10, today: date = TODAY) -> list[int]:
    """The numbers of the papers that search finds."""
    return [hit.paper.number for hit in search.search(connection, asked(words), today, limit=limit).hits]


def reciprocal(ranked: Sequence[int], wanted: int) -> float:
    """1 for the first place, a half for the second, and so on to the tenth; 0 beyond."""
    return 1 / (ranked.index(wanted) + 1) if wanted in ranked[:10] else 0.0


def ndcg(ranked: Sequence[int], relevance: Mapping[int, int]) -> float:
    """Normalised discounted cumulative gain of the first ten, with the gain 2 to the relevance, less 1."""
    gained = [2 ** relevance.get(number, 0) - 1 for number in ranked[:10]]
    ideal = sorted((2**value - 1 for value in relevance.values()), reverse=True)[:10]
    return _discounted(gained) / (_discounted(ideal) or 1.0)


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def mean(values: Iterable[float]) -> float:
    """The mean, 0 of nothing."""
    listed = list(values)
    return sum(listed) / (len(listed) or 1)
