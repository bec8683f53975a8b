"""The results that have a query's words in the title, of very many: what is worth weighing, whatever its year.

The index is asked by its marks, whose lists are short, and texts tell whether what it finds is a result: to look for
a common word again in its whole list would cost more than all the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, combinations, islice

from sqlalchemy import Connection

from db import marks
from db.compile import compiled
from db.frequency import Often, conjunction
from db.fulltext import Beginnings, words
from db.gather import Asked, listed, texts
from db.weigh import Texts, leaf_count
from domain.query import And, Node, Not, Or, Text, both

_TELLING = 3  # words that are looked for together
_EVERYWHERE = 0.4  # of all papers: a word in more says nothing of a title
_COMMON = 0.12  # of all papers
_ROWS = 30_000  # entries of the index's lists that are gone through for titles with all of the words
_FEWER_ROWS = 15_000  # the same for those with some of them, which are several lists
_TOGETHER = 2  # times as many titles have some words as if these were there by chance, or fewer

Mark = Callable[[str], str]
"""The mark of a paper that has a stem, as db/marks.py knows it."""
Newer = Callable[[float, float], int | None]
"""The place below which about so many of some rows stand; None: all do."""

# Papers have a word somewhere for one that has it so, about.
_SELDOM: dict[Mark, int] = {marks.titled_with: 8, marks.briefly_titled_with: 64}


class Titles:
    """What is asked of titles for a query as of a day, where words are so frequent, and beginnings stand for these."""

    def __init__(
        self, root: Node, today: date, often: Mapping[Text, Often], all_papers: int, beginnings: Beginnings | None
    ) -> None:
        self._today = today
        self._often = often
        self._all = all_papers
        self._beginnings = beginnings
        parts = required(root)
        self._holds = {part: holds(part) for part in parts}
        self._others = [part for part in parts if self._holds[part] is None]
        self._required = [part for part in parts if isinstance(part, Text)]
        rarest = sorted(often, key=lambda leaf: often[leaf].papers)
        telling = [leaf for leaf in rarest if often[leaf].papers < _EVERYWHERE * all_papers] or rarest[:1]
        told = (leaf for leaf in telling if marked(leaf, marks.titled_with, beginnings))
        self._together = tuple(islice(told, _TELLING))

    def found(self, connection: Connection, newer: Newer, limit: int) -> dict[int, Texts]:
        """About so many results and their texts: with all of the words first, in a short title before any."""
        together = self._together
        if not together:
            return {}
        (found,) = listed(connection, self._asked(together, newer, limit))
        if len(found) == limit and not any(leaf.prefix for leaf in together):
            (short,) = listed(connection, self._asked(together, newer, limit, marks.briefly_titled_with))
            found = [*short, *found]
        chosen = dict.fromkeys(found)
        for size in range(len(together) - 1, 0, -1):
            if len(chosen) >= limit:
                break
            some = [self._asked(each, newer, limit) for each in combinations(together, size)]
            chosen |= dict.fromkeys(chain.from_iterable(listed(connection, *some)))
        read = {each.place: each for each in texts(connection, list(islice(chosen, limit)))}
        tests = [test for test in self._holds.values() if test]
        return {at: each for at in chosen if (each := read.get(at)) and all(test(each) for test in tests)}

    def _asked(self, some: Sequence[Text], newer: Newer, limit: int, mark: Mark = marks.titled_with) -> Asked:
        # The newest papers with these words in the title, in a short one or any, that have the other words at all.
        terms = dict.fromkeys(term for leaf in some for term in marked(leaf, mark, self._beginnings))
        seldom = _SELDOM[mark]
        others = [leaf for leaf in self._required if leaf not in some and not common(self._often[leaf], self._all)]
        expected = _TOGETHER * self._all * math.prod(self._often[leaf].papers / seldom / self._all for leaf in some)
        if expected <= limit:
            others = []  # which their texts tell soon enough, for so few
        together = " AND ".join([*terms, *(f"({words(leaf, self._beginnings)})" for leaf in others)])
        place = Text("title", field="title")
        asked = compiled(
            both([place, *self._others]),
            self._today,
            lambda leaf: together if leaf is place else words(leaf, self._beginnings),
        )
        in_title = [rows // seldom for leaf in some for rows in self._often[leaf].lists]
        elsewhere = [rows for leaf in others for rows in self._often[leaf].lists]
        rows = conjunction([*in_title, *elsewhere], min(self._often[leaf].papers for leaf in some) // seldom)
        most = _ROWS if len(some) == len(self._together) else _FEWER_ROWS
        for leaf in others:
            expected *= self._often[leaf].papers / self._all
        # Where none may be among these, FTS5 would go on to the next one all the same, wherever that is.
        bounded = expected * most > rows
        return Asked(asked.match or together, limit, newer(most, rows) if bounded else None, asked.conditions)


def common(often: Often, all_papers: int) -> bool:
    """Whether a word is in so many papers that it is not looked for in the index, but in what that finds."""
    return often.papers >= _COMMON * all_papers


def required(root: Node) -> tuple[Node, ...]:
    """The parts of a query that hold for each result."""
    return root.children if isinstance(root, And) else (root,)


def marked(leaf: Text, mark: Mark, beginnings: Beginnings | None) -> list[str]:
    """What the index is asked for the papers that have all of a leaf's words so marked; nothing where no mark says."""
    if leaf.field in {"author", "title" if mark is marks.heavy else "abstract"}:
        return []
    *first, last = leaf.stems
    ends: Iterable[str] = (last,)
    if leaf.prefix and beginnings is not None:
        ends = beginnings[("text", last)]
    sign = " *" if leaf.prefix and beginnings is None else ""
    any_end = " OR ".join(f'"{mark(end)}"{sign}' for end in ends)
    return [*(f'"{mark(word)}"' for word in first), f"({any_end})"] if any_end else []


def holds(node: Node) -> Callable[[Texts], bool] | None:
    """Says of a paper's texts whether a part of a query holds for them; None where texts do not tell."""
    match node:
        case Text():
            count = leaf_count(node)
            return lambda texts: count(texts.title, texts.abstract, texts.authors) > 0
        case Not(child):
            test = holds(child)
            return (lambda texts: not test(texts)) if test else None
        case And(children) | Or(children):
            tests = [holds(child) for child in children]
            known = [test for test in tests if test]
            if len(known) < len(tests):
                return None
            every = all if isinstance(node, And) else any
            return lambda texts: every(test(texts) for test in known)
        case _:
            return None
