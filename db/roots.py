"""The root that related words share: prune, pruned and pruning. Only for weighing partial matches.

Coarser than what counts as one word (domain/words.py), so nothing is found or left out by it.
"""

from __future__ import annotations

from functools import lru_cache

_SHORTEST = 3
_ENDINGS = sorted(
    (
        "e y i es ed er or al ic ly ing ings ion ive ity ize ise ism ist ant ent ous ful less able ible ance ence ment "
        "ness ate ated ates ator ating ation ations ational ative atively ition itive ical ically ally ized ised izer "
        "iser izing ising ization isation ability ibility fulness iveness ousness"
    ).split(),
    key=len,
    reverse=True,
)


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """The beginning that the relatives of a word share; the word itself where nothing can be cut."""
    if not word.isascii() or not word.isalpha():
        return word
    left = word
    while ending := next((e for e in _ENDINGS if left.endswith(e) and len(left) - len(e) >= _SHORTEST), ""):
        left = left.removesuffix(ending)
    doubled = len(left) > _SHORTEST and left[-1] == left[-2] and left[-1] not in "aeiou"
    return left[:-1] if doubled else left
