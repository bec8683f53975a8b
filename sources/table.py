"""Reads CSV, also with semicolons or tabs, as spreadsheets, Zotero, Scopus and this program's export write it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping

from domain.paper import Record, Rejected, arxiv, doi, identifier
from sources import people
from sources.entry import made
from sources.readable import taken
from sources.values import day, link, period

SOURCE = "import"
LONGEST_CELL = 2_000_000  # characters
# What columns are called. The first that has something counts.
_COLUMNS = {
    "title": ("title", "article title", "document title", "paper title", "item title"),
    "abstract": ("abstract", "abstract note", "summary"),
    "authors": ("authors", "author", "author full names", "author names", "creators"),
    "categories": ("categories", "category", "subjects", "primary category"),
    "doi": ("doi", "doi link"),
    "arxiv": ("arxiv_id", "arxiv id", "arxiv", "archive id", "eprint"),
    "url": ("url", "link", "page_url", "article url"),
    "pdf": ("pdf_url", "pdf", "pdf link"),
    "code": ("code_url", "code"),
    "published": ("published", "date", "publication date", "date published", "publication year", "year"),
    "announced": ("announced",),
    "note": ("publication title", "journal", "source title", "venue", "comment"),
}
TITLES = "|".join(_COLUMNS["title"])
_FORMULA = re.compile(r"'(?=[=+\-@])")  # an apostrophe that keeps spreadsheets from computing


def read(lines: Iterable[str], name: str) -> Iterator[Record | Rejected]:
    """The papers of a table with a row of names on top, in order, and the rows that are none. Never raises."""
    rows = iter(lines)
    head = next((line for line in rows if line.strip("\ufeff \t\r\n")), "").lstrip("\ufeff")
    divider = max(",;\t|", key=head.count)
    csv.field_size_limit(LONGEST_CELL)
    columns = [cell.strip().lower() for cell in next(csv.reader([head], delimiter=divider), [])]
    if not set(columns) & set(_COLUMNS["title"]):
        yield Rejected(f"{name}:1", "No column of this table is called title.")
        return
    table = csv.reader((line.replace("\0", "") for line in rows), delimiter=divider)
    while True:
        where = f"{name}:{table.line_num + 2}"
        try:
            row = next(table, None)
        except csv.Error as error:
            yield Rejected(where, f"This row cannot be read: {error}.")
            continue
        if row is None:
            return
        if any(cell.strip() for cell in row):
            yield _read(dict(zip(columns, row, strict=False)), where)


def _read(row: Mapping[str, str], where: str) -> Record | Rejected:
    def cell(kind: str) -> str:
        said = next((found for column in _COLUMNS[kind] if (found := row.get(column, "").strip())), "")
        return taken(_FORMULA.sub("", said, count=1) if said.startswith("'") else said)

    return made(
        where,
        SOURCE,
        cell("title"),
        abstract=cell("abstract"),
        authors=people.several(cell("authors")),
        categories=re.split(r"\s*[;,|]\s*", cell("categories")),
        identifiers=[
            arxiv(cell("arxiv")) or identifier(cell("arxiv")),
            doi(cell("doi")) or identifier(cell("doi")),
            identifier(cell("url")),
        ],
        published=period(cell("published")),
        announced=day(cell("announced")),
        page=cell("url"),
        pdf_url=link(cell("pdf")),
        code_url=link(cell("code")),
        note=cell("note"),
    )
