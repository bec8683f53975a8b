"""Reads one JSON array of papers, object by object, so that a broken one costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from domain.paper import Record, Rejected
from sources import jsonl

MOST_BROKEN = 100  # objects, after which the rest is given up: each may cost a look at the whole rest
_BETWEEN = re.compile(r"[\s,]*")
_NEXT = re.compile(r"[\n,}]\s{0,20}(?=\{)")


def read(text: str, name: str) -> Iterator[Record | Rejected]:
    """The papers of the array that the text holds, with the lines they begin on. Never raises."""
    decoder = json.JSONDecoder()
    at, line, counted, broken = text.find("[") + 1, 1, 0, 0
    while True:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        line += text.count("\n", counted, at)
        counted, where = at, f"{name}:{line}"
        if text[at : at + 1] == "]":
            if text[at + 1 :].strip():
                yield Rejected(where, "There is more after the end of the list; it was not read.")
            return
        if at >= len(text):
            yield Rejected(where, "The list does not end; what came before was read.")
            return
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            broken += 1
            yield Rejected(where, "This entry of the list is not valid JSON.")
            following = _NEXT.search(text, at + 1)
            if not following or broken > MOST_BROKEN:
                yield Rejected(where, "The rest of the list was not read.")
                return
            at = following.end()
        else:
            yield jsonl.read_object(found, where)
