"""What the store knows of a paper that several sources tell of. Pure.

Whose word counts: the archive where the authors put it, then publishers' own deposits, then catalogues that copy
both, then everything else: feeds, files, pages. A text of a better source replaces what stands; of the best source so
far, it is a newer version and replaces it too; of any other, it fills what is missing. Two things go before that:

- an abstract that goes on where the other is cut short wins, whatever it comes from;
- full names of authors win over initials.

Counts of popularity are the latest seen, the announcement is the earliest. A record by which a known preprint appears
in a journal adds what it says, and announces nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from domain.paper import Identifier, Paper, Record
from domain.words import forms

# By source; the others have none.
RANKS = {
    **dict.fromkeys(("arxiv", "biorxiv", "medrxiv", "openreview"), 3),
    **dict.fromkeys(("pubmed", "crossref"), 2),
    **dict.fromkeys(("hf", "openalex", "semantic_scholar"), 1),
}
_TEXTS = ("title", "abstract", "summary", "authors", "categories", "page_url", "pdf_url", "code_url", "note")
_INITIAL = re.compile(r"(?:[^\W\d_]\.?-?){1,3}")


def first(number: int, record: Record, now: datetime, *, archive: bool) -> Paper:
    """The paper of a record that is none we know."""
    return Paper(
        number,
        record.title,
        now,
        abstract=record.abstract,
        summary=record.summary,
        authors=record.authors,
        categories=record.categories,
        identifiers=tuple(dict.fromkeys(record.identifiers)),
        sources=(record.source,),
        published=record.published,
        announced=record.announced,
        page_url=record.page_url,
        pdf_url=record.pdf_url,
        code_url=record.code_url,
        upvotes=record.upvotes,
        comments=record.comments,
        note=record.note,
        archived=archive or record.quiet,
    )


def merged(paper: Paper, record: Record, *, archive: bool) -> Paper:
    """The paper with what the record adds.

    A paper of the archive comes alive when someone announces it.
    """
    known = set(paper.identifiers)
    announced = None if _appears(paper.identifiers, record.identifiers) else record.announced
    return replace(
        paper,
        **_texts(paper, record, wins=_newer(paper, record)),
        identifiers=(*paper.identifiers, *(i for i in dict.fromkeys(record.identifiers) if i not in known)),
        sources=tuple(dict.fromkeys((*paper.sources, record.source))),
        published=paper.published or record.published,
        announced=min((day for day in (paper.announced, announced) if day), default=None),
        upvotes=record.upvotes if record.upvotes is not None else paper.upvotes,
        comments=record.comments if record.comments is not None else paper.comments,
        archived=paper.archived and (archive or announced is None),
    )


def united(paper: Paper, other: Paper) -> Paper:
    """One paper of two that turned out to be the same: the first, with what the other had better or alone."""
    announced = [day for day in (paper.announced, other.announced) if day]
    upvotes = [count for count in (paper.upvotes, other.upvotes) if count is not None]
    comments = [count for count in (paper.comments, other.comments) if count is not None]
    return replace(
        paper,
        **_texts(paper, other, wins=_rank(other.sources) > _rank(paper.sources)),
        first_seen=min(paper.first_seen, other.first_seen),
        identifiers=tuple(dict.fromkeys((*paper.identifiers, *other.identifiers))),
        sources=tuple(dict.fromkeys((*paper.sources, *other.sources))),
        published=paper.published or other.published,
        announced=min(announced, default=None),
        upvotes=max(upvotes, default=None),
        comments=max(comments, default=None),
        archived=paper.archived and other.archived,
    )


def _rank(sources: Iterable[str]) -> int:
    return max((RANKS.get(source, 0) for source in sources), default=-1)


def _newer(paper: Paper, record: Record) -> bool:
    """Whether its source is better than any the paper has, or the first of the best of them."""
    best = _rank(paper.sources)
    return _rank([record.source]) > best or record.source == next(s for s in paper.sources if _rank([s]) == best)


def _texts(paper: Paper, said: Paper | Record, *, wins: bool) -> dict[str, Any]:
    texts = {name: given for name in _TEXTS if (given := getattr(said, name)) and (wins or not getattr(paper, name))}
    if paper.abstract and said.abstract:
        texts.pop("abstract", None)
        if _goes_on(paper.abstract, said.abstract) or (wins and not _goes_on(said.abstract, paper.abstract)):
            texts["abstract"] = said.abstract
    if paper.authors and said.authors and (better := _full(said.authors) - _full(paper.authors)):
        texts["authors"] = said.authors if better > 0 else paper.authors
    return texts


def _goes_on(short: str, text: str) -> bool:
    """Whether the second text is the first and more: that one is a teaser of it."""
    if len(text) <= len(short):
        return False
    begun, whole = forms(short), forms(text)
    begun = begun[: max(1, int(len(begun) * 0.95))]  # what is cut in mid-word differs at its end
    return len(whole) > len(begun) + 1 and whole[: len(begun)] == begun


def _full(authors: tuple[str, ...]) -> int:
    """1 if somebody's given name is written out, 0 if all have but initials."""
    return int(any(len(words) > 1 and not _INITIAL.fullmatch(words[0]) for words in map(str.split, authors)))


def _appears(ours: Iterable[Identifier], theirs: Iterable[Identifier]) -> bool:
    """Whether ours is a preprint and theirs the same in a journal."""
    theirs = tuple(theirs)
    return (
        any(each.preprint for each in ours)
        and any(each.kind == "doi" for each in theirs)
        and not any(each.preprint for each in theirs)
    )
