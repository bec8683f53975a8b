"""From words to an answer: reading what was typed, checking it and the person's rights, running the command."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.commands.base import Answer, Args, Asked, Command, Desk, may_change, owner
from db import channels
from domain.errors import UsageError
from domain.spelling import nearest

PREFIX = re.compile(r"/?papers(?:\s+|$)", re.IGNORECASE)
_QUOTES = '"“”„‟«»'


def read(commands: Mapping[str, Command], text: str) -> tuple[Command, dict[str, str]]:
    """The command that a text names, and its arguments. Raises UsageError with what was meant, or how it is written."""
    text = PREFIX.sub("", text.replace("\x00", " ").strip(), count=1)
    verb, *rest = text.split(maxsplit=1) or ["help"]
    command = commands.get(verb.lower())
    if command is None:
        shown = [each.name for each in commands.values() if not each.hidden]
        near = nearest(verb.lower()[:40], shown, allowed=1 if len(verb) < 5 else 2)
        raise UsageError(
            f"There is no command “{verb[:40]}”.",
            f"Did you mean {near[0]}?" if near else f"To look for papers: search {text[:60]} · All commands: help",
        )
    return command, arguments(command, rest[0] if rest else "")


def arguments(command: Command, text: str) -> dict[str, str]:
    """The arguments in a text: `name:value` ones from anywhere, the others in order, the last takes the rest."""
    args, left = keyed(command, text.replace("\x00", " "))
    left = left.strip()
    for param in command.params:
        if param.keyed or not left:
            continue
        if param.rest:
            args[param.name], left = left, ""
        else:
            first, *rest = left.split(maxsplit=1)
            args[param.name], left = first, rest[0] if rest else ""
    if left:
        raise UsageError(f"{command.name} does not take “{left[:60]}”.", f"Write it so: {command.usage}")
    return args


def keyed(command: Command, text: str) -> tuple[dict[str, str], str]:
    """The `name:value` arguments in a text, from anywhere but inside quotes, and the text without them."""
    args: dict[str, str] = {}
    left = text
    for param in command.params:
        if param.keyed:
            for found in re.finditer(rf"(?:^|(?<=\s)){param.name}:(\S+)\s*", left, re.IGNORECASE):
                if sum(map(left[: found.start()].count, _QUOTES)) % 2 == 0:  # inside quotes it is text
                    args[param.name] = found[1].rstrip(",;")
                    left = left[: found.start()] + left[found.end() :]
                    break
    return args, left


def checked(command: Command, args: Args) -> dict[str, str]:
    """The arguments, choices in lower case. Raises UsageError for a choice there is not, or one that is missing."""
    found = dict(args)
    for param in command.params:
        value = found.get(param.name, "").strip()
        if param.required and not value:
            example = f" For example: {command.examples[0]}" if command.examples else ""
            raise UsageError(f"{command.name} needs {param.meaning}.", f"Write it so: {command.usage}.{example}")
        if value and param.choices:
            found[param.name] = value.lower()
            if value.lower() not in param.choices:
                name = f"{param.name}:{value[:40]}" if param.keyed else f"“{value[:40]}” as its {param.name}"
                raise UsageError(f"{command.name} does not take {name}.", f"There is: {', '.join(param.choices)}.")
    return found


async def perform(desk: Desk, asked: Asked, command: Command, args: Args) -> Answer:
    """Run a command for a person who may. Raises PaperroundError when it cannot be done."""
    found = checked(command, args)
    if command.changing(found):
        name = owner(asked, found)
        may_change(await desk.store.read(channels.get, name), name, asked)
    return await command.run(desk, asked, found)
