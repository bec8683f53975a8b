"""When two records are one paper. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from domain.paper import Identifier, Paper, Record
from domain.words import forms, run_together

# Of the pairs of neighbouring words in the shorter of two abstracts, the share that the longer has too. Measured on
# abstracts of arXiv: worn and revised copies of one have 0.77 and more, two papers under one title had 0.43.
NEAR, RELATED = 0.7, 0.3
_ENOUGH = 40  # characters of an abstract below which likeness says little
_TELLING_TITLE = 4  # words of a title that, with all of its authors, is hardly given twice


def title_key(title: str) -> str:
    """The title without spelling: no case, accents, hyphens, spaces or signs."""
    return run_together(title)


def conflicting(ours: Iterable[Identifier], theirs: Iterable[Identifier]) -> bool:
    """Whether both carry identifiers of one scheme and none of it is shared: then they are two papers.

    A preprint's DOI and a journal's are two schemes here: a paper may have both, one after the other.
    """
    first, second = ({(each.kind, each.work) for each in group} for group in (ours, theirs))
    kinds = {kind for kind, _ in first} & {kind for kind, _ in second}
    shared = {kind for kind, _ in first & second}
    return bool(kinds - shared)


def same_work(paper: Paper, record: Record) -> bool:
    """Whether a record under the same normalised title is this paper, and not a namesake.

    Abstracts decide where both have one, with the authors where a journal had it rewritten; where one is missing,
    the authors do. In doubt they are two.
    """
    if conflicting(paper.identifiers, record.identifiers):
        return False
    if telling(paper, record):
        like = likeness(paper.abstract, record.abstract)
        all_told = len(forms(paper.title)) >= _TELLING_TITLE and _same_authors(
            paper.authors, record.authors, all_of=True
        )
        return like >= NEAR or (like >= RELATED and all_told)
    if paper.authors and record.authors:
        return _same_authors(paper.authors, record.authors)
    # Too little is said to compare: only the very same counts, or reading a file again would make it new.
    if paper.abstract or record.abstract:
        return paper.abstract == record.abstract
    named = paper.authors or record.authors or (paper.identifiers and record.identifiers)
    return not named and record.source in paper.sources


def telling(paper: Paper, record: Record) -> bool:
    """Whether both have an abstract long enough that comparing the two decides."""
    return min(len(paper.abstract), len(record.abstract)) >= _ENOUGH


def likeness(first: str, second: str) -> float:
    """How much of the shorter of two texts is in the longer, 0 to 1: revised, or cut short, it is still there."""
    if first == second:
        return 1.0
    pairs = [Counter(pairwise(forms(text))) for text in (first, second)]
    shorter, longer = sorted(pairs, key=Counter.total)
    return (shorter & longer).total() / shorter.total() if shorter else 0.0


def _same_authors(ours: tuple[str, ...], theirs: tuple[str, ...], *, all_of: bool = False) -> bool:
    """Whether half of the shorter list's family names are on the other; or `all_of` both, and not only one."""
    families = [{name[-1] for author in authors if (name := forms(author))} for authors in (ours, theirs)]
    if all_of:
        return len(families[0]) > 1 and families[0] == families[1]
    smaller = min(len(names) for names in families)
    return ours == theirs or (smaller > 0 and len(families[0] & families[1]) >= max(1, (smaller + 1) // 2))
