"""The full-text index: what of a query it can answer alone, as one FTS5 expression (https://sqlite.org/fts5.html).

Words come analysed (domain/words.py): a token is letters and digits, so that nothing in an expression is a sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Float, Integer, Text, column, func, literal, literal_column, table

from domain import query as q
from domain.words import stem

FTS = table(
    "papers_fts", column("rowid", Integer), column("title", Text), column("abstract", Text), column("authors", Text)
)
# The plus keeps SQLite from asking the index for each number of a list, one after the other.
FOUND: ColumnElement[int] = literal_column("+papers_fts.rowid", Integer)
_WHOLE: ColumnElement[str] = literal_column("papers_fts")
# FTS5 reads an expression with a stack of 100, of which each parenthesis takes up to three.
_DEEPEST = 25


def matching(said: str) -> ColumnElement[bool]:
    """The condition that the index matches an expression."""
    return _WHOLE.op("MATCH", is_comparison=True)(literal(said, Text))


def bm25(title: float, abstract: float, authors: float) -> ColumnElement[float]:
    """FTS5's relevance with these weights, the most relevant lowest."""
    return func.bm25(_WHOLE, title, abstract, authors, type_=Float)


def expression(node: q.Node) -> str | None:
    """The expression of a part of a query that is only words and asks for some, or None."""
    found = _said(node)
    return found[0] if found else None


def any_of(words: Iterable[str]) -> str:
    """The expression of any of these words, analysed as the index has them, in any column."""
    return " OR ".join(map(_phrase, ([word] for word in words)))


def _said(node: q.Node) -> tuple[str, int] | None:
    # With how deep its parentheses go.
    match node:
        case q.Text():
            return _words(node), 2
        case q.Or(children):
            return _joined(" OR ", [_said(child) for child in children])
        case q.And(children):
            wanted = [_said(child) for child in children if not isinstance(child, q.Not)]
            unwanted = [_said(child.child) for child in children if isinstance(child, q.Not)]
            found = _joined(" AND ", wanted)
            if not unwanted or not found:
                return found
            return _joined(" NOT ", [found, _joined(" OR ", unwanted)])
        case _:
            return None


def _joined(sign: str, parts: list[tuple[str, int] | None]) -> tuple[str, int] | None:
    said = [part for part in parts if part]
    deep = 1 + max((depth for _, depth in said), default=_DEEPEST)
    if len(said) < len(parts) or deep > _DEEPEST:
        return None
    return sign.join(f"({words})" for words, _ in said), deep


def _words(leaf: q.Text) -> str:
    # Authors are compared by form. Where that is the stem too, one phrase serves every column.
    text, author = _phrase(leaf.stems, prefix=leaf.prefix), _phrase(leaf.forms, prefix=leaf.prefix)
    if leaf.prefix and not (whole := stem(leaf.forms[-1])).startswith(leaf.forms[-1]):
        text = f"({text} OR {_phrase((*leaf.stems[:-1], whole))})"
    match leaf.field:
        case "author":
            return f"authors : {author}"
        case "":
            return text if text == author else f"({{title abstract}} : {text}) OR (authors : {author})"
        case name:
            return f"{name} : {text}"


def _phrase(words: Sequence[str], *, prefix: bool = False) -> str:
    return f'"{" ".join(words)}"{" *" if prefix else ""}'
