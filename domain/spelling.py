"""Which known name somebody probably meant. Small on purpose: every start of the program loads it."""

from __future__ import annotations

from collections.abc import Iterable


def distance(first: str, second: str) -> int:
    """How many letters were left out, added, replaced or exchanged with their neighbour, no letter twice."""
    before: list[int] = []
    above = list(range(len(second) + 1))
    for i, letter in enumerate(first):
        row = [i + 1]
        for j, other in enumerate(second):
            cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (letter != other))
            if i and j and letter == second[j - 1] and other == first[i - 1]:
                cost = min(cost, before[j - 1] + 1)
            row.append(cost)
        before, above = above, row
    return above[-1]


def nearest(word: str, known: Iterable[str], allowed: int) -> list[str]:
    """The known names within `allowed` mistakes, nearest first, equally near ones in their order."""
    likely = (name for name in known if abs(len(name) - len(word)) <= allowed)
    found = sorted(((distance(word, name), place, name) for place, name in enumerate(likely)))
    return [name for mistakes, _, name in found if mistakes <= allowed]
