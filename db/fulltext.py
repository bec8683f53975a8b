"""The full-text index: what of a query it can answer alone, as one FTS5 expression (https://sqlite.org/fts5.html).

Words come analysed (domain/words.py): a token is letters and digits, so that nothing in an expression is a sign.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import ColumnElement, Float, Integer, Text, column, func, literal, literal_column, table

from db import marks
from domain import query as q
from domain.words import stem

FTS = table(
    "papers_fts", column("rowid", Integer), column("title", Text), column("abstract", Text), column("authors", Text)
)
_WHOLE: ColumnElement[str] = literal_column("papers_fts")
# FTS5 reads an expression with a stack of 100, of which each parenthesis takes up to three.
_DEEPEST = 25

Beginnings = Mapping[tuple[str, str], Sequence[str]]
"""Words that begin so, by kind (`text` or `author`) and beginning: what a prefix is taken for."""
Saying = Callable[[q.Text], str]
"""What the index is asked for a word, phrase or prefix."""


def matching(said: str) -> ColumnElement[bool]:
    """The condition that the index matches an expression."""
    return _WHOLE.op("MATCH", is_comparison=True)(literal(said, Text))


def bm25(title: float, abstract: float, authors: float) -> ColumnElement[float]:
    """FTS5's relevance with these weights, the most relevant lowest. It reads every match."""
    return func.bm25(_WHOLE, title, abstract, authors, 0.0, type_=Float)


def expression(node: q.Node, say: Saying | None = None) -> str | None:
    """The expression of a part of a query that the index can answer and that asks for something, or None.

    `say` gives the expression of its words, where that is not to be what they mean.
    """
    found = _said(node, say or words)
    return found[0] if found else None


def _said(node: q.Node, say: Saying) -> tuple[str, int] | None:
    # With how deep its parentheses go.
    match node:
        case q.Text():
            return say(node), 2
        case q.Category(name):
            return f'{marks.COLUMN} : "{marks.category(name)}"', 1
        case q.FromSource(name):
            return f'{marks.COLUMN} : "{marks.source(name)}"', 1
        case q.Or(children):
            return _joined(" OR ", [_said(child, say) for child in children])
        case q.And(children):
            wanted = [_said(child, say) for child in children if not isinstance(child, q.Not)]
            unwanted = [_said(child.child, say) for child in children if isinstance(child, q.Not)]
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


def words(leaf: q.Text, beginnings: Beginnings | None = None) -> str:
    """The expression of a word, phrase or prefix. With `beginnings`, a prefix means these words alone."""
    # Authors are compared by form. Where that is the stem too, one phrase serves every column.
    text, author = _phrase(leaf.stems, prefix=leaf.prefix), _phrase(leaf.forms, prefix=leaf.prefix)
    if leaf.prefix and beginnings is not None:
        text, author = (
            " OR ".join(_phrase((*said[:-1], last)) for last in beginnings.get((kind, said[-1]), ())) or '""'
            for kind, said in (("text", leaf.stems), ("author", leaf.forms))
        )
        text, author = f"({text})", f"({author})"
    elif leaf.prefix and not (whole := stem(leaf.forms[-1])).startswith(leaf.forms[-1]):
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
