"""How a typed word may have been meant: as it is, where it occurs, or as words that are spelt nearly so.

A reading costs the edits it takes, more for a word in few papers. Numbers and single letters stay as they are.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import product

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from db import schema
from db.neighbours import Near, known, near
from domain.errors import QueryError
from domain.parse import parse
from domain.query import Text
from domain.words import Token, tokens

_SHORTEST = 2  # letters of a word that is looked into
_TWICE = 5  # letters from which two edits are likelier than another word
_SELDOM = 0.02  # of all papers: a word in more of them is meant
_SELDOM_HERE = 5  # papers of a small store, likewise
_SPELLINGS = 16  # of one word
_WORDINGS = 24  # of one phrase

# What a spelling costs, in edits.
_RARE = 0.25  # less for each tenfold more papers
_FIRST = 0.2  # the first letter is seldom wrong
_OCCURS = 0.5  # to leave a word that does occur
_DOUBTED = 1.0  # to keep it, if it were in a single paper
_SIGNS = 0.7  # to have digits

_Costs = Mapping[str, float]


class Reading(Struct, frozen=True):
    """A word or phrase as it may have been meant, what that costs, and which typed words it changes to which."""

    leaf: Text
    cost: float = 0.0
    changed: tuple[tuple[str, str], ...] = ()


class Doubt(Struct, frozen=True):
    """Which words are looked into though they occur: so many times rarer than a neighbour, at least so long.

    Those of two letters only if they are much rarer still. `keep`: such a word may also have been meant.
    """

    times: int
    letters: int
    keep: bool

    def far(self, form: str) -> int:
        """How many times rarer than a neighbour a word has to be."""
        return self.times if len(form) > _SHORTEST else 100


NOTHING_HAS_ALL = Doubt(5, _SHORTEST, keep=True)
SOMETHING_HAS_ALL = Doubt(200, 5, keep=False)


class _Typed(Struct, frozen=True):
    """A token, the kinds of words it may be, and what of it is doubted if it occurs."""

    token: Token
    kinds: tuple[str, ...]
    doubt: Doubt | None

    def word(self, kind: str) -> str:
        return self.token.form if kind == "author" else self.token.stem


def readings(connection: Connection, leaves: Iterable[Text], doubt: Doubt | None) -> dict[Text, list[Reading]]:
    """The readings of each word and phrase, the cheapest first.

    Words that occur in no paper are looked into, and outside quotes also those that `doubt` says.
    """
    typed = {leaf: _typed(leaf, None if leaf.quoted else doubt) for leaf in leaves}
    costs = _spellings(connection, {each for found in typed.values() for each in found})
    return {leaf: _wordings(leaf, found, costs) for leaf, found in typed.items()}


def _typed(leaf: Text, doubt: Doubt | None) -> list[_Typed]:
    kinds = ("author",) if leaf.field == "author" else ("text",) if leaf.field else ("text", "author")
    found = tokens(leaf.words)
    # One sign may unfold into several tokens, which cannot change one by one.
    alone = Counter(token.start for token in found)
    return [_Typed(token, kinds if alone[token.start] == 1 else (), doubt) for token in found]


def _spellings(connection: Connection, typed: Iterable[_Typed]) -> dict[_Typed, _Costs]:
    # For each token the forms it may have been, with what they cost.
    looked = [each for each in typed if len(each.token.form) >= _SHORTEST and each.token.form.isalpha()]
    counts: dict[_Typed, int] = defaultdict(int)
    for kind in ("text", "author"):
        held = known(connection, kind, {each.word(kind) for each in looked if kind in each.kinds})
        for each in looked:
            if kind in each.kinds and each.word(kind) in held:
                counts[each] += held[each.word(kind)].papers
    everything = connection.execute(select(func.max(schema.papers.c.number))).scalar() or 0
    seldom = max(_SELDOM_HERE, everything * _SELDOM)
    found: dict[_Typed, dict[str, float]] = {each: {} for each in looked}
    for each in looked:
        occurs = counts[each] > 0
        if occurs and not (each.doubt and counts[each] <= seldom and len(each.token.form) >= each.doubt.letters):
            continue
        for kind in each.kinds:
            for form, cost in _costs(each, _near(connection, each, kind, occurs=occurs), counts[each]):
                found[each][form] = min(cost, found[each].get(form, cost))
    for each, costs in found.items():
        if counts[each] and (not costs or not each.doubt or each.doubt.keep):
            costs[each.token.form] = max(0.0, _DOUBTED - _RARE * math.log10(counts[each])) if costs else 0.0
    return {each: dict(nsmallest(_SPELLINGS, costs.items(), key=lambda item: item[1])) for each, costs in found.items()}


def _near(connection: Connection, typed: _Typed, kind: str, *, occurs: bool) -> list[Near]:
    # The stem of a mistyped word may lack a letter that its right spelling keeps.
    found: dict[str, Near] = {}
    for word in {typed.token.form, typed.word(kind)}:
        for other, each in near(connection, kind, word, 2 if len(word) >= _TWICE and not occurs else 1).items():
            if other not in found or each.edits < found[other].edits:
                found[other] = each
    found.pop(typed.word(kind), None)
    return list(found.values())


def _costs(typed: _Typed, others: Iterable[Near], count: int) -> Iterable[tuple[str, float]]:
    form = typed.token.form
    least = typed.doubt.far(form) * count if typed.doubt else 0
    for other in others:
        if other.form != form and other.papers >= least:
            cost = 1 + other.edits - _RARE * math.log10(other.papers) + _FIRST * (other.form[0] != form[0])
            yield other.form, max(0.1, cost) + _OCCURS * bool(count) + _SIGNS * (not other.form.isalpha())


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
    cost = sum(price for _, price in words)
    meant = replace(leaf, words=text)
    if changed and not _reads_back(meant):
        meant = replace(meant, quoted=True)
    return Reading(meant, cost, tuple(reversed(changed)))


def _reads_back(leaf: Text) -> bool:
    try:
        return parse(str(leaf)).root == leaf
    except QueryError:
        return False
