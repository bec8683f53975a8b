"""Reading the query language: `parse` turns a text into a `Query`, or says where it cannot and what to write.

Grammar, loosest first: side by side or AND; OR; `-` or NOT; a word, phrase, field or group in parentheses.
"""

from __future__ import annotations

from typing import NoReturn

from domain.errors import QueryError
from domain.leaves import EXAMPLES, NAME_FIELDS, leaf
from domain.lex import PREFIX_LETTERS, Lexeme, lex
from domain.query import TEXT_FIELDS, And, Node, Not, Or, Query, both, either, negated, positive

__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "MAX_TERMS", "PREFIX_LETTERS", "parse"]

MAX_CHARACTERS = 2_000
MAX_TERMS = 200
MAX_DEPTH = 20


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
            text,
        )
    try:
        return Query(_Reader(text).query())
    except QueryError as error:
        error.text = text
        raise


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lexemes = lex(text)
        self.at = 0
        self.terms = 0

    def query(self) -> Node:
        if not self.lexemes:
            self.fail_all(
                "There is nothing to search for.", 'Write a word, a "phrase" or a category such as cat:cs.CL.'
            )
        root = self.all_of("", 0)
        extra = self.peek()
        if extra:
            self.fail("This parenthesis closes nothing.", "Take it out, or open one before it.", extra)
        shown = str(root)
        if not positive(root):
            example = f", for example: cat:cs.LG {shown}" if len(shown) < 200 else "."
            self.fail_all("This only says what is not wanted.", f"Add something that is{example}")
        # The canonical text is stored and read again. A field before a group, written out, can be longer than
        # what was typed, and OR inside AND has parentheses that were not.
        if len(shown) > MAX_CHARACTERS:
            self.fail_all(
                f"Written out in full, that is {len(shown):,} characters; a query has at most {MAX_CHARACTERS:,}.",
                "Leave the words that matter.",
            )
        if _depth(root) > MAX_DEPTH:
            self.fail_all(
                f"Written out in full, that is more than {MAX_DEPTH} parentheses inside each other.",
                "Say it more simply.",
            )
        return root

    def peek(self) -> Lexeme | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def take(self, *kinds: str) -> Lexeme | None:
        lexeme = self.peek()
        if lexeme and lexeme.kind in kinds:
            self.at += 1
            return lexeme
        return None

    def fail(self, what: str, hint: str, lexeme: Lexeme) -> NoReturn:
        raise QueryError(what, hint, lexeme.start, lexeme.end)

    def fail_all(self, what: str, hint: str) -> NoReturn:
        raise QueryError(what, hint, 0, len(self.text))

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
        last: Lexeme | None = None
        while lexeme := self.take("not"):
            negations += 1
            last = lexeme
        lexeme = self.peek()
        if lexeme is None or lexeme.kind in {")", "and", "or"}:
            self.dangling(last or lexeme or self.lexemes[self.at - 1])
        node = self.primary(field, depth)
        return negated(node) if negations % 2 else node

    def dangling(self, lexeme: Lexeme) -> NoReturn:
        if lexeme.kind in {"(", ")"}:
            self.fail("There is nothing between these parentheses.", "Write something there, or take them out.", lexeme)
        if lexeme.kind == "field":
            self.fail(f"{lexeme.text}: needs something after it.", f"For example: {EXAMPLES[lexeme.text]}", lexeme)
        word = self.text[lexeme.start : lexeme.end]
        self.fail(
            f"{word} stands without something to join.",
            f'Write what belongs beside it, or "{word}" in quotes for the word itself.',
            lexeme,
        )

    def primary(self, field: str, depth: int) -> Node:
        lexeme = self.lexemes[self.at]
        self.at += 1
        if lexeme.kind == "(":
            return self.group(lexeme, field, depth)
        if lexeme.kind == "field":
            return self.in_field(lexeme, field, depth)
        self.terms += 1
        if self.terms > MAX_TERMS:
            self.fail(f"More than {MAX_TERMS} words.", "Leave the words that matter.", lexeme)
        return leaf(lexeme, field)

    def group(self, opening: Lexeme, field: str, depth: int) -> Node:
        if depth >= MAX_DEPTH:
            self.fail(f"More than {MAX_DEPTH} parentheses inside each other.", "Say it more simply.", opening)
        node = self.all_of(field, depth + 1) if self.peek() else None
        if node is None or not self.take(")"):
            self.fail("This parenthesis is never closed.", "Close it, or take it out.", opening)
        return node

    def in_field(self, lexeme: Lexeme, outer: str, depth: int) -> Node:
        name = lexeme.text
        if outer:
            self.fail(f"{name}: cannot stand inside {outer}:(...).", f"Close the parenthesis before {name}:", lexeme)
        following = self.peek()
        if following is None or following.kind not in {"(", "phrase", "word", "pasted"}:
            self.dangling(lexeme)
        if following.kind == "(" and name not in (*TEXT_FIELDS, *NAME_FIELDS, "id"):
            self.fail(f"{name}: takes one value, not a group.", f"For example: {EXAMPLES[name]}", lexeme)
        return self.primary(name, depth)


def _depth(node: Node, *, grouped: bool = False) -> int:
    # How many parentheses stand inside each other in the canonical text.
    match node:
        case Not(child):
            return _depth(child, grouped=True)
        case And(children) | Or(children):
            return grouped + max(_depth(child, grouped=True) for child in children)
        case _:
            return 0
