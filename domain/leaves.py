"""What one word, phrase or value of a query means, with the field before it."""

from __future__ import annotations

import re
from datetime import date
from typing import NoReturn

from domain.errors import QueryError
from domain.identifier import identifier
from domain.lex import DASHES, OPERATORS, PREFIX_LETTERS, Lexeme, lex
from domain.query import TEXT_FIELDS, UNIT_DAYS, Age, Category, Dated, FromSource, Is, Leaf, Text, Trending, Upvotes
from domain.words import tokens

NAME_FIELDS = ("cat", "source")
_AGE = re.compile(r"([0-9]{1,6})([dwmy])", re.IGNORECASE)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_VOTES = re.compile(r"(>=|<=|>|<|=)?([0-9]{1,9})")
_OWN = re.compile(r"p([0-9]{1,18})", re.IGNORECASE)
EXAMPLES = {
    "title": 'title:diffusion or title:"language model"',
    "abstract": "abstract:benchmark",
    "author": 'author:hinton or author:"adam smith"',
    "cat": "cat:cs.CL, or cat:cs for every cs.*",
    "source": "source:arxiv",
    "id": "id:2402.16107 or id:p12",
    "since": f"since:30d (days; also {', '.join(sorted(set(UNIT_DAYS) - {'d'}))}) or since:2026-11-01",
    "before": "before:30d or before:2026-11-01",
    "upvotes": "upvotes:>10",
    "is": "is:trending",
}


def leaf(lexeme: Lexeme, field: str) -> Leaf:
    """Read what stands after a field, or alone (`field` is empty). Raises QueryError."""
    if field and lexeme.kind == "word" and lexeme.text.startswith(tuple(DASHES)):
        _fail(
            lexeme,
            f"The {lexeme.text[0]} stands before what it excludes, field and all.",
            f"Write for example -{field}:{_shown(lexeme.text.lstrip(DASHES))}",
        )
    if field in {"", *TEXT_FIELDS}:
        return _words(lexeme, field)
    if field in NAME_FIELDS:
        return _name(lexeme, field)
    value = None if lexeme.prefix else _value(field, lexeme.text.strip().rstrip(",;"))
    if value is None:
        _fail(
            lexeme,
            f"{field}: cannot be read from “{_shown(lexeme.text)}”.",
            f"Write for example {EXAMPLES[field]}",
        )
    return value


def _fail(lexeme: Lexeme, what: str, hint: str) -> NoReturn:
    raise QueryError(what, hint, lexeme.start, lexeme.end)


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _words(lexeme: Lexeme, field: str) -> Text | Is:
    quoted = lexeme.kind == "phrase"
    if not (field or quoted or lexeme.prefix):
        paper = identifier(lexeme.text)
        if paper:
            return Is(paper)
    found = tokens(lexeme.text)
    if not found:
        _fail(lexeme, f"There is no word in “{_shown(lexeme.text)}”.", "Write letters or digits, or take it out.")
    if lexeme.prefix and len(found[-1].form) < PREFIX_LETTERS:
        _fail(
            lexeme,
            f"A beginning needs at least {PREFIX_LETTERS} letters before the *.",
            f"Write more of it, or {_shown(lexeme.text)} without the *.",
        )
    inner = " ".join(lexeme.text[found[0].start : found[-1].end].split())
    text = Text(inner, field, quoted, lexeme.prefix)
    return text if quoted or _reads_as_itself(text) else Text(inner, field, True, lexeme.prefix)


def _reads_as_itself(text: Text) -> bool:
    # Without the signs around it, a word may look like an operator, a field or an identifier: +OR, .cat:cs
    if text.words.isalnum() and text.words not in OPERATORS:
        return True
    try:
        lexemes = lex(str(text))
    except QueryError:
        return False
    last = lexemes[-1]
    return (
        [lexeme.kind for lexeme in lexemes] == (["field", "word"] if text.field else ["word"])
        and (last.text, last.prefix) == (text.words, text.prefix)
        and (bool(text.field) or text.prefix or identifier(text.words) is None)
    )


def _name(lexeme: Lexeme, field: str) -> Category | FromSource:
    name = " ".join(lexeme.text.rstrip(",;").split())
    if lexeme.kind == "word" and "," in name:
        names = " OR ".join(filter(None, name.split(",")))
        _fail(lexeme, f"{field}: takes one name at a time.", f"Write for example {field}:({_shown(names)})")
    starred = lexeme.prefix or name.endswith("*")
    if field == "cat" and starred and name.rstrip("*").endswith("."):  # cat:cs.* is cat:cs
        name, starred = name.rstrip("*").removesuffix("."), False
    if starred or not tokens(name):
        _fail(lexeme, f"{field}: needs a name.", f"For example: {EXAMPLES[field]}")
    return Category(name) if field == "cat" else FromSource(name)


def _value(field: str, text: str) -> Leaf | None:
    match field:
        case "id":
            own = _OWN.fullmatch(text)
            paper = int(own[1]) if own else identifier(text)
            return Is(paper) if paper is not None else None
        case "since" | "before":
            age = _AGE.fullmatch(text)
            if age:
                return Dated(field, Age(int(age[1]), age[2].lower()))
            try:
                return Dated(field, date.fromisoformat(text)) if _DAY.fullmatch(text) else None
            except ValueError:  # the 31st of a month without one
                return None
        case "upvotes":
            votes = _VOTES.fullmatch(text)
            return Upvotes(votes[1] or ">=", int(votes[2])) if votes else None
        case _:
            return Trending() if text.lower() == "trending" else None
