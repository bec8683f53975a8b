"""The papers that a text mentions: in links as chats write them, in ids and DOIs between words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from domain.identifier import Identifier, identifier

LONGEST = 40_000  # characters that are looked at, as many as a message on Slack has
# <address|label> on Slack, [label](address) in Markdown, where an address may hold parentheses, not inside each other.
_ANGLED = re.compile(r"<(https?://[^|>\s]+)\|?", re.IGNORECASE)
_LINKED = re.compile(r"\]\(<?((?:[^()\s]|\([^()\s]*\))+)\)")
_GLUED = re.compile(r"(?<=\S)(?=https?://)", re.IGNORECASE)
_EMPHASIS = "*_`~"
_NAMED = re.compile(r"\b(arxiv|doi|hf|openreview):\s+", re.IGNORECASE)
# Where nothing separates it from the words before: an address, a DOI, an id with its name.
_INSIDE = re.compile(r"(?:https?://|10\.[0-9]{4,9}/|arxiv:)\S+", re.IGNORECASE)
_SEVERAL = re.compile(r"[][,;|，；、]")


def mentioned(text: str) -> tuple[str, ...]:
    """Each paper once, in the order mentioned, by the identifier that commands take: `arxiv:2402.16107`."""
    text = _LINKED.sub(r"] \1 ", _ANGLED.sub(r" \1 ", text[:LONGEST]))
    pieces = _NAMED.sub(r"\1:", _GLUED.sub(" ", text)).split()
    return tuple(dict.fromkeys(str(found) for piece in pieces for found in _in(piece.strip(_EMPHASIS))))


def _in(piece: str) -> Iterator[Identifier]:
    whole = identifier(piece)
    if whole:
        yield whole
        return
    parts = _SEVERAL.split(piece)
    for part in parts:
        inside = _INSIDE.search(part)
        found = (identifier(part) if len(parts) > 1 else None) or (identifier(inside[0]) if inside else None)
        if found:
            yield found
