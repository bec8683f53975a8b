"""A choice, what it is offered for, and which of many fit what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from rapidfuzz import fuzz, process

from bot.commands.base import Asked, Command, Param
from digests.cards import shortened

# What Discord shows, and of each: https://discord.com/developers/docs/interactions/application-commands#autocomplete
MOST, LABEL = 25, 100
_ALIKE = 70.0  # of 100


class Choice(Struct, frozen=True):
    """Something to choose: what is read, and what stands there once it is chosen."""

    label: str
    value: str


class Typing(Struct, frozen=True):
    """What somebody has typed of an argument. `channel` is whose things it is about: the asker's own with `to:me`."""

    text: str
    asked: Asked
    channel: str
    param: Param
    commands: Sequence[Command]
    sources: tuple[str, ...]


def plain(values: Iterable[str]) -> list[Choice]:
    """Values that are read as they are."""
    return [Choice(short(value), value) for value in values]


def short(text: str) -> str:
    """A label that every platform takes."""
    return shortened(text, LABEL)


def beginning(start: str, names: Iterable[str]) -> list[str]:
    """The names that begin so, whatever the case."""
    return [name for name in names if name.lower().startswith(start.lower())]


def having(text: str, listed: Iterable[Choice]) -> list[Choice]:
    """Those whose label has every word typed."""
    words = text.lower().split()
    return [choice for choice in listed if all(word in choice.label.lower() for word in words)]


def alike(text: str, listed: Sequence[Choice]) -> list[Choice]:
    """Those that have what was typed, or where none has, those that resemble it; all where nothing was."""
    found = having(text, listed)
    if found or not text.strip():
        return found
    labels = [choice.label.lower() for choice in listed]
    near = process.extract(text.lower()[:LABEL], labels, scorer=fuzz.partial_ratio, score_cutoff=_ALIKE, limit=MOST)
    return [listed[at] for _, _, at in near]
