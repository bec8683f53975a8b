"""OpenReview: a venue's submissions and decisions, as API 2 gives its notes.

https://docs.openreview.net/reference/api-v2/entities/note/fields describes a note.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from domain.identifier import identifier
from domain.paper import Record, Rejected
from sources.entry import NOTICE, WITHDRAWN, clean, entry
from sources.service import MOST_PAGES, Asked, Entry, Service
from sources.values import REPLY, at, items, link, moment, parsed, text

SOURCE = "openreview"
ROWS = 1_000  # to a page, the most it gives
SITE = "https://openreview.net"
_GONE = re.compile(r"(?:withdrawn|desk[_ -]?rejected)(?:[_ -]submission)?\b", re.IGNORECASE)


def read(data: bytes, where: str) -> Iterator[Record | Rejected]:
    """The submissions among the notes of a reply, each with its venue or decision, and what is none. Never raises."""
    found = parsed(data, where)
    if isinstance(found, Rejected):
        yield found
        return
    if not isinstance(at(found, "notes"), list):
        said = text(found, "message") or text(found, "name") or "no notes"
        yield Rejected(where, f"The reply is an error: “{said[:100]}”", REPLY)
        return
    for number, note in enumerate(items(found, "notes"), 1):
        yield _read(note, f"{where}:{number}")


def _read(note: Any, where: str) -> Record | Rejected:
    named, forum = text(note, "id"), text(note, "forum")
    own = identifier(f"{SOURCE}:{forum or named}")
    if own is None:
        return Rejected(where, "It has no id.")
    if (forum and named and forum != named) or text(note, "replyto"):
        return Rejected(where, f"This is a reply to a submission: {own}", NOTICE)
    venue = _text(note, "venue")
    gone = at(note, "ddate") or _GONE.search(f"{_text(note, 'venueid')} {venue}".replace("/", " "))
    appeared = moment(at(note, "odate")) or moment(at(note, "pdate")) or moment(at(note, "cdate"))
    pdf = _text(note, "pdf")
    return entry(
        where,
        SOURCE,
        _text(note, "title"),
        abstract=_text(note, "abstract"),
        summary=clean(_text(note, "TLDR") or _text(note, "TL;DR")),
        authors=_texts(note, "authors"),
        categories=[_text(note, "primary_area"), *_texts(note, "keywords")],
        identifiers=[own],
        published=moment(at(note, "pdate")) or appeared,
        announced=appeared,
        page=own.url,
        kind=WITHDRAWN if gone else "",
        pdf_url=link(SITE + pdf if pdf.startswith("/") else pdf),
        note=_decision(note) or venue,
    )


def _value(note: Any, key: str) -> Any:
    # API 2 wraps each value so that it can say who may read it; API 1 did not.
    said = at(note, "content", key)
    return at(said, "value") if isinstance(said, dict) else said


def _text(note: Any, key: str) -> str:
    return text(_value(note, key))


def _texts(note: Any, key: str) -> Iterator[str]:
    said = _value(note, key)
    words = said if isinstance(said, list) else re.split(r"\s*[,;]\s*", text(said))
    return (found for each in words if (found := text(each)))


def _decision(note: Any) -> str:
    for reply in items(note, "details", "replies"):
        if decision := _text(reply, "decision"):
            return decision
    return ""


class OpenReview(Service):
    """The submissions of venues, such as ICLR.cc/2026/Conference, with what became of them.

    All of a venue is asked for at each look, since decisions come to old submissions. No limit is documented; we ask
    every two seconds.
    """

    name = SOURCE
    url = "https://api2.openreview.net"
    every = 6 * 3600.0
    pause = 2.0
    settings = ("venues",)
    questions = "venues"
    divider = re.compile(r"[\s,;]+")

    async def pages(self, asked: Asked) -> AsyncIterator[Sequence[Entry]]:
        """The notes that answer the venue's call for submissions."""
        params = {"invitation": f"{asked.question}/-/Submission", "limit": str(ROWS), "offset": "0"}
        for page in range(MOST_PAGES):
            params["offset"] = str(page * ROWS)
            found, _ = await self.get(read, "/notes", params)
            yield found
            if len(found) < ROWS:
                return
