"""RIS, which EndNote, Mendeley and Zotero read: a tag and a value to a line, lines ending with CR LF, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.exports.entry import Entry
from bot.render.text import link, one_line


def ris(entries: Sequence[Entry]) -> str:
    """The entries as a .ris file, an empty line after each."""
    return "".join(_entry(entry) for entry in entries)


def _entry(entry: Entry) -> str:
    paper, day = entry.paper, entry.date
    fields: list[tuple[str, Iterable[str]]] = [
        ("TY", ["JOUR" if entry.doi else "UNPB"]),  # a preprint is unpublished work until it has a DOI of its own
        ("AU", paper.authors),
        ("TI", [paper.title]),
        ("AB", [paper.text]),
        ("PY", [f"{day:%Y}"] if day else []),
        ("DA", [f"{day:%Y/%m/%d}"] if day else []),
        ("DO", [entry.doi]),
        ("UR", [link(paper.url)]),
        ("KW", entry.tags),
        ("N1", [entry.note]),
    ]
    # A value in one line cannot begin a tag of its own.
    lines = [f"{tag}  - {shown}\r\n" for tag, values in fields for value in values if (shown := one_line(value))]
    return "".join([*lines, "ER  - \r\n", "\r\n"])
