"""The layout of what is said, before any platform's own form. Renderers know blocks, embeds and pages.

Text here is plain: each renderer escapes all of it for its own syntax.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias


class Span(NamedTuple):  # of these, of buttons and of cards there are many: a tuple is made in half the time, or less
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


class Button(NamedTuple):
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


class Card(NamedTuple):
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

    def to_json(self) -> str:
        """The JSON text of `to_data`, made without it."""
        return _text(self.blocks)

    @classmethod
    def from_data(cls, data: list[Any]) -> Message:
        """Read what `to_data` wrote."""
        return cls(tuple(_decode(block) for block in data))


def _fields(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    """The names of a kind's parts, and what each is where nothing is said."""
    if is_dataclass(kind):
        return tuple((field.name, field.default) for field in fields(kind))
    return tuple((name, kind._field_defaults.get(name, MISSING)) for name in kind._fields)


_FIELDS = {kind: _fields(kind) for kind in _KINDS.values()}


def _encode(value: Any) -> Any:
    if type(value) in _FIELDS:
        parts = ((name, getattr(value, name), default) for name, default in _FIELDS[type(value)])
        return {"is": type(value).__name__} | {name: _encode(part) for name, part, default in parts if part != default}
    return [_encode(part) for part in value] if isinstance(value, tuple) else value


_string = json.encoder.encode_basestring_ascii
_SAID = {kind: tuple((name, f", {_string(name)}: ", default) for name, default in _FIELDS[kind]) for kind in _FIELDS}


def _text(value: Any) -> str:
    """The JSON text of what `_encode` makes of a value."""
    kind = type(value)
    if kind is str:
        return _string(value)
    if kind is tuple:
        return f"[{', '.join(map(_text, value))}]"
    if kind is Card:
        return _card(value)
    if kind not in _FIELDS:
        return json.dumps(value)
    parts = ((said, getattr(value, name), default) for name, said, default in _SAID[kind])
    return "".join(
        (f'{{"is": "{kind.__name__}"', *(said + _text(part) for said, part, default in parts if part != default), "}")
    )


def _card(card: Card) -> str:
    # As any other kind. What is the same wherever the paper is shown is put into words once.
    paper, title, url, byline, facts, text, matched, buttons, menu, compact = card
    said = f'{{"is": "Card", "paper": {_string(paper)}, "title": {_line(title)}{_about(url, byline, facts)}'
    if text:
        said += f', "text": {_line(text)}'
    if matched:
        said += f', "matched": {_text(matched)}'
    return said + _below(buttons, menu, compact)


def _line(line: Line) -> str:
    return f"[{', '.join([_span(*span) for span in line])}]"


def _span(text: str, style: str, url: str) -> str:
    said = f'{{"is": "Span", "text": {_string(text)}'
    if style != "plain":
        said += f', "style": {_string(style)}'
    return f'{said}, "url": {_string(url)}}}' if url else f"{said}}}"


@lru_cache(maxsize=5_000)
def _about(url: str, byline: str, facts: tuple[str, ...]) -> str:
    said = {"url": url, **({"byline": byline} if byline else {}), **({"facts": facts} if facts else {})}
    return "".join(f', "{name}": {_text(part)}' for name, part in said.items())


@lru_cache(maxsize=5_000)
def _below(buttons: tuple[Button, ...], menu: tuple[Button, ...], compact: bool) -> str:
    said = {"buttons": buttons, "menu": menu, "compact": compact}
    return "".join(f', "{name}": {_text(part)}' for name, part in said.items() if part) + "}"


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
