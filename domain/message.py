"""The layout of what is said, before any platform's own form. Renderers know blocks, embeds and pages.

Text here is plain: each renderer escapes all of it for its own syntax.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct


# `gc=False`: nothing in them leads back to them, and there are many.
class _Part(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="is", tag=True, gc=False):
    """A part of a message: in JSON an object that says which kind it `is`, without what is as usual."""


class Span(_Part, frozen=True):
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


class Button(_Part, frozen=True):
    """A command with its arguments filled in. `command` is what one would type after `/papers`."""

    label: str
    command: str
    style: str = "plain"  # plain, primary, danger


class Heading(_Part, frozen=True):
    """What this message is. `under`: it goes on below its edition's first one, in a thread where there are threads."""

    text: str
    under: bool = False


class Note(_Part, frozen=True):
    """A sentence or two; `quiet` ones are asides."""

    text: Line
    quiet: bool = False


class Listing(_Part, frozen=True):
    """Lines of one kind: subscriptions, bookmarks, settings."""

    lines: tuple[Line, ...]


class Card(_Part, frozen=True):
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


class Bars(_Part, frozen=True):
    """Counts over days, as a chart or as figures: the backtest."""

    label: str
    counts: tuple[int, ...]


class Actions(_Part, frozen=True):
    """Buttons that belong to the whole message: Undo, Edit, the pager."""

    buttons: tuple[Button, ...]


class File(_Part, frozen=True):
    """Something to download."""

    name: str
    media_type: str
    content: str


Block: TypeAlias = Heading | Note | Listing | Card | Bars | Actions | File


class Message(Struct, frozen=True):
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
        return list(msgspec.to_builtins(self.blocks))

    def to_json(self) -> bytes:
        """The JSON text of `to_data`, in UTF-8."""
        return _JSON.encode(self.blocks)

    @classmethod
    def from_data(cls, data: list[Any]) -> Message:
        """Read what `to_data` wrote."""
        return cls(msgspec.convert(data, tuple[Block, ...]))


_JSON = msgspec.json.Encoder()


def weight(message: Message) -> int:
    """Characters of text in the message, links and commands included: a measure of its size."""
    return _characters(message.to_data())


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return sum(map(_characters, parts))
