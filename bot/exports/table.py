"""CSV as RFC 4180 has it, for spreadsheets: they need the mark of UTF-8 at its beginning, and no formulas."""

from __future__ import annotations

import csv as library
import io
import re
from collections.abc import Sequence

from bot.exports.entry import Entry
from bot.render.text import link, one_line

_MARK = "\ufeff"
# What makes a spreadsheet compute a cell, in its wide forms too. Where the comma is the decimal sign, a
# semicolon begins a new cell, whatever the quotes say. https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = re.compile(r'(^|;)(?=[\s"]*[=+\-@＝＋－＠])')
COLUMNS = (
    "title authors published announced categories arxiv_id doi url pdf_url code_url upvotes abstract summary note tags"
).split()


def csv(entries: Sequence[Entry]) -> str:
    """The entries as a .csv file under one row of names. Lists are joined with `; `.

    An apostrophe stands before what would be a formula; texts are in one line.
    """
    file = io.StringIO(newline="")
    writer = library.writer(file, quoting=library.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(cell) for cell in _row(entry)] for entry in entries)
    return _MARK + file.getvalue()


def _row(entry: Entry) -> tuple[object, ...]:
    paper = entry.paper
    return (
        paper.title,
        "; ".join(paper.authors),
        paper.published,
        paper.announced,
        "; ".join(paper.categories),
        entry.arxiv,
        entry.doi,
        link(paper.url),
        link(paper.pdf_url),
        link(paper.code_url),
        paper.upvotes,
        paper.abstract,
        paper.summary,
        entry.note,
        "; ".join(entry.tags),
    )


def _cell(value: object) -> str:
    return "" if value is None else _FORMULA.sub(r"\1'", one_line(str(value)))
