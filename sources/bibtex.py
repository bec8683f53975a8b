"""Reads BibTeX with bibtexparser, as reference managers and the ACL Anthology write it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date

from bibtexparser.entrypoint import parse_string
from bibtexparser.model import Entry, ParsingFailedBlock

from domain.paper import Identifier, Record, Rejected, arxiv, doi, identifier
from sources.entry import made, turned
from sources.readable import LONGEST, readable, storable
from sources.values import link, period

SOURCE = "import"
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}
logging.getLogger("bibtexparser").setLevel(logging.ERROR)  # it warns of what is told here as rejected


def read(text: str, name: str) -> Iterator[Record | Rejected]:
    """The papers of a .bib file, in order, and what could not be read of it. Never raises.

    `name` says in `where` which file it was. Strings, preambles and comments are no entries.
    """
    try:
        blocks = parse_string(storable(text)).blocks
    except Exception as error:  # whatever a broken file makes of the library is one rejected file
        yield Rejected(name, f"This cannot be read as BibTeX ({type(error).__name__}).")
        return
    for block in blocks:
        where = f"{name}:{(block.start_line or 0) + 1}"
        # A key or a field that is there twice is no reason to leave a paper out.
        entry = block.ignore_error_block if isinstance(block, ParsingFailedBlock) else block
        if isinstance(entry, Entry):
            yield _read({field.key.lower(): str(field.value) for field in reversed(entry.fields)}, where)
        elif isinstance(block, ParsingFailedBlock):
            start = " ".join((block.raw or "").split())[:60]
            yield Rejected(where, f"This entry is not valid BibTeX: “{readable(start)}”")


def _read(fields: Mapping[str, str], where: str) -> Record | Rejected:
    def field(key: str) -> str:
        return fields.get(key, "")[:LONGEST].strip().removeprefix('"').removesuffix('"')

    eprint, kind = _bare(field("eprint")), (field("archiveprefix") or field("eprinttype")).strip("{}").lower()
    pmid = _bare(field("pmid"))
    return made(
        where,
        SOURCE,
        _bare(field("title")),
        abstract=_bare(field("abstract")),
        authors=map(_name, _AND.split(field("author") or field("editor"))),
        categories=[_bare(field("primaryclass"))] if kind in {"", "arxiv"} else (),
        identifiers=[
            arxiv(eprint) if kind in {"", "arxiv"} else None,
            doi(_bare(field("doi"))) or identifier(_bare(field("doi"))),
            Identifier("pmid", pmid) if pmid.isascii() and pmid.isdecimal() else None,
            identifier(_bare(field("url"))),
        ],
        published=period(_bare(field("date")))
        or _published(_bare(field("year")), _bare(field("month")), _bare(field("day"))),
        page=_bare(field("url")),
        pdf_url=link(_bare(field("pdf"))),
        note=_bare(field("journal") or field("journaltitle") or field("booktitle")),
    )


def _bare(value: str) -> str:
    """A value in readable text, without the braces that keep capitals."""
    return readable(value).replace("{", "").replace("}", "").strip() if "{" in value or "\\" in value else value.strip()


def _name(name: str) -> str:
    whole = name.strip()
    if whole.lower() == "others":
        return ""
    # Braces around all of it name a group, which has no family name.
    return _bare(whole) if whole.startswith("{") and whole.endswith("}") else turned(_bare(whole))


def _published(year: str, month: str, day: str) -> date | None:
    at = _MONTHS.get(month[:3].lower(), month)
    return period(f"{year}-{at}-{day}") or period(f"{year}-{at}") or period(year)
