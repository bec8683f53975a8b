"""Reading the query language: `parse` turns a text into a `Query`, or says where it cannot and what to write.

Grammar, loosest first: side by side or AND; OR; `-` or NOT; a word, phrase, field or group in parentheses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from rapidfuzz.distance import OSA

from domain.errors import QueryError
from domain.paper import identifier
from domain.query import (
    UNIT_DAYS,
    Age,
    Category,
    Dated,
    FromSource,
    Is,
    Leaf,
    Node,
    Query,
    Text,
    Trending,
    Upvotes,
    both,
    either,
    negated,
    positive,
)
from domain.words import tokens

MAX_CHARACTERS = 2_000
MAX_TERMS = 200
MAX_DEPTH = 20
PREFIX_LETTERS = 3

_FIELDS = {
    name: name for name in ("title", "abstract", "author", "cat", "source", "id", "since", "before", "upvotes", "is")
} | {"ti": "title", "abs": "abstract", "au": "author"}
_MEANT = {
    "category": "cat",
    "categories": "cat",
    "cats": "cat",
    "after": "since",
    "until": "before",
    "from": "since",
}
_VALUES = {"since", "before", "upvotes", "is"}
# What keyboards and chats make of quotes, dashes and brackets; one character for one, so places stay true.
_TYPED = str.maketrans("“”„‟«»＂（）：＊－＋＃　", '"""""""():*-+# ')
_DASHES = "-−–—"
_PASTED = re.compile(r"(?:https?://|www\.|(?:doi:)?10\.\d{4,9}/)\S+", re.IGNORECASE)
_PIECE = re.compile(r'[^\s()"]+')
_FIELD = re.compile(r"([A-Za-z]+):(?=\S)")
_AGE = re.compile(r"(\d{1,6})([dwmy])", re.IGNORECASE)
_VOTES = re.compile(r"(>=|<=|>|<|=)?(\d{1,9})")


def parse(text: str) -> Query:
    """Read a query.

    Raises QueryError with the place and a suggestion; no other error, whatever the text is.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"That is {len(text):,} characters; a query has at most {MAX_CHARACTERS:,}.",
            "Leave the words that matter.",
            MAX_CHARACTERS,
            len(text),
        )
    return _Reader(text).query()


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: str  # ( ) not and or field phrase word pasted
    text: str
    start: int
    end: int
    prefix: bool = False


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lexemes = _lex(text)
        self.at = 0
        self.terms = 0

    def query(self) -> Query:
        if not self.lexemes:
            self.fail(
                "There is nothing to search for.",
                'Write a word, a "phrase" or a category such as cat:cs.CL.',
                0,
                len(self.text),
            )
        root = self.all_of("", 0)
        extra = self.peek()
        if extra:
            self.fail(
                "This parenthesis closes nothing.",
                "Take it out, or open one before it.",
                extra.start,
                extra.end,
            )
        if not positive(root):
            self.fail(
                "This only says what is not wanted.",
                f"Add something that is, for example: cat:cs.LG {root}"
                if len(str(root)) < 200
                else "Add something that is.",
                0,
                len(self.text),
            )
        return Query(root)

    def peek(self) -> _Lexeme | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def take(self, *kinds: str) -> _Lexeme | None:
        lexeme = self.peek()
        if lexeme and lexeme.kind in kinds:
            self.at += 1
            return lexeme
        return None

    def fail(self, what: str, hint: str, start: int, end: int) -> NoReturn:
        raise QueryError(what, hint, start, end)

    def all_of(self, field: str, depth: int) -> Node:
        nodes = [self.any_of(field, depth)]
        while True:
            operator = self.take("and")
            lexeme = self.peek()
            if lexeme is None or lexeme.kind == ")":
                if operator:
                    self.dangling(operator)
                return both(nodes)
            nodes.append(self.any_of(field, depth))

    def any_of(self, field: str, depth: int) -> Node:
        nodes = [self.unary(field, depth)]
        while self.take("or"):
            nodes.append(self.unary(field, depth))
        return either(nodes)

    def unary(self, field: str, depth: int) -> Node:
        negations = 0
        last: _Lexeme | None = None
        while lexeme := self.take("not"):
            negations += 1
            last = lexeme
        lexeme = self.peek()
        if lexeme is None or lexeme.kind in {")", "and", "or"}:
            self.dangling(last or lexeme or self.lexemes[self.at - 1])
        node = self.primary(field, depth)
        return negated(node) if negations % 2 else node

    def dangling(self, lexeme: _Lexeme) -> NoReturn:
        if lexeme.kind in {"(", ")"}:
            self.fail(
                "There is nothing between these parentheses.",
                "Write something there, or take them out.",
                lexeme.start,
                lexeme.end,
            )
        if lexeme.kind == "field":
            self.fail(
                f"{lexeme.text}: needs something after it.",
                f"For example: {_example(lexeme.text)}",
                lexeme.start,
                lexeme.end,
            )
        word = self.text[lexeme.start : lexeme.end]
        self.fail(
            f"{word} stands without something to join.",
            f'Write what belongs beside it, or "{word}" in quotes for the word itself.',
            lexeme.start,
            lexeme.end,
        )

    def primary(self, field: str, depth: int) -> Node:
        lexeme = self.lexemes[self.at]
        self.at += 1
        if lexeme.kind == "(":
            return self.group(lexeme, field, depth)
        if lexeme.kind == "field":
            return self.in_field(lexeme, field, depth)
        return self.leaf(lexeme, field)

    def group(self, opening: _Lexeme, field: str, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            self.fail(
                f"More than {MAX_DEPTH} parentheses inside each other.",
                "Say it more simply.",
                opening.start,
                opening.end,
            )
        if self.peek() is None:
            self.fail("This parenthesis is never closed.", "Close it, or take it out.", opening.start, opening.end)
        node = self.all_of(field, depth + 1)
        if not self.take(")"):
            self.fail("This parenthesis is never closed.", "Close it, or take it out.", opening.start, opening.end)
        return node

    def in_field(self, lexeme: _Lexeme, outer: str, depth: int) -> Node:
        name = lexeme.text
        if outer:
            self.fail(
                f"{name}: cannot stand inside {outer}:(...).",
                f"Close the parenthesis before {name}:",
                lexeme.start,
                lexeme.end,
            )
        following = self.peek()
        if following is None or following.kind not in {"(", "phrase", "word", "pasted"}:
            self.dangling(lexeme)
        if following.kind == "(" and name in _VALUES:
            self.fail(
                f"{name}: takes one value, not a group.",
                f"For example: {_example(name)}",
                lexeme.start,
                following.end,
            )
        return self.primary(name, depth)

    def leaf(self, lexeme: _Lexeme, field: str) -> Leaf:
        self.terms += 1
        if self.terms > MAX_TERMS:
            self.fail(f"More than {MAX_TERMS} words.", "Leave the words that matter.", lexeme.start, lexeme.end)
        if field in {"", *_TEXT}:
            return self.words(lexeme, field)
        if field in {"cat", "source"}:
            name = " ".join(lexeme.text.split()).removesuffix(".*").strip('"')
            if not tokens(name) or lexeme.prefix:
                self.fail(f"{field}: needs a name.", f"For example: {_example(field)}", lexeme.start, lexeme.end)
            return Category(name) if field == "cat" else FromSource(name)
        value = _value(field, lexeme.text.strip())
        if value is None or lexeme.prefix:
            self.fail(
                f"{field}: cannot be read from “{_shown(lexeme.text)}”.",
                f"Write for example {_example(field)}",
                lexeme.start,
                lexeme.end,
            )
        return value

    def words(self, lexeme: _Lexeme, field: str) -> Leaf:
        if not field and lexeme.kind != "phrase" and not lexeme.prefix:
            paper = identifier(lexeme.text)
            if paper:
                return Is(paper)
        found = tokens(lexeme.text)
        if not found:
            self.fail(
                f"There is no word in “{_shown(lexeme.text)}”.",
                "Write letters or digits, or take it out.",
                lexeme.start,
                lexeme.end,
            )
        if lexeme.prefix and len(found[-1].form) < PREFIX_LETTERS:
            self.fail(
                f"A beginning needs at least {PREFIX_LETTERS} letters before the *.",
                f"Write more of it, or {lexeme.text} without the *.",
                lexeme.start,
                lexeme.end,
            )
        inner = " ".join(lexeme.text[found[0].start : found[-1].end].split())
        return Text(inner, field, lexeme.kind == "phrase", lexeme.prefix)


_TEXT = {"title", "abstract", "author"}


def _value(field: str, text: str) -> Leaf | None:
    match field:
        case "id":
            own = re.fullmatch(r"p(\d{1,18})", text, re.IGNORECASE)
            paper = int(own[1]) if own else identifier(text)
            return Is(paper) if paper is not None else None
        case "since" | "before":
            age = _AGE.fullmatch(text)
            if age:
                return Dated(field, Age(int(age[1]), age[2].lower()))
            try:
                return Dated(field, date.fromisoformat(text)) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
            except ValueError:
                return None
        case "upvotes":
            votes = _VOTES.fullmatch(text)
            return Upvotes(votes[1] or ">=", int(votes[2])) if votes else None
        case _:
            return Trending() if text.lower() == "trending" else None


def _example(field: str) -> str:
    return {
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
    }[field]


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _lex(text: str) -> list[_Lexeme]:
    typed = text.translate(_TYPED)
    found: list[_Lexeme] = []
    at = 0
    while at < len(typed):
        sign = typed[at]
        if sign.isspace() or not sign.isprintable():
            at += 1
        elif sign in "()":
            found.append(_Lexeme(sign, sign, at, at + 1))
            at += 1
        elif sign == '"':
            at = _phrase(typed, at, found)
        elif pasted := _PASTED.match(typed, at):
            at = _pasted(pasted, found)
        elif sign in _DASHES and typed[at + 1 : at + 2].strip():
            found.append(_Lexeme("not", sign, at, at + 1))
            at += 1
        else:
            at = _piece(typed, at, found)
    return found


def _phrase(typed: str, at: int, found: list[_Lexeme]) -> int:
    end = typed.find('"', at + 1)
    if end < 0:
        raise QueryError("This quote is never closed.", "Close it, or take it out.", at, len(typed))
    inside = typed[at + 1 : end]
    if not tokens(inside):
        raise QueryError("There is no word between these quotes.", "Write one there, or take them out.", at, end + 1)
    end += 1
    prefix = typed[end : end + 1] == "*"
    found.append(_Lexeme("phrase", inside, at, end + prefix, prefix))
    return end + prefix


def _pasted(match: re.Match[str], found: list[_Lexeme]) -> int:
    # A URL or a DOI may hold parentheses; one that closes a group around it is not its own.
    text = match[0].rstrip('",;')
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip('",;')
    found.append(_Lexeme("pasted", text.replace('"', " "), match.start(), match.start() + len(text)))
    return match.start() + len(text)


def _piece(typed: str, at: int, found: list[_Lexeme]) -> int:
    match = _PIECE.match(typed, at)
    assert match is not None, "what is no space, parenthesis or quote begins a piece"  # noqa: S101
    piece, end = match[0], match.end()
    operator = {"AND": "and", "OR": "or", "NOT": "not"}.get(piece)
    if operator:
        found.append(_Lexeme(operator, piece, at, end))
        return end
    named = _FIELD.match(typed, at)
    if named and not identifier(piece.rstrip(",;.")):
        field = _field(named[1], at)
        if field:
            found.append(_Lexeme("field", field, at, named.end()))
            return _after_field(typed, named.end(), found)
    _word(piece, at, found)
    return end


def _after_field(typed: str, at: int, found: list[_Lexeme]) -> int:
    # What follows a field's colon is its value, even where it looks like an operator or another field.
    if typed[at] in '()"':
        return at
    pasted = _PASTED.match(typed, at)
    if pasted:
        return _pasted(pasted, found)
    match = _PIECE.match(typed, at)
    piece = match[0] if match else ""
    _word(piece, at, found, keep=True)
    return at + len(piece)


def _word(piece: str, at: int, found: list[_Lexeme], *, keep: bool = False) -> None:
    # Punctuation standing alone is no word and asks nothing: the dash or colon of a pasted title.
    prefix = piece.endswith("*")
    text = piece.rstrip("*") if prefix else piece
    if tokens(text) or keep:
        found.append(_Lexeme("word", text, at, at + len(piece), prefix))
    elif prefix:
        raise QueryError(
            "A * alone finds nothing.",
            f"Write at least {PREFIX_LETTERS} letters before it.",
            at,
            at + len(piece),
        )


def _field(word: str, at: int) -> str | None:
    name = word.lower()
    if name in _FIELDS:
        return _FIELDS[name]
    meant = _MEANT.get(name) or next(
        (known for known in _FIELDS if len(known) >= 4 and OSA.distance(name, known) <= (1 if len(name) < 6 else 2)),
        None,
    )
    if meant:
        raise QueryError(
            f"There is no field “{word}:”.",
            f"Did you mean {meant}: ? (Quotes search for the word itself.)",
            at,
            at + len(word) + 1,
        )
    return None
