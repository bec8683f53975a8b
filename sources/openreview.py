"""OpenReview: a venue's submissions and decisions, as API 2 gives its notes.

https://docs.openreview.net/reference/api-v2/entities/note/fields describes a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from domain.identifier import identifier
from domain.paper import Record, Rejected
from sources.entry import NOTICE, WITHDRAWN, clean, entry
from sources.values import at, items, link, moment, parsed, text

SOURCE = "openreview"
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
        yield Rejected(where, f"The reply is an error: “{said[:100]}”")
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
