"""Papers one kept, as files for other programs. A new format is one file here and one line below.

The formats are written by hand, without a library: each is a page of code whose whole difficulty is escaping,
and the tests read every file back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from bot.exports.bibtex import bibtex
from bot.exports.entry import Entry
from bot.exports.json import json
from bot.exports.markdown import markdown
from bot.exports.ris import ris
from bot.exports.table import csv
from domain.errors import UsageError
from domain.message import File

__all__ = ["FORMATS", "Entry", "Format", "export"]


class Format(Struct, frozen=True):
    """How entries become a file: its name, its media type, and what writes its content."""

    name: str
    media_type: str
    write: Callable[[Sequence[Entry]], str]


FORMATS = {
    "bibtex": Format("bookmarks.bib", "application/x-bibtex", bibtex),
    "ris": Format("bookmarks.ris", "application/x-research-info-systems", ris),
    "csv": Format("bookmarks.csv", "text/csv", csv),
    "json": Format("bookmarks.json", "application/json", json),
    "markdown": Format("bookmarks.md", "text/markdown", markdown),
}


def export(entries: Sequence[Entry], form: str) -> File:
    """The entries, in their order, as a file in one of FORMATS. Its line ends are part of the format.

    Raises UsageError for another format.
    """
    chosen = FORMATS.get(form.strip().lower())
    if chosen is None:
        raise UsageError(f"There is no export format “{form[:40]}”.", f"There is: {', '.join(FORMATS)}.")
    return File(chosen.name, chosen.media_type, chosen.write(entries))
