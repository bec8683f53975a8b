"""JSON with the fields that our importer reads, so that what was exported can be imported again, whole.

`comment` is what the sources remark on a paper; `note` and `tags` are the person's, and no paper's business.
"""

from __future__ import annotations

import json as library
from collections.abc import Sequence
from typing import Any

from bot.exports.entry import Entry


def json(entries: Sequence[Entry]) -> str:
    """The entries as an array, one to a line. Fields without a value are left out."""
    rows = [library.dumps(_fields(entry), ensure_ascii=False) for entry in entries]
    # Half of a surrogate pair is the one thing that UTF-8 cannot write.
    lines = ",\n".join(rows).encode(errors="replace").decode()
    return f"[\n{lines}\n]\n" if lines else "[]\n"


def _fields(entry: Entry) -> dict[str, Any]:
    paper = entry.paper
    fields: dict[str, Any] = {
        "title": paper.title,
        "abstract": paper.abstract,
        "summary": paper.summary,
        "authors": list(paper.authors),
        "categories": list(paper.categories),
        "arxiv_id": entry.arxiv,
        "doi": entry.doi,
        "identifiers": [str(named) for named in paper.identifiers],
        "published": paper.published and paper.published.isoformat(),
        "announced": paper.announced and paper.announced.isoformat(),
        "url": paper.url,
        "pdf_url": paper.pdf_url,
        "code_url": paper.code_url,
        "upvotes": paper.upvotes,
        "comments": paper.comments,
        "comment": paper.note,
        "note": entry.note,
        "tags": list(entry.tags),
    }
    return {name: value for name, value in fields.items() if value not in ("", None, [])}
