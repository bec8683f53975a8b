"""Reads arXiv's OAI-PMH: every paper that was announced or changed on a day, so that days that were missed can be had.

https://info.arxiv.org/help/oa/index.html, http://www.openarchives.org/OAI/openarchivesprotocol.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from msgspec import Struct

from domain.identifier import arxiv
from domain.paper import Record, Rejected
from sources.arxiv.api import day, record
from sources.arxiv.rss import number
from sources.base import FetchError
from sources.stream import elements, text

NOTHING, LOST = "noRecordsMatch", "badResumptionToken"
RECENT = timedelta(days=45)  # from being submitted to being announced, for nearly all papers that are held back
_PHYSICS = frozenset(
    "astro-ph cond-mat gr-qc hep-ex hep-lat hep-ph hep-th math-ph nlin nucl-ex nucl-th physics quant-ph".split()
)


class Page(Struct, frozen=True):
    """One reply: its papers as they came, the token of the next one (empty at the end), and an error's code."""

    elements: tuple[Element, ...]
    token: str = ""
    error: str = ""
    place: str = ""

    def entries(self, after: int | None = None) -> Iterator[Record | Rejected]:
        """The papers. One that came up new is announced under its day; `after` is the highest id known before.

        The protocol says what changed, not what is new: new is what has a higher id, or is young and in its first
        version. All else says something of a paper that was announced before.
        """
        for at, element in enumerate(self.elements, 1):
            found = _record(element, f"{self.place}#{at}", after)
            if found is not None:
                yield found


def group(category: str) -> str:
    """The set of a category or an archive: `cs:cs:CL`, `physics:hep-th`, `cs`."""
    archive, point, subject = category.partition(".")
    field = "physics" if archive in _PHYSICS else archive
    if point:
        return f"{field}:{archive}:{subject}"
    return archive if field == archive and archive != "physics" else f"{field}:{archive}"


def read(data: bytes, place: str) -> Page:
    """One reply. Raises FetchError for what is none, or not all of one; a reply without papers says so by its error."""
    found: list[Element] = []
    token = error = ""
    listed = False
    for element in elements(data, {"record", "resumptionToken", "error", "request"}, place):
        match element.tag:
            case "record":
                found.append(element)
            case "resumptionToken":
                token = text(element)
            case "error":
                error = element.get("code", "") or "unknown"
            case _:
                listed = True
    if not listed and not found and not error:
        raise FetchError(f"{place} answers with something that is no OAI-PMH.", passing=True)
    if not found and not error:
        raise FetchError(f"{place} answers with a list of nothing, which means something is wrong.", passing=True)
    return Page(tuple(found), token, error, place)


def _record(element: Element, where: str, after: int | None) -> Record | Rejected | None:
    header, about = element.find("header"), element.find("metadata/arXiv")
    if header is not None and header.get("status") == "deleted":
        return Rejected(where, f"{text(header, 'identifier') or 'A paper'} was deleted from arXiv.")
    stamp = day(text(header, "datestamp"))
    if about is None:
        return Rejected(where, f"{text(header, 'identifier') or 'A record'} is not in arXiv's own format.")
    given, created = text(about, "id"), day(text(about, "created"))
    return record(
        given,
        text(about, "title"),
        text(about, "abstract"),
        where,
        authors=[
            " ".join(filter(None, (text(a, "forenames"), text(a, "keyname"), text(a, "suffix"))))
            for a in about.iter("author")
        ],
        categories=text(about, "categories").split(),
        published=text(about, "created"),
        comment=text(about, "comments"),
        journal=text(about, "journal-ref"),
        published_as=text(about, "doi"),
        announced=stamp if stamp and _new(given, created, text(about, "updated"), stamp, after) else None,
    )


def _new(given: str, created: date | None, updated: str, stamp: date, after: int | None) -> bool:
    paper = arxiv(given)
    order = number(paper) if paper else None
    if after is not None and order is not None and order > after:
        return True
    return created is not None and stamp - created <= RECENT and not updated
