"""Semantic Scholar: papers as its Academic Graph API lists them, by a search or by their author.

https://api.semanticscholar.org/api-docs/graph describes the replies.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from domain.paper import Identifier, Record, Rejected, arxiv, doi
from sources.entry import NOTICE, PARTIAL, clean, entry
from sources.fetcher import Fetcher
from sources.service import Asked, Entry, Service
from sources.values import REPLY, at, day, items, link, parsed, text, texts

SOURCE = "semantic_scholar"
ROWS, MOST_PAGES = 100, 10  # it gives no more than a thousand papers of a search
LATE_DAYS = 7  # it hears of most papers some days after they appeared
_AUTHOR = "author:"
# What one must ask for, since without it only ids and titles come.
FIELDS = (
    "title,abstract,authors,externalIds,url,publicationDate,year,venue,fieldsOfStudy,publicationTypes,openAccessPdf"
)
_PAGE = "https://www.semanticscholar.org/paper/"
_PLACES = {"data", "total", "papers", "recommendedPapers", "paperId", "authorId"}
_NO_PAPERS = {"Dataset", "News"}


def read(data: bytes, where: str) -> Iterator[Record | Rejected]:
    """The papers of a reply: of a search, a list of ids, an author or a recommendation. Never raises."""
    found = parsed(data, where)
    if isinstance(found, Rejected):
        yield found
        return
    if said := text(found, "error") or text(found, "message"):
        yield Rejected(where, f"The reply is an error: “{said[:100]}”", REPLY)
        return
    if isinstance(found, dict) and not found.keys() & _PLACES:
        yield Rejected(where, "The reply holds no papers and does not say that there are none.", REPLY)
        return
    for number, paper in enumerate(_papers(found), 1):
        yield _read(paper, f"{where}:{number}")


def _papers(found: Any) -> Iterator[Any]:
    if isinstance(found, list):
        papers = found
    elif text(found, "paperId"):
        papers = [found]
    else:
        papers = [each for key in ("data", "papers", "recommendedPapers") for each in items(found, key)]
    for each in papers:
        # Lists of authors stand in the same places; citations carry the paper one level down.
        paper = at(each, "citedPaper") or at(each, "citingPaper") or each
        if each is None or text(paper, "paperId") or text(paper, "title"):
            yield paper


def _read(paper: Any, where: str) -> Record | Rejected:
    if paper is None:
        return Rejected(where, "Semantic Scholar does not know what was asked for.", NOTICE)
    if isinstance(paper, dict) and "title" not in paper:
        return Rejected(where, "The reply was asked for without titles.", PARTIAL)
    kinds = set(texts(paper, "publicationTypes"))
    named = at(paper, "externalIds")
    page = link(text(paper, "url")) or (_PAGE + text(paper, "paperId") if text(paper, "paperId") else "")
    if kinds and kinds <= _NO_PAPERS:
        return Rejected(where, f"A {min(kinds).lower()} is no paper: {page}", NOTICE)
    return entry(
        where,
        SOURCE,
        text(paper, "title"),
        abstract=text(paper, "abstract"),
        summary=clean(text(paper, "tldr", "text")),
        authors=(text(each, "name") for each in items(paper, "authors")),
        categories=texts(paper, "fieldsOfStudy"),
        identifiers=[
            arxiv(text(named, "ArXiv")),
            doi(text(named, "DOI")),
            Identifier("pmid", text(named, "PubMed")) if text(named, "PubMed").isdecimal() else None,
        ],
        published=day(text(paper, "publicationDate")) or _year(text(paper, "year")),
        page=page,
        pdf_url=link(text(paper, "openAccessPdf", "url")),
        note=text(paper, "venue"),
    )


def _year(said: str) -> Any:
    return day(f"{said}-01-01") if said else None


class SemanticScholar(Service):
    """Papers found by searches, and papers of authors (their numbers there).

    A key allows one request a second; without one, all the world shares a few, so that we ask every three seconds:
    https://www.semanticscholar.org/product/api
    """

    name = SOURCE
    url = "https://api.semanticscholar.org"
    every = 6 * 3600.0
    settings = ("queries", "authors", "api_key")

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        self.pause = 1.1 if settings.get("api_key") else 3.0
        super().__init__(settings, fetcher)
        searches = filter(None, self.divider.split(settings.get("queries", "").strip()))
        authors = filter(None, re.split(r"[\s,;]+", settings.get("authors", "").strip()))
        self.asked = tuple(dict.fromkeys([*searches, *(f"{_AUTHOR}{author}" for author in authors)]))
        if not self.asked:
            raise self.wrong("needs queries or authors", "docs/settings.md says what to write there.")
        self._headers = {"x-api-key": settings["api_key"]} if settings.get("api_key") else {}

    async def pages(self, asked: Asked) -> AsyncIterator[Sequence[Entry]]:
        """The papers of one search or author that appeared since that day."""
        params = {"fields": FIELDS, "limit": str(ROWS)}
        path = "/graph/v1/paper/search"
        if asked.question.startswith(_AUTHOR):
            path = f"/graph/v1/author/{quote(asked.question.removeprefix(_AUTHOR), safe='')}/papers"
        else:
            params |= {"query": asked.question, "fields": f"{FIELDS},tldr"}
        params["publicationDateOrYear"] = f"{asked.since - timedelta(days=LATE_DAYS)}:"
        for _ in range(MOST_PAGES):
            found, body = await self.get(read, path, params, self._headers)
            yield found
            following = text(parsed(body, ""), "next")
            if not following:
                return
            params["offset"] = following
