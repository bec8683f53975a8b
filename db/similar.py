"""Papers like one, found by its own telling words: frequent in it, in its title above all, and rare elsewhere."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection

from db import loading
from db.frequency import sizes
from db.gather import having, texts
from db.neighbours import known
from db.places import number
from db.vocabulary import indexed
from domain.paper import Paper

_WORDS = 20  # that tell the most
_CANDIDATES = 200
_POSTINGS = 5_000  # of each word, the newest
_TITLE = 3.0  # a word in the title counts as so many in the abstract


def similar(connection: Connection, paper: Paper, *, limit: int = 10) -> list[Paper]:
    """The papers most like this one, the most alike first, without itself; none where its words say nothing."""
    telling = _telling(connection, paper)
    if not telling:
        return []
    groups = [((word,), weight) for word, weight in telling.items()]
    candidates = having(connection, groups, (), _CANDIDATES, _POSTINGS)
    alike = {
        number(each.place): _alike(telling, _weights(each.title, each.abstract))
        for each in texts(connection, candidates)
    }
    alike.pop(paper.number, None)
    best = sorted(alike, key=lambda number: (-alike[number], -number))[:limit]
    return loading.load(connection, best)


def _telling(connection: Connection, paper: Paper) -> dict[str, float]:
    title, abstract, *_ = indexed(paper)
    weights = _weights(title, abstract)
    everything = sizes(connection).papers
    found = {
        word: weights[word] * math.log(max(1.0, everything / held.papers))
        for word, held in known(connection, "text", weights).items()
        if held.papers > 1  # a word of its own leads nowhere
    }
    best = sorted(found, key=lambda word: (-found[word], word))[:_WORDS]
    return {word: found[word] for word in best if found[word] > 0}


def _weights(title: str, abstract: str) -> dict[str, float]:
    # The second time a word comes says less than the first.
    often = Counter(abstract.split())
    for word in title.split():
        often[word] += round(_TITLE)
    return {word: 1 + math.log(many) for word, many in often.items()}


def _alike(telling: Mapping[str, float], other: Mapping[str, float]) -> float:
    # The cosine, but for the length of the telling words, which is the same for all.
    length = math.sqrt(sum(weight * weight for weight in other.values()))
    return sum(weight * other.get(word, 0.0) for word, weight in telling.items()) / (length or 1.0)
