"""Finds what a person names: an arXiv id, a DOI, an OpenReview or PubMed page, or a page that says what it is about."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from urllib.parse import urlsplit

from domain.errors import NotFoundError, UsageError
from domain.identifier import Identifier, identifier
from domain.paper import Record, Rejected
from sources import crossref, datacite, openreview, page, pubmed
from sources.answer import Response, place
from sources.arxiv import api
from sources.base import FetchError
from sources.fetcher import Fetcher, origin

# Where is asked, unless the settings of the source name another place. The paces are those of the sources.
_ARXIV, _ARXIV_PAUSE = "https://export.arxiv.org/api/query", 3.0
_CROSSREF, _OPENREVIEW, _PUBMED = crossref.Crossref, openreview.OpenReview, pubmed.PubMed
_DATACITE = "https://api.datacite.org"
_GONE = frozenset({404, 410})


class Lookup:
    """Looks up single papers. `settings` are those of the sources, whose addresses and keys are used here too."""

    def __init__(self, settings: Mapping[str, Mapping[str, str]], fetcher: Fetcher) -> None:
        self._settings = settings
        self._fetcher = fetcher

    async def find(self, text: str) -> Record:
        """The paper that a text names.

        Raises UsageError if it names none, NotFoundError if nobody knows it or a page is no paper's, FetchError if
        who knows cannot be asked.
        """
        named = identifier(text)
        if named is None:
            return await self._page(_address(text))
        try:
            found = await self._known(named)
        except NotFoundError:
            # A page may still tell what it is about, where nobody has its DOI yet.
            if named.scheme == "doi" and _is_address(text):
                return await self._page(text.strip())
            raise
        return found

    async def _known(self, named: Identifier) -> Record:
        found = await _SCHEMES[named.scheme](self, named)
        if isinstance(found, Record):
            return found
        why = f" {found.why}" if found else ""
        raise NotFoundError(f"There is no paper {named}.{why}", "Check it, or give the page of the paper.")

    async def _arxiv(self, named: Identifier) -> Record | Rejected | None:
        base = self._own("arxiv").rstrip("/").removesuffix("/rss")
        url = self._settings.get("arxiv", {}).get("api_url") or (f"{base}/api/query" if base else _ARXIV)
        response = await self._get("arxiv", _ARXIV_PAUSE, url, {"id_list": named.value})
        return await self._first(lambda data, where: list(api.read(data, where)), response)

    async def _doi(self, named: Identifier) -> Record | Rejected | None:
        base = self._own("crossref") or _CROSSREF.url
        mail = {"mailto": self._fetcher.contact} if "@" in self._fetcher.contact else {}
        try:
            response = await self._get("crossref", _CROSSREF.pause, f"{base}/works/{_quoted(named)}", mail)
        except FetchError as error:
            if error.status not in _GONE:
                raise
            return await self._registered_elsewhere(named)
        return await self._first(lambda data, where: list(crossref.read(data, where)), response)

    async def _registered_elsewhere(self, named: Identifier) -> Record | Rejected | None:
        base = self._own("datacite") or _DATACITE
        try:
            response = await self._get("datacite", 1.0, f"{base}/dois/{_quoted(named)}", {})
        except FetchError as error:
            if error.status not in _GONE:
                raise
            return None
        return await self._first(lambda data, where: [datacite.read(data, where)], response)

    async def _openreview(self, named: Identifier) -> Record | Rejected | None:
        base = self._own("openreview") or _OPENREVIEW.url
        response = await self._get("openreview", _OPENREVIEW.pause, f"{base}/notes", {"id": named.value})
        return await self._first(lambda data, where: list(openreview.read(data, where)), response)

    async def _pubmed(self, named: Identifier) -> Record | Rejected | None:
        base = self._own("pubmed") or _PUBMED.url
        asked = {"db": "pubmed", "tool": "paperround", "id": named.value, "retmode": "xml"}
        response = await self._get("pubmed", 0.4, f"{base}/efetch.fcgi", asked)
        return await self._first(lambda data, where: list(pubmed.read(data, where)), response)

    async def _page(self, url: str) -> Record:
        response = await self._fetcher.get(url, largest=page.LARGEST)
        found = await asyncio.to_thread(page.read, response.body, response.url, place(response.url))
        if isinstance(found, Record):
            return found
        raise NotFoundError(found.why, "Give its DOI or arXiv id, or the page of its publisher.")

    def _own(self, source: str) -> str:
        return self._settings.get(source, {}).get("url", "").rstrip("/")

    async def _get(self, source: str, pause: float, url: str, params: Mapping[str, str]) -> Response:
        own = {origin(url)} if self._own(source) or "api_url" in self._settings.get(source, {}) else set[str]()
        pace = self._fetcher.pace(source, 0.0 if own else pause)
        return await self._fetcher.get(url, params, allowed=own, pace=pace)

    async def _first(
        self, read: Callable[[bytes, str], list[Record | Rejected]], response: Response
    ) -> Record | Rejected | None:
        found = await asyncio.to_thread(partial(read, response.body, place(response.url)))
        papers = [each for each in found if isinstance(each, Record)]
        return next(iter([*papers, *found]), None)


_SCHEMES: dict[str, Callable[[Lookup, Identifier], Awaitable[Record | Rejected | None]]] = {
    "arxiv": Lookup._arxiv,
    "hf": Lookup._arxiv,
    "doi": Lookup._doi,
    "openreview": Lookup._openreview,
    "pmid": Lookup._pubmed,
}


def _quoted(named: Identifier) -> str:
    # Slashes stay: both services take a DOI as it is.
    return named.value.replace("%", "%25").replace("?", "%3F").replace("#", "%23").replace(" ", "%20")


def _is_address(text: str) -> bool:
    return text.strip().lower().startswith(("https://", "http://"))


def _address(text: str) -> str:
    text = text.strip().strip("<>")
    try:
        host = urlsplit(text).hostname
    except ValueError:
        host = None
    if not _is_address(text) or not host:
        raise UsageError(
            f"“{text[:60]}” names no paper.", "Write its URL, arXiv id or DOI: submit https://arxiv.org/abs/2402.16107"
        )
    return text
