"""The new papers of a round, as editions are dealt from them: what is asked of all of them in many channels, as masks.

A mask has a bit for each paper, as in digests/match.py, and a few operations on it decide about all papers at once.
Pure.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from digests.column import places
from digests.match import Batch
from domain.compact import wanted
from domain.paper import Paper

# How much a column counts that a wanted word is in: powers of two, in the place of their binary digit.
WEIGHTS: Mapping[str, int] = {"abstract": 0, "author": 1, "title": 2}
_KNOWN = 10_000  # words and phrases of which it is kept where they stand, and instants of which papers count


class News(Batch):
    """New papers to match queries against, the most popular first, then the newest, then who came last."""

    def __init__(self, papers: Iterable[Paper], today: date) -> None:
        super().__init__(sorted(papers, key=_standing), today)
        self._places = {paper.number: place for place, paper in enumerate(self.papers)}
        self._dated = self._where(lambda paper: paper.dated)
        self._by_day = self._since(lambda paper: paper.day)
        self._by_seen = self._since(lambda paper: paper.first_seen)
        self._counting: dict[datetime, int] = {}
        self._standing_in: dict[str, list[tuple[int, int]]] = {}

    def _where(self, holds: Callable[[Paper], bool]) -> int:
        return sum(1 << place for place, paper in enumerate(self.papers) if holds(paper))

    def _since(self, of: Callable[[Paper], Any]) -> tuple[list[Any], list[int]]:
        """What papers have of something, in order, and from each on which papers."""
        values = sorted({of(paper) for paper in self.papers})
        at = {value: place for place, value in enumerate(values)}
        masks = [0] * (len(values) + 1)
        for place, paper in enumerate(self.papers):
            masks[at[of(paper)]] |= 1 << place
        for place in reversed(range(len(values))):
            masks[place] |= masks[place + 1]
        return values, masks

    def counting(self, starts: datetime) -> int:
        """The papers that are new enough for what counts from an instant on."""
        known = self._counting.get(starts)
        if known is None:
            if len(self._counting) >= _KNOWN:
                self._counting.clear()
            known = self._counting[starts] = self._new(starts)
        return known

    def _new(self, starts: datetime) -> int:
        days, since_day = self._by_day
        seen, since_seen = self._by_seen
        dated = since_day[bisect_left(days, starts.astimezone(UTC).date())] & self._dated
        return dated | (since_seen[bisect_left(seen, starts)] & ~self._dated)

    def numbers(self, mask: int) -> list[int]:
        """The numbers of a mask's papers."""
        return [self.papers[place].number for place in places(mask)]

    def numbered(self, numbers: Iterable[int]) -> int:
        """Those of these papers that are new."""
        mask = 0
        for number in numbers:
            if (place := self._places.get(number)) is not None:
                mask |= 1 << place
        return mask

    def relevance(self, compacted: str, among: int) -> list[int]:
        """How well papers of a mask answer a query's words: the sum of the weights of the columns that each is in.

        They are added up in all papers at once: the masks are those of the sum's binary digits, the lowest first.
        """
        digits: list[int] = []
        for leaf in wanted(compacted):
            for digit, mask in self._standing(leaf):
                carried = mask & among
                while carried:
                    digits += [0] * (digit + 1 - len(digits))
                    digits[digit], carried = digits[digit] ^ carried, digits[digit] & carried
                    digit += 1  # noqa: PLW2901  # where it is carried to
        return digits

    def _standing(self, leaf: str) -> list[tuple[int, int]]:
        """Where a word or phrase stands: for each column the digit of its weight, and in which papers."""
        found = self._standing_in.get(leaf)
        if found is None:
            found = [(WEIGHTS[name], mask) for name, mask in self.answers.standing(leaf) if mask]
            if len(self._standing_in) >= _KNOWN:
                self._standing_in.clear()
            self._standing_in[leaf] = found
        return found

    def ordered(self, hand: int, compacted: str, taste: Callable[[Paper], float] | None) -> list[int]:
        """The places of a mask's papers: the most relevant first, then as they stand here. `taste` is added to it."""
        if not hand & (hand - 1):
            return places(hand)
        digits = self.relevance(compacted, hand)
        if taste is None:
            return [place for mask in _ranked(hand, digits) for place in places(mask)]
        papers = self.papers
        return sorted(places(hand), key=lambda place: -score(digits, place) - taste(papers[place]))


def _standing(paper: Paper) -> tuple[int, int, int]:
    """What orders papers that are equally relevant: popularity, then date, then which came last."""
    return -(paper.upvotes or 0), -paper.day.toordinal(), -paper.number


def score(digits: Sequence[int], place: int) -> int:
    """A paper's sum out of its binary digits."""
    return sum((mask >> place & 1) << digit for digit, mask in enumerate(digits))


def _ranked(hand: int, digits: list[int]) -> Iterator[int]:
    """The papers of a mask by their sums, the highest first: a mask for those of each."""
    if not digits:
        yield hand
        return
    *lower, highest = digits
    for part in (hand & highest, hand & ~highest):
        if part:
            yield from _ranked(part, lower)
