"""Reads what a web page says of the paper it is about, in the meta tags that Google Scholar reads.

https://scholar.google.com/intl/en/scholar/inclusion.html#indexing, and Dublin Core's and PRISM's names for the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape

from domain.paper import Record, Rejected, arxiv, doi, identifier
from sources.entry import made, turned
from sources.readable import storable
from sources.values import link, period

SOURCE = "page"
LARGEST = 4 * 2**20  # bytes of a page
_HEAD = 512 * 1024  # of which the head is looked through
# Nothing in it goes back, and everything has an end, so that no page takes long.
_META = re.compile(r"<meta\b((?:[^<>\"']{1,500}+|\"[^\"]{0,20000}+\"|'[^']{0,20000}+'){0,60}+)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z:_.-]{1,40})\s{0,9}=\s{0,9}(\"[^\"]*\"|'[^']*'|[^\s\"'>]{1,2000})", re.IGNORECASE)
_CHARSET = re.compile(rb"charset=[\"']?([\w-]{1,40})", re.IGNORECASE)


def read(data: bytes, url: str, where: str) -> Record | Rejected:
    """The paper of a page, or that the page does not say what paper it is about. Never raises."""
    tags = _tags(_text(data[:_HEAD]))

    def first(*names: str) -> str:
        return next((tags[name][0] for name in names if tags.get(name)), "")

    title = first("citation_title", "bepress_citation_title", "eprints.title", "dc.title", "prism.title")
    if not title:
        return Rejected(where, "This page does not say what paper it is about.")
    authors = tags.get("citation_author") or tags.get("bepress_citation_author") or tags.get("dc.creator") or []
    if not authors:
        authors = first("citation_authors").split(";")
    return made(
        where,
        SOURCE,
        title,
        abstract=first("citation_abstract", "dcterms.abstract", "dc.description", "og:description", "description"),
        authors=map(turned, authors),
        categories=(word for words in tags.get("citation_keywords", []) for word in re.split(r"\s*[;,]\s*", words)),
        identifiers=[
            arxiv(first("citation_arxiv_id")),
            doi(first("citation_doi", "bepress_citation_doi", "prism.doi")) or identifier(first("dc.identifier")),
            identifier(url),
        ],
        published=period(
            first(
                "citation_online_date",
                "citation_publication_date",
                "citation_date",
                "bepress_citation_date",
                "dc.date",
                "prism.publicationdate",
                "article:published_time",
            )
        ),
        page=url,
        pdf_url=link(first("citation_pdf_url", "bepress_citation_pdf_url")),
        note=first("citation_journal_title", "citation_conference_title", "prism.publicationname"),
    )


def _tags(head: str) -> dict[str, list[str]]:
    tags: dict[str, list[str]] = defaultdict(list)
    for meta in _META.finditer(head):
        said = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(meta[1])}
        name = (said.get("name") or said.get("property") or said.get("itemprop") or "").lower()
        if name and (content := storable(unescape(said.get("content", ""))).strip()):
            tags[name].append(content)
    return tags


def _text(data: bytes) -> str:
    stated = _CHARSET.search(data[:4_096])
    try:
        return data.decode(stated[1].decode("ascii") if stated else "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")
