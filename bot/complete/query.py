"""How a query may go on: the word being written at its end, and what stands in its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from bot.complete.choice import MOST, Choice, Typing, beginning, plain
from db import choices, search
from domain.lex import FIELDS
from domain.words import tokens

# Perhaps excluded, perhaps in a field, perhaps in a quote that is still open.
_LAST = re.compile(r'(?P<before>-?(?:(?P<field>[A-Za-z]+):)?["“”]?)(?P<start>[^\s()":“”]*)\Z')
_FIELDS = tuple(dict.fromkeys(f"{name}:" for name in FIELDS.values()))
AGES = ("7d", "14d", "30d", "90d", "1y")


def query(connection: Connection, typing: Typing) -> list[Choice]:
    """Words and names that the papers have, fields and their values; after a # the asker's tags."""
    if typing.text.rpartition(" ")[2].startswith("#"):
        return note(connection, typing)
    found = _LAST.search(typing.text)
    if not found or not (found["start"] or found["field"]):
        return []
    before, start = typing.text[: found.start()] + found["before"], found["start"]
    if found["field"]:
        words = _values(connection, typing, FIELDS.get(found["field"].lower(), ""), start)
    else:
        words = [*beginning(start, _FIELDS), *_words(connection, start, ("text", "author"))]
    return plain(before + word for word in words)


def note(connection: Connection, typing: Typing) -> list[Choice]:
    """The asker's tags, after a #."""
    before, space, last = typing.text.rpartition(" ")
    if not last.startswith("#"):
        return []
    found = beginning(last[1:], choices.tags(connection, typing.asked.person))
    return plain(f"{before}{space}#{tag}" for tag in found)


def _values(connection: Connection, typing: Typing, field: str, start: str) -> Iterable[str]:
    match field:
        case "author":
            return _words(connection, start, ("author",))
        case "title" | "abstract":
            return _words(connection, start, ("text",))
        case "cat":
            return choices.categories(connection, start, MOST)
        case "source":
            return beginning(start, sorted({*typing.sources, *choices.sources(connection)}))
        case "since" | "before":
            return beginning(start, (*AGES, typing.asked.now.date().isoformat()))
        case "upvotes":
            return beginning(start, (">10", ">50", ">100"))
        case "is":
            return beginning(start, ("trending",))
        case _:
            return ()


def _words(connection: Connection, start: str, kinds: Sequence[str]) -> list[str]:
    # Of what is several words to the index (GPT-4), the last goes on.
    typed = tokens(start)
    if not typed or typed[-1].end != len(start):
        return []
    before = start[: typed[-1].start]
    return [before + word for word in search.complete(connection, start, limit=MOST, kinds=kinds)]
