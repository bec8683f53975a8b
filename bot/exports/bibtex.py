"""BibTeX, in UTF-8: what LaTeX, JabRef and Zotero read. `@misc` needs no journal, which we do not know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count

from bot.exports.entry import Entry
from bot.render.text import link, one_line
from domain.words import forms

# BibTeX counts braces even where a backslash stands before them, so those of a text become commands.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # the names that every style defines
_SMALL = frozenset(
    "a an and are as at be by do for from how in is of on or the this to towards toward via what why with".split()
)
# Names of groups, which have no family name; BibTeX takes what stands in braces as one.
_GROUP = re.compile(
    r"\b(?:and|team|collaboration|consortium|group|labs?|project|institute|university|et al)\b", re.IGNORECASE
)


def bibtex(entries: Sequence[Entry]) -> str:
    """The entries as a .bib file; every key is ASCII and there once, in whatever case."""
    taken: set[str] = set()
    return "\n".join(_entry(entry, _key(entry, taken)) for entry in entries)


def _entry(entry: Entry, key: str) -> str:
    paper, day = entry.paper, entry.date
    fields = {
        "title": f"{{{_text(paper.title)}}}",  # a second pair of braces keeps its capitals
        "author": " and ".join(filter(None, map(_author, paper.authors))),
        "year": str(day.year) if day else "",
        "month": _MONTHS[day.month - 1] if day else "",
        "eprint": _verbatim(entry.arxiv),
        "archivePrefix": "arXiv" if entry.arxiv else "",
        "primaryClass": entry.primary_category,
        "doi": _verbatim(entry.doi),
        "url": link(paper.url),
        "abstract": _text(paper.text),
        "keywords": ", ".join(filter(None, map(_text, entry.tags))),
        "note": _text(entry.note),
    }
    # The name of a month stands without braces: it is a macro, which the style spells.
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'},\n" for name, value in fields.items() if value]
    return f"@misc{{{key},\n{''.join(lines)}}}\n"


def _text(text: str) -> str:
    return one_line(text).translate(_ESCAPES)


def _verbatim(text: str) -> str:
    # Read as it stands, without LaTeX: https://ctan.org/pkg/biblatex, "verbatim" fields.
    return re.sub(r"[\\{}\s]", lambda sign: f"%{ord(sign[0]):02X}", one_line(text))


def _author(name: str) -> str:
    """A name as it is. Which part is the family name is certain only where a comma says so."""
    name = one_line(name)
    parts = [part.strip() for part in name.split(",")]
    if _GROUP.search(name) or " " not in name or len(parts) > 2 or not all(parts):
        return f"{{{_text(name)}}}" if name else ""
    return _text(name)


def _key(entry: Entry, taken: set[str]) -> str:
    family, comma, _ = next(iter(entry.paper.authors), "").partition(",")
    name = "".join(_ascii(family if comma else "".join(family.split()[-1:])))
    title = next((word for word in _ascii(entry.paper.title) if word not in _SMALL), "")
    plain = f"{name or 'anon'}{entry.date.year if entry.date else ''}{title}"
    key = next(key for number in count() if (key := plain + _letters(number)) not in taken)
    taken.add(key)
    return key


def _ascii(text: str) -> list[str]:
    return [word for word in forms(text) if word.isascii() and word.isalnum()]


def _letters(number: int) -> str:
    """Nothing, a, b, … z, aa, ab, …"""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
