"""OpenAlex: works as its API lists them.

https://developers.openalex.org/api-entities/works/work-object describes them. An abstract comes as an index of
words with their places, since that is what OpenAlex may give away.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Any

from domain.paper import Identifier, Record, Rejected, doi, identifier
from sources.entry import ERRATUM, NOTICE, WITHDRAWN, entry
from sources.service import MOST_PAGES, Asked, Entry, Service
from sources.values import REPLY, at, day, items, link, parsed, text

SOURCE = "openalex"
ROWS = 100  # to a page
LATE_DAYS = 7
LONGEST_ABSTRACT = 5_000  # words
_KINDS = {"erratum": ERRATUM, "retraction": WITHDRAWN}
_NO_PAPERS = frozenset(
    "paratext peer-review dataset grant supplementary-materials libguides reference-entry standard component "
    "journal journal-issue journal-volume book-series proceedings proceedings-series report-series database".split()
)


def read(data: bytes, where: str) -> Iterator[Record | Rejected]:
    """The works of a reply: a page of results, a plain list or a single one; and what is no paper. Never raises."""
    found = parsed(data, where)
    if isinstance(found, Rejected):
        yield found
        return
    works = found if isinstance(found, list) else at(found, "results")
    if isinstance(works, list):
        for number, work in enumerate(works, 1):
            yield _read(work, f"{where}:{number}")
    elif text(found, "id"):
        yield _read(found, where)
    else:
        said = text(found, "message") or text(found, "error") or "no results"
        yield Rejected(where, f"The reply is an error: “{said[:100]}”", REPLY)


def _read(work: Any, where: str) -> Record | Rejected:
    kind = text(work, "type").lower()
    if kind in _NO_PAPERS or at(work, "is_paratext") is True:
        return Rejected(where, f"A {kind.replace('-', ' ') or 'paratext'} is no paper: {text(work, 'id')}", NOTICE)
    places = [at(work, "primary_location"), at(work, "best_oa_location"), *items(work, "locations")]
    own = doi(text(work, "doi")) or identifier(text(work, "doi"))
    page = next((found for each in places if (found := link(text(each, "landing_page_url")))), "")
    return entry(
        where,
        SOURCE,
        text(work, "title") or text(work, "display_name"),
        abstract=_abstract(at(work, "abstract_inverted_index")),
        authors=(
            text(each, "author", "display_name") or text(each, "raw_author_name") for each in items(work, "authorships")
        ),
        categories=_topics(work),
        identifiers=[own, *(_arxiv(each) for each in places), identifier(text(work, "ids", "pmid"))],
        published=day(text(work, "publication_date")),
        page=(own.url if own else page) or link(text(work, "id")),
        kind=WITHDRAWN if at(work, "is_retracted") is True else _KINDS.get(kind, ""),
        pdf_url=next((found for each in places if (found := link(text(each, "pdf_url")))), ""),
        note=text(work, "primary_location", "source", "display_name"),
    )


def _arxiv(place: Any) -> Identifier | None:
    found = identifier(text(place, "landing_page_url"))
    return found if found and found.scheme == "arxiv" else None


def _topics(work: Any) -> Iterator[str]:
    yield text(work, "primary_topic", "display_name")
    yield text(work, "primary_topic", "subfield", "display_name")
    yield text(work, "primary_topic", "field", "display_name")


def _abstract(index: Any) -> str:
    """The text of an index: every word at each of its places."""
    words: dict[int, str] = {}
    for word, spots in index.items() if isinstance(index, dict) else ():
        for spot in spots if isinstance(spots, list) else ():
            if isinstance(spot, int) and 0 <= spot < LONGEST_ABSTRACT:
                words[spot] = word
    return " ".join(words[spot] for spot in sorted(words))


class OpenAlex(Service):
    """Works that answer filters, in OpenAlex's own language, by the date they appeared.

    A key is free, and without one it answers very few requests a day; a page of a hundred counts as one:
    https://developers.openalex.org/api-reference/authentication
    """

    name = SOURCE
    url = "https://api.openalex.org"
    every = 6 * 3600.0
    settings = ("filters", "api_key")
    questions = "filters"

    async def pages(self, asked: Asked) -> AsyncIterator[Sequence[Entry]]:
        """The works of one filter, following the cursor that each page gives."""
        # It hears of most works some days after they appeared.
        since = asked.since - timedelta(days=LATE_DAYS)
        filters = f"{asked.question},from_publication_date:{since},to_publication_date:{asked.now:%Y-%m-%d}"
        params = {"filter": filters, "per-page": str(ROWS), "cursor": "*", **self.contact}
        if key := self.given.get("api_key", ""):
            params["api_key"] = key
        for _ in range(MOST_PAGES):
            found, body = await self.get(read, "/works", params)
            yield found
            following = text(parsed(body, ""), "meta", "next_cursor")
            if len(found) < ROWS or not following:
                return
            params["cursor"] = following
