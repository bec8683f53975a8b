"""Subscriptions to measure with: distinct queries as people write them, of words that the papers really have."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from domain.paper import Paper
from domain.words import forms

_SHORTEST = 3  # letters of a word that somebody follows
_FEW = 5  # titles
_COMMON = 0.005  # of all titles: a word in more of them says too little to follow


def wishes(papers: Sequence[Paper], seed: int = 7) -> Iterator[str]:
    """Queries without end, none of them twice; the same ones for the same papers and seed."""
    dice = random.Random(seed)
    known: set[int] = set()
    kinds, weights = zip(*_KINDS, strict=True)
    titles = Counter(form for paper in papers for form in set(forms(paper.title)))
    common = {form for form, many in titles.items() if many > max(_FEW, len(papers) * _COMMON)}
    while True:
        paper = dice.choice(papers)
        words = [form for form in forms(paper.title) if len(form) >= _SHORTEST and form not in common]
        (kind,) = dice.choices(kinds, weights)
        query = kind(dice, paper, words) if len(words) >= 4 else ""
        if query and hash(query) not in known:
            known.add(hash(query))
            yield query


def _words(count: int) -> Callable[[random.Random, Paper, list[str]], str]:
    return lambda dice, _, words: " ".join(dice.sample(words, count))


def _phrase(dice: random.Random, paper: Paper, words: list[str]) -> str:
    text = forms(dice.choice((paper.title, paper.text)))
    size = dice.choice((2, 2, 3))
    at = dice.randrange(max(1, len(text) - size))
    said = text[at : at + size]
    # Nobody follows "of the": all of it are words, and one of them says something.
    return f'"{" ".join(said)}"' if min(map(len, said)) > _SHORTEST and set(words) & set(said) else ""


def _either(dice: random.Random, paper: Paper, words: list[str]) -> str:
    one, other, third = dice.sample(words, 3)
    return dice.choice((f"{one} OR {other}", f"({one} OR {other}) {third}", f"({one} {third}) OR {other}"))


def _without(dice: random.Random, paper: Paper, words: list[str]) -> str:
    one, other, third = dice.sample(words, 3)
    return dice.choice((f"{one} -{other}", f"{one} {third} -{other}"))


def _author(dice: random.Random, paper: Paper, words: list[str]) -> str:
    if not paper.authors:
        return ""
    name = " ".join(forms(dice.choice(paper.authors)))
    if not name:
        return ""
    return dice.choice((f'author:"{name}"', f"author:{name.split()[-1]} {dice.choice(words)}"))


def _category(dice: random.Random, paper: Paper, words: list[str]) -> str:
    if not paper.categories:
        return ""
    wanted = dice.choice((f"cat:{paper.categories[0]}", "cat:cs"))
    return f"{wanted} {' '.join(dice.sample(words, dice.choice((1, 2))))}"


def _prefix(dice: random.Random, paper: Paper, words: list[str]) -> str:
    one, other = dice.sample(words, 2)
    return dice.choice((f"{one[:5]}*", f"{one[:4]}* {other}")) if len(one) > 5 else ""


def _field(dice: random.Random, paper: Paper, words: list[str]) -> str:
    one, other = dice.sample(words, 2)
    return dice.choice((f"title:{one} {other}", f"title:{one} abstract:{other}", f"{one} {other} since:7d"))


_KINDS: tuple[tuple[Callable[[random.Random, Paper, list[str]], str], int], ...] = (
    (_words(1), 10),
    (_words(2), 24),
    (_words(3), 20),
    (_phrase, 30),
    (_either, 10),
    (_without, 6),
    (_author, 8),
    (_category, 4),
    (_prefix, 2),
    (_field, 2),
)
