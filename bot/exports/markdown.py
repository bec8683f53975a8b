"""Markdown: a list to paste into notes, an issue or a page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.exports.entry import Entry
from bot.render.text import link, one_line

# What CommonMark and its common extensions give a meaning inside a line: emphasis, code, links, HTML,
# entities, strikethrough, tables, mathematics, mentions, headings.
_SIGNS = re.compile(r"([\\`*_\[\]<>&~|$@#])")
# What some renderers make links of by themselves: an address in a text is not one that we vouch for.
_ADDRESS = re.compile(r"\b(https?|ftp)(:)(?=//)|\b(www)(\.)", re.IGNORECASE)
# What makes a list, a rule or a heading of a line that begins with it.
_START = re.compile(r"^(\d*)([-+=.):])")


def markdown(entries: Sequence[Entry]) -> str:
    """The entries as a bulleted list, a line each: title with its link, authors, date, ids, note and tags."""
    return "".join(f"- {_item(entry)}\n" for entry in entries)


def _item(entry: Entry) -> str:
    paper, url = entry.paper, link(entry.paper.url)
    title = _text(paper.title) or "Untitled"
    about = (
        *map(one_line, paper.authors),
        entry.date.isoformat() if entry.date else "",
        f"arXiv:{entry.arxiv}" if entry.arxiv else "",
        f"doi:{entry.doi}" if entry.doi else "",
    )
    parts = (
        f"[{title}](<{url}>)" if url else _START.sub(r"\1\\\2", title),
        _text(", ".join(filter(None, about))),
        _text(entry.note),
        " ".join(f"#{tag}" for tag in filter(None, map(_text, entry.tags))),
    )
    return " — ".join(filter(None, parts))


def _text(text: str) -> str:
    return _ADDRESS.sub(r"\1\3\\\2\4", _SIGNS.sub(r"\\\1", one_line(text)))
