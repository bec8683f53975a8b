"""What a channel's votes say about papers to come: which of them it would rather see first. Pure.

Votes only re-order; no paper is hidden by them, and forgetting them forgets all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from domain.paper import Paper
from domain.words import forms, stems

STRENGTH = 2.0  # at most half of what a wanted word in the title counts


def taste(votes: Iterable[tuple[Paper, int]]) -> Callable[[Paper], float]:
    """A score from -STRENGTH to STRENGTH for any paper, from votes of +1 and -1 on others.

    A paper is liked for the words of its title and for its authors, as far as those it shares were liked.
    """
    likes: Counter[str] = Counter()
    for paper, value in votes:
        for feature in _features(paper):
            likes[feature] += value
    if not likes:
        return lambda _: 0.0

    def score(paper: Paper) -> float:
        features = _features(paper)
        opinions = [max(-1, min(1, likes[feature])) for feature in features if feature in likes]
        return STRENGTH * sum(opinions) / len(features) if features else 0.0

    return score


def _features(paper: Paper) -> set[str]:
    return {f"title:{stem}" for stem in stems(paper.title)} | {f"author:{' '.join(forms(a))}" for a in paper.authors}
