"""OpenAlex: works as its API lists them.

https://developers.openalex.org/api-entities/works/work-object describes them. An abstract comes as an index of
words with their places, since that is what OpenAlex may give away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.paper import Identifier, Record, Rejected, doi, identifier
from sources.entry import ERRATUM, NOTICE, WITHDRAWN, entry
from sources.values import at, day, items, link, parsed, text

SOURCE = "openalex"
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
        yield Rejected(where, f"The reply is an error: “{text(found, 'message') or text(found, 'error')}”"[:200])


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
