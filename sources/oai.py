"""Reads saved replies of OAI-PMH servers: records in Dublin Core, in arXiv's own format, or in MARC.

https://www.openarchives.org/OAI/openarchivesprotocol.html describes the replies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from domain.paper import Record, Rejected, arxiv, doi, identifier
from sources.entry import NOTICE, WITHDRAWN, made, turned
from sources.stream import text
from sources.tree import all_said, said, whole
from sources.values import REPLY, link, period

SOURCE = "import"
MOST_SAVED = 200_000  # records of a file
_ARXIV_NAME = re.compile(r"oai:arXiv\.org:(.+)", re.IGNORECASE)
_LINK = re.compile(r"https?://", re.IGNORECASE)


def read(data: bytes, where: str) -> Iterator[Record | Rejected]:
    """The records of a reply, and what is none: errors, deleted ones, lists of names alone. Never raises."""
    number = 0
    for each in whole(data, ("record", "header", "error"), where, MOST_SAVED):
        if isinstance(each, Rejected):
            yield each
        elif each.tag == "error":
            why = " ".join(text(each).split())[:100]
            yield Rejected(where, f"The reply is an error: {each.get('code') or 'error'} “{why}”", REPLY)
        else:
            number += 1
            if each.tag == "record":
                yield _read(each, f"{where}:{number}")
            else:
                named = f"This is only the name of a record: {said(each, 'identifier')[:100]}"
                yield Rejected(f"{where}:{number}", named, NOTICE)


def _read(record: Element, where: str) -> Record | Rejected:
    name = said(record, "header/identifier")
    header = record.find("header")
    if header is not None and header.get("status") == "deleted":
        return Rejected(where, f"This record was deleted there: {name[:100]}", WITHDRAWN)
    inside = record.find("metadata/*")
    if inside is None:
        return Rejected(where, f"This record has no metadata: {name[:100]}")
    kind = inside.tag
    if kind not in _FORMATS:
        return Rejected(where, f"There is no reading metadata in the format “{kind[:40]}”.")
    return _FORMATS[kind](inside, name, where)


def _dublin_core(paper: Element, name: str, where: str) -> Record | Rejected:
    named = [*all_said(paper, "identifier"), *all_said(paper, "relation")]
    own = _ARXIV_NAME.fullmatch(name)
    dates = sorted(filter(None, map(period, all_said(paper, "date"))))
    return made(
        where,
        "arxiv" if own else SOURCE,
        said(paper, "title"),
        abstract=max(all_said(paper, "description"), key=len, default=""),
        authors=map(turned, all_said(paper, "creator")),
        categories=all_said(paper, "subject"),
        identifiers=[arxiv(own[1]) if own else None, *map(identifier, named)],
        published=dates[0] if dates else None,
        page=next((each for each in named if _LINK.match(each)), ""),
    )


def _arxiv_own(paper: Element, name: str, where: str) -> Record | Rejected:
    authors = (
        " ".join(filter(None, (said(each, "forenames"), said(each, "keyname"), said(each, "suffix"))))
        for each in paper.iterfind("authors/author")
    )
    return made(
        where,
        "arxiv",
        said(paper, "title"),
        abstract=said(paper, "abstract"),
        authors=authors,
        categories=said(paper, "categories").split(),
        identifiers=[arxiv(said(paper, "id")), doi(said(paper, "doi").partition(" ")[0])],
        published=period(said(paper, "created")),
        note=said(paper, "comments"),
    )


def _marc(paper: Element, name: str, where: str) -> Record | Rejected:
    def field(tag: str, *codes: str) -> list[str]:
        return [text for code in codes for text in all_said(paper, f"datafield[@tag='{tag}']/subfield[@code='{code}']")]

    dates = [*field("269", "c"), *field("260", "c"), *field("773", "y"), *field("916", "a")]
    urls = [each for each in field("856", "u") if link(each)]
    return made(
        where,
        SOURCE,
        ": ".join([*field("245", "a")[:1], *field("245", "b")[:1]]),
        abstract=max(field("520", "a"), key=len, default=""),
        authors=map(turned, [*field("100", "a"), *field("700", "a")]),
        categories=field("650", "a"),
        identifiers=[*map(doi, field("024", "a")), *map(identifier, field("037", "a"))],
        published=next(filter(None, (period(each[-4:]) or period(each) for each in dates)), None),
        page=next(iter(urls), ""),
        pdf_url=next((each for each in urls if each.lower().endswith(".pdf")), ""),
    )


_FORMATS: dict[str, Callable[[Element, str, str], Record | Rejected]] = {
    "dc": _dublin_core,
    "arXiv": _arxiv_own,
    "record": _marc,
}
