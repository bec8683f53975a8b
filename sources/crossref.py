"""Crossref: what its REST API says of works, by journal or by DOI.

https://api.crossref.org/swagger-ui/index.html describes the replies.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from typing import Any

from domain.paper import Record, Rejected, doi, identifier
from sources.base import FetchError
from sources.entry import ERRATUM, NOTICE, WITHDRAWN, entry
from sources.service import MOST_PAGES, Asked, Entry, Service
from sources.values import REPLY, at, items, link, parsed, parts, text, texts

SOURCE = "crossref"
ROWS = 100  # to a page
_ISSN = re.compile(r"\d{4}-\d{3}[\dX]", re.IGNORECASE)
# Types that are papers, https://api.crossref.org/types; the others are parts, containers, reviews or data.
_PAPERS = frozenset(
    "journal-article proceedings-article posted-content book-chapter book-section book-part dissertation report "
    "report-component monograph book edited-book reference-book article".split()
)
# What a work that updates another one does to it: https://www.crossref.org/documentation/crossmark/
_UPDATES = {
    "erratum": ERRATUM, "corrigendum": ERRATUM, "correction": ERRATUM, "addendum": ERRATUM, "clarification": ERRATUM,
    "retraction": WITHDRAWN, "withdrawal": WITHDRAWN, "removal": WITHDRAWN, "expression_of_concern": NOTICE,
    "partial_retraction": WITHDRAWN,
}  # fmt: skip
_SAME_WORK = ("is-preprint-of", "has-preprint", "is-version-of", "is-identical-to", "is-same-as")


def read(data: bytes, where: str) -> Iterator[Record | Rejected]:
    """The works of a reply, a list of them or a single one, and what is no paper. Never raises."""
    found = parsed(data, where)
    if isinstance(found, Rejected):
        yield found
        return
    message = at(found, "message")
    if text(found, "status") != "ok" or not isinstance(message, dict):
        said = text(message, 0, "message") or text(found, "message") or "no message"
        yield Rejected(where, f"The reply is an error: “{said[:100]}”", REPLY)
    elif isinstance(at(message, "items"), list):
        listed = text(found, "message-type").removesuffix("-list")
        for number, work in enumerate(items(message, "items"), 1):
            if listed in {"", "work"}:
                yield read_work(work, f"{where}:{number}")
            else:
                yield Rejected(f"{where}:{number}", f"A {listed} is no work.", NOTICE)
    elif text(message, "DOI"):
        yield read_work(message, where)


def read_work(work: Any, where: str) -> Record | Rejected:
    """One work, or what else it is."""
    own = doi(text(work, "DOI"))
    if not own:
        return Rejected(where, "It has no DOI.")
    kind = text(work, "type")
    title, subtitle = (next(texts(work, key), "") for key in ("title", "subtitle"))
    if kind not in _PAPERS and kind:
        return Rejected(where, f"A {kind.replace('-', ' ')} is no paper: {own}", NOTICE)
    if not title:
        return Rejected(where, f"It has no title, as covers and contents have none: {own}", NOTICE)
    updates = [_UPDATES.get(text(each, "type"), "") for each in items(work, "update-to")]
    journal = next(texts(work, "container-title"), "") or text(work, "institution", 0, "name")
    return entry(
        where,
        SOURCE,
        f"{title}: {subtitle}" if subtitle and subtitle not in title else title,
        abstract=text(work, "abstract"),
        authors=(_name(each) for each in items(work, "author")),
        categories=texts(work, "subject"),
        identifiers=[own, *_related(work)],
        published=_published(work),
        announced=_exact(work, "created"),
        page=link(text(work, "resource", "primary", "URL")) or own.url,
        kind=next(filter(None, updates), ""),
        pdf_url=_pdf(work),
        note=journal,
    )


def _name(author: Any) -> str:
    given, family = text(author, "given"), text(author, "family")
    return f"{given} {family}".strip() or text(author, "name")


def _exact(work: Any, key: str) -> date | None:
    return parts(at(work, key, "date-parts", 0))


def _published(work: Any) -> date | None:
    """When it first appeared. A whole date is better than a month or a year, which may be an issue's to come."""
    keys = ("published-online", "posted", "published", "published-print", "issued")
    exact = [found for key in keys if (found := _exact(work, key))]
    vague = [found for key in keys if (found := parts(at(work, key, "date-parts", 0), whole=False))]
    return min(exact, default=None) or min(vague, default=None)


def _related(work: Any) -> Iterator[Any]:
    for relation in _SAME_WORK:
        for each in items(work, "relation", relation):
            if text(each, "id-type") in {"doi", "arxiv", "uri"}:
                yield identifier(text(each, "id"))


def _pdf(work: Any) -> str:
    given = (each for each in items(work, "link") if text(each, "content-type") == "application/pdf")
    return next((link(text(each, "URL")) for each in given), "")


class Crossref(Service):
    """The journals of some ISSNs, by when their DOIs were made.

    Who gives a mail address is served by Crossref's polite pool; lists are asked for one at a time, and seldom more
    than one a second: https://www.crossref.org/documentation/retrieve-metadata/rest-api/access-and-authentication/
    """

    name = SOURCE
    url = "https://api.crossref.org"
    settings = ("issns",)
    questions = "issns"
    divider = re.compile(r"[\s,;]+")

    async def pages(self, asked: Asked) -> AsyncIterator[Sequence[Entry]]:
        """The works of one journal, following the cursor that each page gives."""
        if not _ISSN.fullmatch(asked.question):
            raise FetchError(f"“{asked.question[:20]}” is no ISSN.", "ISSNs look like 1476-4687.")
        params = {"filter": f"from-created-date:{asked.since}", "rows": str(ROWS), "cursor": "*", **self.contact}
        for _ in range(MOST_PAGES):
            found, body = await self.get(read, f"/journals/{asked.question}/works", params)
            yield found
            following = text(parsed(body, ""), "message", "next-cursor")
            if len(found) < ROWS or not following:
                return
            params["cursor"] = following
