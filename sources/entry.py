"""One entry of a service's reply as a record: made readable, with its link and its date, or said to be no paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from msgspec.structs import replace

from domain.paper import Identifier, Record, Rejected
from sources import people
from sources.markup import unmarked, without_heading
from sources.readable import readable, storable
from sources.values import link

MOST_AUTHORS = 3_000  # the longest lists of real papers
LATE_DAYS = 400  # what is announced longer than this after it appeared is an archive being deposited, and no news
ERRATUM, WITHDRAWN, NOTICE, UNDATED, PARTIAL = "erratum", "withdrawn", "notice", "undated", "partial"
# How titles of what is no paper begin. `Correction of motion artefacts` is one, `Correction to: …` is not.
_KINDS = {
    ERRATUM: re.compile(
        r"(?:author |publisher |editorial )?(?:errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a))\b"
        r"|(?:author|publisher|editorial) correction\b|corrections?(?:\s*$|\s*[:.\[]|\s+to\b|\s+for\s.*\bet al)",
        re.IGNORECASE,
    ),
    WITHDRAWN: re.compile(
        r"[\[(]?(?:withdrawn|retracted)(?:\s+article)?\s*[\]):.–—-]|(?:withdrawal|retraction)(?:\s*$|\s*[:.]|\s+(?:note|notice|of|to)\b)"
        r"|(?:notice of (?:retraction|withdrawal)|expression of concern)\b",
        re.IGNORECASE,
    ),
    NOTICE: re.compile(
        r"(?:editorial board|table of contents|contents(?:\s+of\b.*)?\s*$|front ?matter|back ?matter|masthead"
        r"|issue information|(?:inside )?(?:front |back )?cover(?: image| picture| story)?\s*(?:$|:)|issue cover\b"
        r"|(?:subject |author |title )?index(?:\s+to\b.*)?\s*$|call for (?:papers|nominations|proposals)"
        r"|(?:list of |acknowledge?ment of |thanks to )(?:our )?reviewers|publisher.?s (?:note|announcement)"
        r"|instructions (?:for|to) authors|announcements?\s*$|title page\s*$|copyright(?: page)?\s*$"
        r"|(?:(?:the )?authors?.{0,2} |in )?(?:reply|response)\.?\s*$|editorial\.?\s*$|in this issue\s*$"
        r"|about the (?:authors?|cover)\s*$)",
        re.IGNORECASE,
    ),
}


def kind_of(title: str) -> str:
    """What a title says that it is, where that is no paper: erratum, withdrawn or notice; else empty."""
    start = title.lstrip()[:200]
    return next((kind for kind, begins in _KINDS.items() if begins.match(start)), "")


def clean(text: str) -> str:
    """Marked-up text as one reads it, on one line."""
    return readable(unmarked(text)) if text else ""


def entry(
    where: str,
    source: str,
    title: str,
    *,
    kind: str = "",
    page: str = "",
    published: date | None = None,
    announced: date | None = None,
    **more: Any,
) -> Record | Rejected:
    """The record of what a service lists; or what it is instead, named by `kind` or its title, or what it lacks.

    `page` is where it is read; without one, its first identifier's page. The others are those of `made`.
    """
    found = made(where, source, title, page=page, published=published, announced=announced, **more)
    if isinstance(found, Rejected):
        return found
    if kind := kind or kind_of(found.title):
        return Rejected(where, f"This is no new paper ({kind}): “{found.title[:100]}”", kind)
    if not found.page_url:
        return Rejected(where, f"Nothing says where it is: “{found.title[:100]}”")
    if not published and not announced:
        return Rejected(where, f"Nothing says when it appeared: “{found.title[:100]}”", UNDATED)
    if announced and published and (announced - published).days > LATE_DAYS:
        return replace(found, announced=None)
    return found


def made(  # noqa: PLR0913  # one for each thing that is said of a paper and needs mending
    where: str,
    source: str,
    title: str,
    *,
    abstract: str = "",
    authors: Iterable[str] = (),
    categories: Iterable[str] = (),
    identifiers: Iterable[Identifier | None] = (),
    page: str = "",
    tidy: Callable[[str], str] = str,
    **more: Any,
) -> Record | Rejected:
    """The record of these; only a title is needed.

    Title and abstract may be marked up; `tidy` takes away what only this service leaves in them.
    """
    shown, text = clean(tidy(title)), clean(without_heading(unmarked(tidy(abstract))))
    if not shown:
        return Rejected(where, "It has no title.")
    known = tuple(dict.fromkeys(each for each in identifiers if each))
    raw = {"title": (title, shown), "abstract": (abstract, text)}
    return Record(
        title=shown,
        source=source,
        abstract=text,
        authors=names(authors),
        categories=tuple(dict.fromkeys(word for each in categories if (word := clean(each)[:100]))),
        identifiers=known,
        page_url=link(page) or next((each.url for each in known), ""),
        raw={name: storable(before) for name, (before, after) in raw.items() if before != after},
        where=where,
        **more,
    )


def names(authors: Iterable[str]) -> tuple[str, ...]:
    """The names of authors, each once, given name first."""
    found = dict.fromkeys(name for each in authors if (name := people.one(clean(each))))
    return tuple(found)[:MOST_AUTHORS]


def turned(name: str) -> str:
    """A name that a service writes `Family, Given`, given name first."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name
