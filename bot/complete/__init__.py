"""Completion, for any platform: how a text may go on, in a box for whole commands or in one argument's own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress

from msgspec.structs import replace

from bot.commands.base import Args, Asked, Command, Desk, Param, owner
from bot.commands.perform import PREFIX, arguments, keyed
from bot.complete.choice import MOST, Choice, Typing, plain
from bot.complete.offers import OFFERS, verbs
from domain.errors import UsageError
from domain.identifier import identifier

__all__ = ["MOST", "Choice", "argument", "complete"]

_LONGEST = 2_000  # characters that are looked at, as many as a query has
_BEGINNING = re.compile(rf"\s*(?:{PREFIX.pattern})?", re.IGNORECASE)
_WORD, _SPACE = re.compile(r"\S*"), re.compile(r"\s*")
_OWN = re.compile(r"p\d+", re.IGNORECASE)


async def complete(desk: Desk, asked: Asked, text: str) -> list[Choice]:
    """How the text in a box for whole commands may go on; a choice's value is all of the text then."""
    beginning = _BEGINNING.match(text)
    verb = _WORD.match(text, beginning.end() if beginning else 0)
    if not verb or len(text) > _LONGEST:
        return []
    command = desk.commands.get(verb[0].lower())
    if verb.end() == len(text):
        found = verbs(desk.commands.values(), verb[0])
        before = text[: verb.start()]
        before += " " if before and not before[-1].isspace() else ""
        return [replace(c, value=before + _goes_on(desk.commands[c.value])) for c in found][:MOST]
    if command is None:
        return []
    rest = text[verb.end() :]
    named = [Choice(value, text[: len(text) - len(_last(rest))] + value) for value in _keys(command, rest)]
    place = _place(command, rest)
    if place is None or _last(rest).startswith(_names(command)):
        return named
    param, at = place
    offered = await argument(desk, asked, command, param, rest[at:], keyed(command, rest)[0])
    before = text[: verb.end() + at]
    return [*(replace(c, value=before + c.value) for c in offered[: MOST - len(named)]), *named]


async def argument(
    desk: Desk, asked: Asked, command: Command, param: Param, typed: str, args: Args | None = None
) -> list[Choice]:
    """What one argument may be, of which so much is typed; `args` are the others, as far as they are given."""
    if not typed.strip() and param.kind == "query":
        return plain(_examples(command, param))
    offer = OFFERS.get(param.kind)
    if offer is None or len(typed) > _LONGEST:
        return []
    typing = Typing(typed, asked, owner(asked, args or {}), param, tuple(desk.commands.values()), desk.sources)
    return (await desk.store.read(offer, typing))[:MOST]


def _goes_on(command: Command) -> str:
    return f"{command.name} " if command.params else command.name


def _keys(command: Command, rest: str) -> list[str]:
    """The `name:value` arguments that the last word may become."""
    last = _last(rest)
    values = (f"{param.name}:{choice}" for param in command.params if param.keyed for choice in param.choices)
    return [value for value in values if last and value.startswith(last)]


def _names(command: Command) -> tuple[str, ...]:
    return tuple(f"{param.name}:" for param in command.params if param.keyed)


def _last(rest: str) -> str:
    return "" if rest[-1:].isspace() else rest.rsplit(maxsplit=1)[-1].lower()


def _place(command: Command, rest: str) -> tuple[Param, int] | None:
    """The argument that is being written at the end, and where it begins."""
    at = 0
    keys = _names(command)
    for param in (param for param in command.params if not param.keyed):
        while True:
            word = _WORD.match(rest, _end(_SPACE, rest, at))
            if not word or not word[0].lower().startswith(keys):
                break
            at = word.end()
        at = _end(_SPACE, rest, at)
        first = rest[at : _end(_WORD, rest, at)]
        # A paper is chosen by its title too, which has more words than one.
        titled = param.kind in {"paper", "kept"} and not (_OWN.fullmatch(first) or identifier(first))
        if param.rest or titled or at + len(first) == len(rest):
            return param, at
        at += len(first)
    return None


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _examples(command: Command, param: Param) -> Iterable[str]:
    for example in command.examples:
        with suppress(UsageError):
            given = arguments(command, example.partition(" ")[2]).get(param.name)
            if given:
                yield given
