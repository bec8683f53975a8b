"""When two records are one paper, and what the store then knows of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rapidfuzz import fuzz

from domain.paper import Identifier, Paper, Record
from domain.words import forms

NEAR = 90  # of 100: abstracts that differ by an edit or two, or of which one is cut short
_ENOUGH = 40  # characters of an abstract below which similarity says little
_TEXTS = ("title", "abstract", "summary", "authors", "categories", "page_url", "pdf_url", "code_url", "note")


def title_key(title: str) -> str:
    """The title without spelling: no case, accents, hyphens, spaces or signs."""
    return "".join(forms(title))


def conflicting(ours: Iterable[Identifier], theirs: Iterable[Identifier]) -> bool:
    """Whether both carry identifiers of one scheme and none of it is shared: then they are two papers."""
    first, second = set(ours), set(theirs)
    schemes = {identifier.scheme for identifier in first} & {identifier.scheme for identifier in second}
    shared = {identifier.scheme for identifier in first & second}
    return bool(schemes - shared)


def same_work(paper: Paper, record: Record) -> bool:
    """Whether a record under the same normalised title is this paper, and not a namesake.

    Abstracts decide where both have one; where one is missing, the authors do. In doubt they are two.
    """
    if conflicting(paper.identifiers, record.identifiers):
        return False
    if telling(paper, record):
        return near_identical(paper.abstract, record.abstract)
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


def near_identical(first: str, second: str) -> bool:
    """Whether two abstracts are one text, up to spelling, small revisions, or one being cut short."""
    if first == second:
        return True
    shorter, longer = sorted((" ".join(forms(first)), " ".join(forms(second))), key=len)
    if len(shorter) < _ENOUGH:
        return False
    return (
        bool(fuzz.ratio(shorter, longer, score_cutoff=NEAR))
        or longer.startswith(shorter[: int(len(shorter) * 0.95)])
        or bool(fuzz.token_sort_ratio(shorter, longer, score_cutoff=NEAR + 3))
    )


def _same_authors(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    if ours == theirs:
        return True
    families = [{name[-1] for author in authors if (name := forms(author))} for authors in (ours, theirs)]
    smaller = min(len(names) for names in families)
    return smaller > 0 and len(families[0] & families[1]) >= max(1, (smaller + 1) // 2)


def merged(paper: Paper, record: Record, *, archive: bool) -> Paper:
    """The paper with what the record adds.

    A record of the paper's own first source is a newer version, so its texts replace ours; any other source
    fills what is missing. Counts of popularity are the latest seen, the announcement the earliest. A paper
    of the archive comes alive when someone announces it.
    """
    newer = bool(paper.sources) and record.source == paper.sources[0]
    texts = {name: given for name in _TEXTS if (given := getattr(record, name)) and (newer or not getattr(paper, name))}
    known = set(paper.identifiers)
    announced = [day for day in (paper.announced, record.announced) if day]
    return replace(
        paper,
        **texts,
        identifiers=(*paper.identifiers, *(i for i in dict.fromkeys(record.identifiers) if i not in known)),
        sources=tuple(dict.fromkeys((*paper.sources, record.source))),
        published=paper.published or record.published,
        announced=min(announced, default=None),
        upvotes=record.upvotes if record.upvotes is not None else paper.upvotes,
        comments=record.comments if record.comments is not None else paper.comments,
        archived=paper.archived and (archive or record.announced is None),
    )


def united(paper: Paper, other: Paper) -> Paper:
    """One paper of two that turned out to be the same: the first, with what only the other had."""
    texts = {name: getattr(other, name) for name in _TEXTS if not getattr(paper, name)}
    announced = [day for day in (paper.announced, other.announced) if day]
    upvotes = [count for count in (paper.upvotes, other.upvotes) if count is not None]
    comments = [count for count in (paper.comments, other.comments) if count is not None]
    return replace(
        paper,
        **texts,
        first_seen=min(paper.first_seen, other.first_seen),
        identifiers=tuple(dict.fromkeys((*paper.identifiers, *other.identifiers))),
        sources=tuple(dict.fromkeys((*paper.sources, *other.sources))),
        published=paper.published or other.published,
        announced=min(announced, default=None),
        upvotes=max(upvotes, default=None),
        comments=max(comments, default=None),
        archived=paper.archived and other.archived,
    )
