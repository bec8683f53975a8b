"""Cutting a query into words, phrases, fields and signs, with their places; `domain.parse` gives them meaning.

What stands here is mostly about pasted text: titles, addresses and identifiers are full of signs that mean
something else in a query.
"""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct

from domain.errors import QueryError
from domain.identifier import identifier
from domain.spelling import nearest
from domain.words import tokens

PREFIX_LETTERS = 3
FIELDS = {
    name: name for name in ("title", "abstract", "author", "cat", "source", "id", "since", "before", "upvotes", "is")
} | {"ti": "title", "abs": "abstract", "au": "author"}
# What other search engines call them.
_MEANT = {
    "category": "cat",
    "categories": "cat",
    "cats": "cat",
    "after": "since",
    "date": "since",
    "from": "since",
    "until": "before",
    "likes": "upvotes",
    "votes": "upvotes",
}
_LIKELY = {name: meant for name, meant in (FIELDS | {"category": "cat"}).items() if len(name) >= 4}
# What keyboards and chats make of quotes, dashes and brackets; one character for one, so places stay true.
_TYPED = str.maketrans("“”„‟«»＂（）：＊－＋＃　", '"""""""():*-+# ')
DASHES = "-−–—‐‑"
OPERATORS = {"AND": "and", "OR": "or", "NOT": "not"}
_PASTED = re.compile(
    r'(?:https?://|www\.|(?:dx\.)?doi\.org/|(?:doi:\s*)?10\.[0-9]{4,9}(?:\.[0-9]+)*/)[^\s"]+', re.IGNORECASE
)
_ARXIV_SPACE = re.compile(r"arxiv:\s+(?=\S)", re.IGNORECASE)
_PIECE = re.compile(r'[^\s()"]+')
_FIELD = re.compile(r"([A-Za-z]+):(?=\S)")
_DASHED = re.compile(f"[{DASHES}]+")
# A * anywhere but at the end of a beginning. `A*Net`, `RRT*-Connect` and *emphasis* are names and titles.
_STRAY_STAR = re.compile(r"^\*+(?=[^\W\d_]{3})(?!.*\*[.,:;!?]*$)|[^\W\d_]{3,}\*+[^\W\d_]")
_BEGINS = re.compile(r"[^\W\d_]{3}\*+$")


class Lexeme(Struct, frozen=True):
    """A piece of a query and its place. Kinds: `(` `)` `not` `and` `or` `field` `phrase` `word` `pasted`.

    `text` is a field's full name, or a word without the * of a prefix.
    """

    kind: str
    text: str
    start: int
    end: int
    prefix: bool = False


def lex(text: str) -> list[Lexeme]:
    """Cut a text. Raises QueryError for an open quote, an unknown field, or a * that begins nothing."""
    typed = text.translate(_TYPED)
    found: list[Lexeme] = []
    at = 0
    while at < len(typed):
        sign = typed[at]
        if _unseen(sign):
            at += 1
        elif sign in "()":
            at = _parenthesis(typed, at, found)
        elif sign == '"':
            at = _phrase(typed, at, found)
        elif pasted := _PASTED.match(typed, at):
            at = _pasted(pasted, found)
        elif dashed := _DASHED.match(typed, at):
            at = _dash(typed, dashed, found)
        else:
            at = _piece(typed, at, found)
    return found


def _unseen(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign) in {"Cc", "Cf", "Cs"}


def _parenthesis(typed: str, at: int, found: list[Lexeme]) -> int:
    sign, last = typed[at], found[-1] if found else None
    if sign == ")" and last and last.kind == "(" and typed[last.end : at].strip() and not _asks(found[:-1]):
        found.pop()  # the (?) of a title: a sign in parentheses, and no word
    else:
        found.append(Lexeme(sign, sign, at, at + 1))
    return at + 1


def _asks(found: list[Lexeme]) -> bool:
    return bool(found) and found[-1].kind in {"field", "not", "and", "or"}


def _phrase(typed: str, at: int, found: list[Lexeme]) -> int:
    # Where no quote follows, two apostrophes close one, as in titles from LaTeX.
    close = '"' if '"' in typed[at + 1 :] else "''"
    end = typed.find(close, at + 1)
    if end < 0:
        raise QueryError("This quote is never closed.", "Close it, or take it out.", at, len(typed))
    inside = typed[at + 1 : end]
    end += len(close)
    if not tokens(inside):
        raise QueryError("There is no word between these quotes.", "Write one there, or take them out.", at, end)
    if typed[end : end + 1] == "*":
        found.append(Lexeme("phrase", inside, at, end + 1, prefix=True))
        return end + 1
    # The star may stand within the quotes too; after a letter or two it is a name's, as in "A*".
    last = tokens(inside)[-1]
    prefix = inside[last.end :].rstrip() == "*" and len(last.form) >= PREFIX_LETTERS
    found.append(Lexeme("phrase", inside[: last.end] if prefix else inside, at, end, prefix))
    return end


def _pasted(match: re.Match[str], found: list[Lexeme]) -> int:
    # A URL or a DOI may hold parentheses; one that closes a group around it is not its own.
    text = match[0].rstrip(",;")
    while text.endswith(")") and text.count(")") > text.count("("):
        text = text[:-1].rstrip(",;")
    end = match.start() + len(text)
    found.append(Lexeme("pasted", text, match.start(), end))
    return end


def _dash(typed: str, dashed: re.Match[str], found: list[Lexeme]) -> int:
    # One dash before a word excludes it. Several are a dash of prose, as is one with a space or a parenthesis
    # after it; one that follows a word is a hyphen: "Why"-questions, LLM(-agent), (un)-related.
    at, end = dashed.span()
    glued = at > 0 and not _unseen(typed[at - 1])
    if glued and found and found[-1].kind == "(" and found[-1].end == at:
        glued = len(found) > 1 and found[-2].kind == "word" and found[-2].end == found[-1].start
    if end - at == 1 and not glued and typed[end : end + 1].strip(") "):
        found.append(Lexeme("not", dashed[0], at, end))
    return end


def _piece(typed: str, at: int, found: list[Lexeme]) -> int:
    match = _PIECE.match(typed, at)
    piece = match[0] if match else ""  # what is no space, parenthesis or quote begins one
    end = at + len(piece)
    if piece in OPERATORS and not (typed[at - 1 : at] == "(" and typed[end : end + 1] == ")"):
        found.append(Lexeme(OPERATORS[piece], piece, at, end))
        return end
    named = _FIELD.match(typed, at)
    if named and not identifier(piece):
        field = _field(named[1], at)
        if field:
            found.append(Lexeme("field", field, at, named.end()))
            return _value(typed, named.end(), found)
    spaced = _ARXIV_SPACE.match(typed, at)
    if spaced and (following := _PIECE.match(typed, spaced.end())) and identifier(following[0]):
        found.append(Lexeme("word", following[0], at, following.end()))
        return following.end()
    _word(piece, at, found)
    return end


def _value(typed: str, at: int, found: list[Lexeme]) -> int:
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


def _word(piece: str, at: int, found: list[Lexeme], *, keep: bool = False) -> None:
    # Punctuation standing alone is no word and asks nothing: the dash or colon of a pasted title.
    stray = _STRAY_STAR.search(piece)
    if stray:
        raise QueryError(
            "A * stands only at the end of a word's beginning.",
            f"Write for example {piece.replace('*', ' ').split()[0][:40]}* there, or quotes for the text as it is.",
            at + stray.start(),
            at + stray.end(),
        )
    bare = piece.rstrip(",;")
    prefix = bare.endswith("*") and (bare == piece or bool(_BEGINS.search(bare)))
    text = bare.rstrip("*") if prefix else piece
    if text.startswith("*"):
        prefix = False  # *emphasis*
    if tokens(text) or keep:
        found.append(Lexeme("word", text, at, at + len(piece), prefix))
    elif prefix:
        raise QueryError(
            "A * alone finds nothing.",
            f"Write at least {PREFIX_LETTERS} letters before it.",
            at,
            at + len(piece),
        )


def _field(word: str, at: int) -> str | None:
    name = word.lower()
    if name in FIELDS:
        return FIELDS[name]
    allowed = 1 if len(name) < 6 else 2
    likely = nearest(name, _LIKELY, allowed)
    meant = _MEANT.get(name) or (_LIKELY[likely[0]] if likely else None)
    if meant:
        raise QueryError(
            f"There is no field “{word}:”.",
            f"Did you mean {meant}: ? (Quotes search for the word itself.)",
            at,
            at + len(word) + 1,
        )
    return None
