"""A query as a value: what a search asks and what a subscription wants, with one canonical text.

`domain.parse` reads texts into these values; `str(query)` writes the canonical text, and reading that gives
an equal query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import TypeAlias

from msgspec import Struct

from domain.paper import Identifier
from domain.words import forms, stems

TEXT_FIELDS = ("title", "abstract", "author")
_PLAIN = re.compile(r"[^\W_](?:[\w.:/-]*\w)?")  # values that need no quotes
UNIT_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
TRENDING_DAYS = 7
TRENDING_UPVOTES = 10


class Text(Struct, frozen=True, dict=True):
    """A word, a phrase or a prefix. `GPT-4` and `推理` are phrases too, since they are several tokens.

    `field` is empty for any of title, abstract and authors. A prefix is the last token's.
    """

    words: str
    field: str = ""
    quoted: bool = False
    prefix: bool = False

    def __str__(self) -> str:
        words = f'"{self.words}"' if self.quoted else self.words
        return f"{self.field + ':' if self.field else ''}{words}{'*' if self.prefix else ''}"

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """Its tokens as authors are compared."""
        return tuple(forms(self.words))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Its tokens as titles and abstracts are compared; a prefix stays as it is."""
        whole = tuple(stems(self.words))
        return (*whole[:-1], self.forms[-1]) if self.prefix else whole


class Category(Struct, frozen=True, dict=True):
    """A category or everything below it: `cs` is every `cs.*`. Case does not matter."""

    name: str

    def __str__(self) -> str:
        return f"cat:{_quoted(self.name)}"


class FromSource(Struct, frozen=True, dict=True):
    """Papers that this source carried."""

    name: str

    def __str__(self) -> str:
        return f"source:{_quoted(self.name)}"


class Is(Struct, frozen=True, dict=True):
    """One paper: by an identifier, or by the store's number (`p123`)."""

    paper: Identifier | int

    def __str__(self) -> str:
        if isinstance(self.paper, int):
            return f"id:p{self.paper}"
        return f"id:{_quoted(str(self.paper))}"


class Age(Struct, frozen=True, dict=True):
    """So many days, weeks, months (30 days) or years (365 days) before the day of asking or matching."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


class Dated(Struct, frozen=True, dict=True):
    """Announced on or after a day (`since`), or before it. See `Paper.day` for papers without a date."""

    bound: str  # "since" or "before"
    when: date | Age

    def __str__(self) -> str:
        return f"{self.bound}:{self.when}"

    def day(self, today: date) -> date:
        """The day itself, where `today` is the day of asking or matching."""
        if isinstance(self.when, date):
            return self.when
        back = self.when.count * UNIT_DAYS[self.when.unit]
        return today - timedelta(days=min(back, (today - date.min).days))


class Upvotes(Struct, frozen=True, dict=True):
    """Popularity compared with a number. A paper without any counts as 0."""

    operator: str  # one of > >= < <= =
    count: int

    def __str__(self) -> str:
        return f"upvotes:{self.operator}{self.count}"


class Trending(Struct, frozen=True, dict=True):
    """At least `TRENDING_UPVOTES` upvotes, and announced within the last `TRENDING_DAYS` days."""

    def __str__(self) -> str:
        return "is:trending"


class Not(Struct, frozen=True, dict=True):
    """Everything but."""

    child: Node

    def __str__(self) -> str:
        return f"-{_grouped(self.child)}"


class And(Struct, frozen=True, dict=True):
    """All of them."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(_grouped(child) if isinstance(child, Or) else str(child) for child in self.children)


class Or(Struct, frozen=True, dict=True):
    """Any of them."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_grouped(child) if isinstance(child, And) else str(child) for child in self.children)


Leaf: TypeAlias = Text | Category | FromSource | Is | Dated | Upvotes | Trending
Node: TypeAlias = Leaf | Not | And | Or


def _grouped(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or) else str(node)


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


class Query(Struct, frozen=True, dict=True):
    """What someone wants, as one expression. Make one with `domain.parse.parse`."""

    root: Node

    def __str__(self) -> str:
        return str(self.root)

    @cached_property
    def text(self) -> str:
        """The canonical text, parentheses shown: stored, displayed, and read back into an equal query."""
        return str(self)

    @cached_property
    def key(self) -> str:
        """Equal for queries that differ only in case, plural, quotes around one word, or order."""
        return _key(self.root)

    def leaves(self) -> Iterator[tuple[Leaf, bool]]:
        """Every leaf in the order written, and whether it is wanted (True) or excluded."""
        return _leaves(self.root, wanted=True)

    def wanted(self) -> tuple[Text, ...]:
        """The words and phrases that a paper may match by: what is highlighted."""
        return tuple(leaf for leaf, wanted in self.leaves() if wanted and isinstance(leaf, Text))


def _leaves(node: Node, *, wanted: bool) -> Iterator[tuple[Leaf, bool]]:
    match node:
        case Not(child):
            yield from _leaves(child, wanted=not wanted)
        case And(children) | Or(children):
            for child in children:
                yield from _leaves(child, wanted=wanted)
        case _:
            yield node, wanted


def _key(node: Node) -> str:
    match node:
        case Text():
            words = node.forms if node.field == "author" else node.stems
            return f"{node.field}:{'_'.join(words)}{'*' if node.prefix else ''}"
        case Category(name) | FromSource(name):
            return f"{type(node).__name__}:{name.casefold()}"
        case Not(child):
            return f"-{_key(child)}"
        case And(children) | Or(children):
            keys = sorted(set(map(_key, children)))
            return keys[0] if len(keys) == 1 else f"{type(node).__name__}({','.join(keys)})"
        case _:
            return str(node)


def positive(node: Node) -> bool:
    """Whether the node asks for something: without that, a query would mean nearly every paper."""
    match node:
        case Not(child):
            return _excludes(child)
        case And(children):
            return any(map(positive, children))
        case Or(children):
            return all(map(positive, children))
        case _:
            return True


def _excludes(node: Node) -> bool:
    # Whether the opposite of the node asks for something: -(-a OR -b) is a AND b.
    match node:
        case Not(child):
            return positive(child)
        case And(children):
            return all(map(_excludes, children))
        case Or(children):
            return any(map(_excludes, children))
        case _:
            return False


def both(nodes: list[Node]) -> Node:
    """All of the nodes, flat and each once."""
    flat = list(dict.fromkeys(part for node in nodes for part in (node.children if isinstance(node, And) else (node,))))
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def either(nodes: list[Node]) -> Node:
    """Any of the nodes, flat and each once."""
    flat = list(dict.fromkeys(part for node in nodes for part in (node.children if isinstance(node, Or) else (node,))))
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def negated(node: Node) -> Node:
    """The opposite; twice is the node itself."""
    return node.child if isinstance(node, Not) else Not(node)
