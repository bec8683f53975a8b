"""Reads arXiv's daily announcement: the RSS of rss.arxiv.org, and the RDF that came before it.

https://info.arxiv.org/help/rss_specifications.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from html import unescape
from xml.etree.ElementTree import Element

from msgspec import Struct

from domain.identifier import Identifier, arxiv, doi
from domain.paper import Record, Rejected
from sources import people
from sources.arxiv.calendar import EASTERN
from sources.base import FetchError
from sources.readable import readable, storable
from sources.stream import elements, text

NEW, CROSS, REPLACE = "new", "cross", "replace"
_ABOUT = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*([\w-]+)\s*(?:Abstract:\s*)?", re.IGNORECASE)
# Nothing here may begin with any number of spaces: looking for it in a long run of them takes for ever.
_OLD_TITLE = re.compile(r"\(arXiv:([^\s)]{5,30})\s{0,3}\[([^\]]{0,60})\]\s{0,3}([A-Z ]{0,30})\)\s*$")
_TAG = re.compile(r"<[^<>]*>")
_OTHERS = re.compile(r"\bet al\.?\s{0,3}\(\d{1,6} additional authors not shown\)")


class Item(Struct, frozen=True):
    """One line of an announcement, in the feed's own words. `kind` is new, cross or replace."""

    paper: Identifier
    version: str
    kind: str
    title: str
    abstract: str
    authors: str
    categories: tuple[str, ...]
    doi: str
    journal: str
    where: str

    def record(self, announced: date | None) -> Record:
        """What it says of the paper; a replacement is announced at no date."""
        title, abstract = readable(self.title), readable(self.abstract)
        raw = {"title": (self.title, title), "abstract": (self.abstract, abstract)}
        published = doi(self.doi)
        return Record(
            title=title,
            source="arxiv",
            abstract=abstract,
            authors=tuple(dict.fromkeys(people.several(_OTHERS.sub("", self.authors)))),
            categories=self.categories,
            identifiers=(self.paper, *([published] if published else [])),
            announced=announced if self.kind != REPLACE else None,
            quiet=self.kind == REPLACE,
            page_url=self.paper.url,
            pdf_url=f"https://arxiv.org/pdf/{self.paper.value}",
            note=readable(self.journal),
            raw={key: before for key, (before, after) in raw.items() if before != after},
            where=self.where,
        )


class Listing(Struct, frozen=True):
    """An announcement: the date it states, its items, and what could not be read."""

    date: date | None
    items: tuple[Item, ...]
    rejected: tuple[Rejected, ...]

    @property
    def mark(self) -> str:
        """What changes with what is announced, and with nothing else: not with the date the feed was built."""
        said = sorted(f"{item.paper.value}{item.version} {item.kind}" for item in self.items)
        return sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""

    @property
    def numbers(self) -> list[int]:
        """The ids of its new papers as numbers that grow with time, smallest first."""
        return sorted(n for item in self.items if item.kind == NEW and (n := number(item.paper)) is not None)


def number(paper: Identifier) -> int | None:
    """An arXiv id as a number that grows with time: `2503.11731` is 250311731. None for ids before April 2007."""
    month, point, rest = paper.value.partition(".")
    return int(month) * 100_000 + int(rest) if point and rest.isdecimal() and month.isdecimal() else None


def read(data: bytes, place: str) -> Listing:
    """The announcement of a feed. Raises FetchError for what is no feed, or not all of one."""
    items: dict[Identifier, Item] = {}
    rejected: list[Rejected] = []
    stated: date | None = None
    channel = False
    for element in elements(data, {"item", "pubDate", "title", "date"}, place):
        match element.tag:
            case "item":
                found = _item(element, f"{place}#{len(items) + len(rejected) + 1}")
                if isinstance(found, Rejected):
                    rejected.append(found)
                elif found.paper not in items or items[found.paper].kind == REPLACE:
                    items[found.paper] = found
                stated = stated or _day(text(element, "pubDate"))
            case "title":
                channel = True
            case _:
                stated = stated or _day(text(element))
    if not channel and not items:
        raise FetchError(f"{place} answers with something that is no feed.", passing=True)
    return Listing(stated, tuple(items.values()), tuple(rejected))


def _item(element: Element, where: str) -> Item | Rejected:
    title, about = text(element, "title"), text(element, "description")
    old, announcing = _OLD_TITLE.search(title), _ABOUT.match(about)
    if old:
        title = title[: old.start()].rstrip().removesuffix(".")
    link = text(element, "link") or element.get("about", "")
    given = old[1] if old else text(element, "guid").rpartition(":")[2] or link.rpartition("/abs/")[2]
    paper = arxiv(given) or arxiv(link.rpartition("/abs/")[2])
    if paper is None:
        return Rejected(where, "This line of the announcement names no arXiv paper.")
    if not readable(title):
        return Rejected(where, f"The announcement of {paper} has no title.")
    said = text(element, "announce_type") or (announcing[1] if announcing else old[3].strip() if old else NEW)
    version = re.search(r"v\d+$", given)
    categories = [text(each) for each in element.iter("category")] or ([old[2]] if old else [])
    return Item(
        paper,
        version[0] if version else "",
        _kind(said.lower()),
        title,
        _plain(about[announcing.end() :] if announcing else about),
        _plain(text(element, "creator")),
        tuple(dict.fromkeys(filter(None, map(readable, categories)))),
        text(element, "DOI"),
        text(element, "journal_reference"),
        where,
    )


def _kind(said: str) -> str:
    if said.startswith("replace") or said == "updated":
        return REPLACE
    return CROSS if said.startswith("cross") else NEW


def _plain(marked: str) -> str:
    # The feeds once marked paragraphs and authors up; a < of an abstract is followed by a space or a number.
    return storable(unescape(_TAG.sub("", marked)) if re.search(r"<(?:p|a|/a|br)[\s>]", marked) else marked).strip()


def _day(said: str) -> date | None:
    try:
        found = parsedate_to_datetime(said) if "," in said else datetime.fromisoformat(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return found.astimezone(EASTERN).date() if found.tzinfo else found.date()
    except (ValueError, OverflowError):
        return None


def kinds(items: tuple[Item, ...]) -> Iterator[str]:
    """How many of each kind, in words."""
    for kind, word in ((NEW, "new"), (CROSS, "cross-listed"), (REPLACE, "replaced")):
        many = sum(item.kind == kind for item in items)
        if many:
            yield f"{many} {word}"
