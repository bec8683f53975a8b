"""How relevant papers are to words: BM25 over their texts, title heaviest, then how the title fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from db.marks import LENGTH, SATURATION
from domain.query import Text
from domain.words import stem

TITLE, ABSTRACT, AUTHORS = 10.0, 1.0, 3.0
_STEPS = 50  # of relevance below the best
_NEAR = 0.8  # of 1: how far query and title are the same words for the title to be the query
_ORDERED = 0.8  # what words next to each other in the title add, as in the query
_COVERED = 0.8  # what a title adds that is made of the query's words alone


class Texts(NamedTuple):
    """A paper's texts as the index has them, with a space at both ends, and its place."""

    place: int
    title: str
    abstract: str
    authors: str


Count = Callable[[str, str, str], float]
"""How often a word comes in title, abstract and authors, by what each weighs; texts have a space at both ends."""


def bm25(words: Sequence[tuple[Count, float]], papers: Sequence[Texts], usual: float) -> list[float]:
    """The relevance of each paper to words, each with how much it tells, where `usual` is how many words papers have.

    As FTS5 counts it (https://sqlite.org/fts5.html#the_bm25_function).
    """
    counts = [(count, telling * (SATURATION + 1)) for count, telling in words]
    fixed, by_length = SATURATION * (1 - LENGTH), SATURATION * LENGTH / usual
    found = []
    for _, title, abstract, authors in papers:
        least = fixed + by_length * (title.count(" ") + abstract.count(" ") + authors.count(" ") - 3)
        score = 0.0
        for count, worth in counts:
            many = count(title, abstract, authors)
            score += worth * many / (many + least)
        found.append(score)
    return found


def stem_count(word: str, title: float, authors: float) -> Count:
    """The count of a stem anywhere, where in title and authors it weighs so much and in the abstract 1."""
    said = f" {word} "
    return lambda titled, text, named: title * titled.count(said) + text.count(said) + authors * named.count(said)


def leaf_count(leaf: Text) -> Count:
    """The count of a word, phrase or prefix where it is asked for, with the weights above."""
    end = "" if leaf.prefix else " "
    said, name = f" {' '.join(leaf.stems)}{end}", f" {' '.join(leaf.forms)}{end}"
    if not leaf.field and not leaf.prefix:
        return lambda title, text, authors: (
            TITLE * title.count(said) + ABSTRACT * text.count(said) + AUTHORS * authors.count(name)
        )
    whole = stem(leaf.forms[-1])
    irregular = leaf.prefix and not whole.startswith(leaf.forms[-1])
    other = f" {' '.join((*leaf.stems[:-1], whole))} " if irregular else ""
    weights = [
        weight * (leaf.field in {"", field})
        for weight, field in ((TITLE, "title"), (ABSTRACT, "abstract"), (AUTHORS, "author"))
    ]

    def count(title: str, text: str, authors: str) -> float:
        many = weights[0] * title.count(said) + weights[1] * text.count(said) + weights[2] * authors.count(name)
        return many + (weights[0] * title.count(other) + weights[1] * text.count(other) if other else 0)

    return count


def ordered(
    words: Sequence[Text], papers: Sequence[Texts], scores: Sequence[float], named: Collection[int]
) -> list[int]:
    """The places of papers, the best first: of those relevances, for these words.

    First come those whose title is known to be the query, then those whose title nearly is; the others by relevance
    and how their titles fit. Within a step of it the newer paper comes first.
    """
    asked = [stem for leaf in words if leaf.field in {"", "title"} for stem in leaf.stems]
    best, fit = max(scores, default=0.0) or 1.0, fitting(asked)
    found = []
    for paper, score in zip(papers, scores, strict=True):
        near, factor = fit(paper.title.split())
        found.append((paper.place not in named, not near, -round(_STEPS * factor * score / best), paper.place))
    return [at for *_, at in sorted(found)]


def fitting(asked: Sequence[str]) -> Callable[[Sequence[str]], tuple[bool, float]]:
    """Says of a title whether it is, or nearly is, the words asked for, and how much better that makes a paper.

    The latter is 1 or more.
    """
    wanted, following, size = Counter(asked), list(pairwise(asked)), len(asked)

    def fit(title: Sequence[str]) -> tuple[bool, float]:
        common = 0
        for word, many in wanted.items():
            if word in title:
                common += min(many, title.count(word)) if many > 1 else 1
        if not common:
            return False, 1.0
        factor = 1.0 + _COVERED * common / len(title) * common / size
        if common == 1:
            return False, factor
        pairs = set(pairwise(title))
        factor += _ORDERED * sum(pair in pairs for pair in following) / (size - 1)
        return 2 * common >= _NEAR * (size + len(title)), factor

    return fit
