"""Reads the Atom of arXiv's API: what the daily announcement leaves out of a paper.

https://info.arxiv.org/help/api/user-manual.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from domain.identifier import arxiv, doi
from domain.paper import Record, Rejected
from sources import people
from sources.base import FetchError
from sources.readable import readable
from sources.stream import elements, text

WITHDRAWN = re.compile(
    r"\s*(?:this|the) (?:paper|article|submission|manuscript|work|preprint)\b.{0,40}\bwithdrawn", re.I
)


def read(data: bytes, place: str) -> Iterator[Record | Rejected]:
    """The papers of a reply. Raises FetchError, also after some, for what is no such reply, or not all of one."""
    answered = False
    for at, element in enumerate(elements(data, {"entry", "totalResults"}, place), 1):
        answered = True
        if element.tag == "entry":
            yield _entry(element, f"{place}#{at}")
    if not answered:
        raise FetchError(f"{place} answers with something that is no list of papers.", passing=True)


def _entry(element: Element, where: str) -> Record | Rejected:
    given = text(element, "id")
    paper = arxiv(given.rpartition("/abs/")[2])
    title, abstract = text(element, "title"), text(element, "summary")
    if paper is None and "/api/errors" in given:
        return Rejected(where, f"arXiv says: {readable(abstract)[:200]}")
    if paper is None:
        return Rejected(where, "This entry names no arXiv paper.")
    links = {each.get("title", ""): each.get("href", "") for each in element.iter("link")}
    terms = [each.get("term", "") for each in (*element.iter("primary_category"), *element.iter("category"))]
    return record(
        str(paper),
        title,
        abstract,
        where,
        authors=[text(each, "name") for each in element.iter("author")],
        categories=terms,
        published=text(element, "published"),
        comment=text(element, "comment"),
        journal=text(element, "journal_ref"),
        published_as=text(element, "doi") or links.get("doi", ""),
    )


def record(  # noqa: PLR0913  # what arXiv says of a paper, whichever way it says it
    given: str,
    title: str,
    abstract: str,
    where: str,
    *,
    authors: list[str],
    categories: list[str],
    published: str,
    comment: str,
    journal: str,
    published_as: str,
    announced: date | None = None,
) -> Record | Rejected:
    """The record of a paper, quiet unless it is announced."""
    paper, readable_title, readable_abstract = arxiv(given.removeprefix("arxiv:")), readable(title), readable(abstract)
    if paper is None:
        return Rejected(where, "This entry names no arXiv paper.")
    if not readable_title:
        return Rejected(where, f"{paper} has no title.")
    withdrawn = WITHDRAWN.match(comment) or WITHDRAWN.match(abstract)
    names = [doi(each) for each in re.split(r"[\s;,]+", published_as) if each]
    raw = {"title": (title, readable_title), "abstract": (abstract, readable_abstract)}
    return Record(
        title=readable_title,
        source="arxiv",
        abstract=readable_abstract,
        authors=tuple(dict.fromkeys(name for each in authors if any(map(str.isalpha, name := people.one(each))))),
        categories=tuple(dict.fromkeys(filter(None, map(readable, categories)))),
        identifiers=tuple(dict.fromkeys((paper, *(name for name in names if name and name.scheme == "doi")))),
        published=day(published),
        announced=None if withdrawn else announced,
        quiet=withdrawn is not None or announced is None,
        page_url=paper.url,
        pdf_url=f"https://arxiv.org/pdf/{paper.value}",
        note=" · ".join(filter(None, (readable(comment), readable(journal)))),
        raw={key: before for key, (before, after) in raw.items() if before != after},
        where=where,
    )


def day(said: str) -> date | None:
    """The date a text begins with, `2026-01-05T…`; None for anything else."""
    try:
        found = date.fromisoformat(said.strip()[:10])
    except ValueError:
        return None
    return found if 1990 <= found.year <= 2200 else None
