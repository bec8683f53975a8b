"""A query as matching reads it: its shape, then its leaves, the words of each analysed. Stored beside its text.

`sparse OR -"key values" cat:cs` is `&|.-..`, `Wsparse`, `Wkey value/key values`, `cat:cs`, with tabs between:
the shape in front of its parts, as Łukasiewicz wrote (https://en.wikipedia.org/wiki/Polish_notation), a full stop
a leaf. Queries of one shape can be answered together, and many share leaves. A leaf of words is a letter for where
they may stand, then their stems and, where these differ, a slash and their forms, then a star if it is a prefix; any
other is written as in a query.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from domain.query import And, Node, Not, Or, Text

LEAF, NOT, AND, OR = ".", "-", "&", "|"
PLACES = {"": "W", "title": "T", "abstract": "A", "author": "N"}
_FIELDS = {letter: field for field, letter in PLACES.items()}


def compact(node: Node) -> str:
    """The compact form of a query's expression, or of a part of one."""
    shape: list[str] = []
    leaves: list[str] = []
    _write(node, shape, leaves)
    return "\t".join(("".join(shape), *leaves))


def _write(node: Node, shape: list[str], leaves: list[str]) -> None:
    match node:
        case Not(child):
            shape.append(NOT)
            _write(child, shape, leaves)
        case And(children) | Or(children):
            shape.append((AND if isinstance(node, And) else OR) * (len(children) - 1))
            for child in children:
                _write(child, shape, leaves)
        case _:
            shape.append(LEAF)
            leaves.append(_words(node) if isinstance(node, Text) else str(node))


def _words(leaf: Text) -> str:
    stems, forms = " ".join(leaf.stems), " ".join(leaf.forms)
    both = stems if stems == forms else f"{stems}/{forms}"
    return f"{PLACES[leaf.field]}{both}{'*' if leaf.prefix else ''}"


class Words(NamedTuple):
    """A leaf of words, as `domain.query.Text` has them: in which field (empty: any), their stems, their forms."""

    field: str
    stems: tuple[str, ...]
    forms: tuple[str, ...]
    prefix: bool


def said(leaf: str) -> tuple[str, str, str, bool] | None:
    """What a leaf of words says: its field (empty: any), its stems, its forms, and whether it is a prefix.

    Stems and forms have spaces between them. None if it asks for something else.
    """
    field = _FIELDS.get(leaf[0])
    if field is None:
        return None
    prefix = leaf[-1] == "*"
    stems, _, forms = leaf[1 : -1 if prefix else None].partition("/")
    return field, stems, forms or stems, prefix


@lru_cache(maxsize=10_000)  # queries share many
def words(leaf: str) -> Words | None:
    """A leaf of words as a value; None if it asks for something else."""
    read = said(leaf)
    return Words(read[0], (*read[1].split(" "),), (*read[2].split(" "),), read[3]) if read else None


def wanted(compacted: str) -> list[str]:
    """The leaves of words that a paper may match by, as `Query.wanted` says of the query itself."""
    shape, *leaves = compacted.split("\t")
    if NOT not in shape:  # as in most
        return [leaf for leaf in leaves if leaf[0] in _FIELDS]
    found, left = [], iter(leaves)
    # How many parts are still to come under each sign, and whether what stands there is wanted.
    open_: list[tuple[int, bool]] = [(1, True)]
    for sign in shape:
        while open_[-1][0] == 0:
            open_.pop()
        parts, asked = open_.pop()
        open_.append((parts - 1, asked))
        if sign == LEAF:
            leaf = next(left)
            if asked and leaf[0] in _FIELDS:
                found.append(leaf)
        else:
            open_.append((1, not asked) if sign == NOT else (2, asked))
    return found
