"""How a typed word may have been meant: as it is, where it occurs, or as words that are spelt nearly so.

A reading costs the edits it takes, more for a word in few papers. Numbers and single letters stay as they are.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import product

from sqlalchemy import Connection

from db.neighbours import Known, Words, known, words_of
from domain.errors import QueryError
from domain.parse import parse
from domain.query import Text
from domain.words import Token, tokens

_SHORTEST = 2  # letters of a word that is looked into
_TWICE = 5  # letters from which two edits are likelier than another word
_FAR_RARER = 5  # times
_SHORT_RARER = 100  # likewise, for the shortest words
_SPELLINGS = 16  # of one word
_WORDINGS = 24  # of one phrase

# What a spelling costs, in edits.
_RARE = 0.25  # less for each tenfold more papers
_FIRST = 0.2  # the first letter is seldom wrong
_OCCURS = 0.5  # to leave a word that does occur
_SIGNS = 0.7  # to have digits

_Costs = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Reading:
    """A word or phrase as it may have been meant, what that costs, and which typed words it changes to which."""

    leaf: Text
    cost: float = 0.0
    changed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Typed:
    """A token, the kinds of words it may be, and whether it is looked into even if it occurs."""

    token: Token
    kinds: tuple[str, ...]
    doubted: bool

    def word(self, kind: str) -> str:
        return self.token.form if kind == "author" else self.token.stem


def readings(connection: Connection, leaves: Iterable[Text], *, doubted: bool) -> dict[Text, list[Reading]]:
    """The readings of each word and phrase, the cheapest first.

    Words that occur in no paper are looked into, with `doubted` also those that are far rarer than a neighbour;
    in quotes only the former.
    """
    typed = {leaf: _typed(leaf, doubted=doubted and not leaf.quoted) for leaf in leaves}
    costs = _spellings(connection, {each for found in typed.values() for each in found})
    return {leaf: _wordings(leaf, found, costs) for leaf, found in typed.items()}


def _typed(leaf: Text, *, doubted: bool) -> list[_Typed]:
    kinds = ("author",) if leaf.field == "author" else ("text",) if leaf.field else ("text", "author")
    found = tokens(leaf.words)
    # One sign may unfold into several tokens, which cannot change one by one.
    alone = Counter(token.start for token in found)
    return [_Typed(token, kinds if alone[token.start] == 1 else (), doubted) for token in found]


def _spellings(connection: Connection, typed: Iterable[_Typed]) -> dict[_Typed, _Costs]:
    # For each token the forms it may have been, with what they cost.
    looked = [each for each in typed if len(each.token.form) >= _SHORTEST and each.token.form.isalpha()]
    counts: dict[_Typed, int] = defaultdict(int)
    for kind in ("text", "author"):
        held = known(connection, kind, {each.word(kind) for each in looked if kind in each.kinds})
        for each in looked:
            if kind in each.kinds and each.word(kind) in held:
                counts[each] += held[each.word(kind)].papers
    words = words_of(connection)
    edits = {
        (each, kind): _edits(words, each, kind, occurs=bool(counts[each]))
        for each in looked
        if each.doubted or not counts[each]
        for kind in each.kinds
    }
    found: dict[_Typed, dict[str, float]] = {each: {each.token.form: 0.0} if counts[each] else {} for each in looked}
    for kind in ("text", "author"):
        held = known(connection, kind, {word for (_, other), near in edits.items() if other == kind for word in near})
        for (each, other), near in edits.items():
            if other == kind:
                for form, cost in _costs(each, near, held, counts[each]):
                    found[each][form] = min(cost, found[each].get(form, cost))
    return {each: dict(nsmallest(_SPELLINGS, costs.items(), key=lambda item: item[1])) for each, costs in found.items()}


def _edits(words: Words, typed: _Typed, kind: str, *, occurs: bool) -> dict[str, int]:
    # The stem of a mistyped word may lack a letter that its right spelling keeps.
    found: dict[str, int] = {}
    for word in {typed.token.form, typed.word(kind)}:
        for other, distance in words.near(kind, word, 2 if len(word) >= _TWICE and not occurs else 1).items():
            found[other] = min(distance, found.get(other, distance))
    return {other: distance for other, distance in found.items() if other != typed.word(kind)}


def _costs(
    typed: _Typed, edits: Mapping[str, int], held: Mapping[str, Known], count: int
) -> Iterable[tuple[str, float]]:
    form = typed.token.form
    far = _FAR_RARER if len(form) > _SHORTEST else _SHORT_RARER
    for other, distance in edits.items():
        if other in held and held[other].form != form and held[other].papers >= far * count:
            cost = 1 + distance - _RARE * math.log10(held[other].papers) + _FIRST * (other[0] != form[0])
            yield held[other].form, max(0.1, cost) + _OCCURS * bool(count) + _SIGNS * (not other.isalpha())


def _wordings(leaf: Text, typed: Sequence[_Typed], costs: Mapping[_Typed, _Costs]) -> list[Reading]:
    choices = [list((costs.get(each) or {each.token.form: 0.0}).items()) for each in typed]
    if leaf.prefix:
        choices[-1] = [(typed[-1].token.form, 0.0)]
    cheapest = nsmallest(_WORDINGS, product(*choices), key=lambda words: sum(cost for _, cost in words))
    return [_reading(leaf, [each.token for each in typed], words) for words in cheapest]


def _reading(leaf: Text, typed: Sequence[Token], words: Sequence[tuple[str, float]]) -> Reading:
    text, changed = leaf.words, []
    for token, (form, _) in reversed(list(zip(typed, words, strict=True))):
        if form != token.form:
            changed.append((leaf.words[token.start : token.end], form))
            text = text[: token.start] + form + text[token.end :]
    if not changed:
        return Reading(leaf)
    meant = replace(leaf, words=text)
    if not _reads_back(meant):
        meant = replace(meant, quoted=True)
    return Reading(meant, sum(cost for _, cost in words), tuple(reversed(changed)))


def _reads_back(leaf: Text) -> bool:
    try:
        return parse(str(leaf)).root == leaf
    except QueryError:
        return False
