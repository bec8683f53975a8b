"""Reads RIS with rispy, as EndNote, Mendeley, Zotero and publishers' pages write it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import rispy

from domain.paper import Record, Rejected, doi, identifier
from sources.entry import made, turned
from sources.readable import storable
from sources.values import link, period, text, texts

SOURCE = "import"
LONGEST = 5_000  # lines of one reference
_BEGIN, _END = re.compile(r"\ufeff?\s*TY  ?-"), re.compile(r"ER  ?-")


def read(lines: Iterable[str], name: str) -> Iterator[Record | Rejected]:
    """The papers of a .ris file, in order, and what could not be read of it. Never raises.

    Each reference is read by itself, so that a broken one costs only itself.
    """
    reference: list[str] = []
    begun, noise = 0, False
    for number, line in enumerate(map(storable, lines), 1):
        if _BEGIN.match(line):
            if reference:
                yield _read(reference, f"{name}:{begun}")
            reference, begun = [line.lstrip("\ufeff \t")], number
        elif reference and _END.match(line):
            yield _read(reference, f"{name}:{begun}")
            reference = []
        elif reference and len(reference) < LONGEST:
            reference.append(line)
        elif line.strip() and not reference:
            if not noise:  # said once of all lines that follow on each other
                yield Rejected(f"{name}:{number}", f"This stands outside of any reference: “{line.strip()[:60]}”")
            noise = True
            continue
        noise = noise and not reference
    if reference:
        yield _read(reference, f"{name}:{begun}")


def _read(lines: list[str], where: str) -> Record | Rejected:
    try:
        found: list[dict[str, Any]] = rispy.loads("\n".join([*(each.rstrip("\r\n") for each in lines), "ER  - "]))
    except Exception as error:  # whatever a broken reference makes of the library is one rejected reference
        return Rejected(where, f"This cannot be read as RIS ({type(error).__name__}).")
    if not found:
        return Rejected(where, "This reference is empty.")
    said = found[0]
    urls = [*texts(said, "urls"), text(said, "url")]
    named = [text(said, "doi"), *urls, *texts(said, "file_attachments1"), text(said, "accession_number")]
    pages = [page for each in urls if (page := link(each))]
    return made(
        where,
        SOURCE,
        _first(said, "title", "primary_title", "translated_title"),
        abstract=_first(said, "abstract", "notes_abstract"),
        authors=map(turned, [*texts(said, "authors"), *texts(said, "first_authors")]),
        identifiers=[doi(named[0]), *map(identifier, named[1:])],
        published=period(_first(said, "date", "publication_year", "year")) or period(text(said, "year")),
        page=next(iter(pages), ""),
        pdf_url=next(filter(None, map(link, texts(said, "file_attachments1"))), ""),
        note=_first(said, "journal_name", "secondary_title", "alternate_title3"),
    )


def _first(said: dict[str, Any], *keys: str) -> str:
    return next((found for key in keys if (found := text(said, key) or " ".join(texts(said, key)))), "")
