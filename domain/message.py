"""The layout of what is said, before any platform's own form. Renderers know blocks, embeds and pages.

Text here is plain: each renderer escapes all of it for its own syntax.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text. Styles: `plain`, `strong`, `mark` (what matched), `code`, `quiet`."""

    text: str
    style: str = "plain"
    url: str = ""


Line: TypeAlias = tuple[Span, ...]


def line(*parts: str | Span) -> Line:
    """A line of plain text and spans."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts if part)


def plain(text: Line) -> str:
    """The text of a line without its styles."""
    return "".join(span.text for span in text)


@dataclass(frozen=True, slots=True)
class Button:
    """A command with its arguments filled in. `command` is what one would type after `/papers`."""

    label: str
    command: str
    style: str = "plain"  # plain, primary, danger


@dataclass(frozen=True, slots=True)
class Heading:
    """What this message is. `under`: it goes on below its edition's first one, in a thread where there are threads."""

    text: str
    under: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence or two; `quiet` ones are asides."""

    text: Line
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of one kind: subscriptions, bookmarks, settings."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A paper. `compact` cards are one line; `menu` holds what is done less often than `buttons`."""

    paper: str
    title: Line
    url: str
    byline: str = ""
    facts: tuple[str, ...] = ()
    text: Line = ()
    matched: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    menu: tuple[Button, ...] = ()
    compact: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts over days, as a chart or as figures: the backtest."""

    label: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Actions:
    """Buttons that belong to the whole message: Undo, Edit, the pager."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class File:
    """Something to download."""

    name: str
    media_type: str
    content: str


Block: TypeAlias = Heading | Note | Listing | Card | Bars | Actions | File
_KINDS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Heading, Note, Listing, Card, Bars, Actions, File, Span, Button)
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, top to bottom."""

    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, *blocks: Block | None) -> Message:
        """A message of the blocks that are there."""
        return cls(tuple(block for block in blocks if block is not None))

    def cards(self) -> Iterable[Card]:
        """Its papers, in order."""
        return (block for block in self.blocks if isinstance(block, Card))

    @property
    def under(self) -> bool:
        """Whether it stands below the first message of its edition."""
        return any(isinstance(block, Heading) and block.under for block in self.blocks)

    def to_data(self) -> list[Any]:
        """As JSON can hold it; `from_data` reads it back into an equal message."""
        return [_encode(block) for block in self.blocks]

    @classmethod
    def from_data(cls, data: list[Any]) -> Message:
        """Read what `to_data` wrote."""
        return cls(tuple(_decode(block) for block in data))


_FIELDS = {kind: tuple((field.name, field.default) for field in fields(kind)) for kind in _KINDS.values()}


def _encode(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_encode(part) for part in value]
    if type(value) not in _FIELDS:
        return value
    return _button(value) if type(value) is Button else _encode_fields(value)


def _encode_fields(value: Any) -> dict[str, Any]:
    data = {"is": type(value).__name__}
    for name, default in _FIELDS[type(value)]:
        part = getattr(value, name)
        if part != default:
            data[name] = part if type(part) is str else _encode(part)
    return data


_button = lru_cache(maxsize=10_000)(_encode_fields)  # a paper's are the same in every channel


def _decode(value: Any) -> Any:
    if isinstance(value, dict):
        return _KINDS[value["is"]](**{name: _decode(part) for name, part in value.items() if name != "is"})
    return tuple(_decode(part) for part in value) if isinstance(value, list) else value


def weight(message: Message) -> int:
    """Characters of text in the message, links and commands included: a measure of its size."""
    return _characters(message.to_data())


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(_characters, parts))
