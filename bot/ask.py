"""Where every question arrives, whatever the platform: words are read, rights checked, the command run."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping

from rapidfuzz import process

from bot.commands.base import Answer, Args, Asked, Command, Desk, may_change, owner
from db import channels
from domain.errors import PaperroundError, UsageError
from domain.message import Heading, Listing, Message, Note, line

log = logging.getLogger(__name__)


async def say(desk: Desk, asked: Asked, text: str) -> Answer:
    """Answer what someone typed after `/papers`. What went wrong is an answer too."""
    try:
        command, args = read(desk.commands, text)
        return await ask(desk, asked, command, args)
    except PaperroundError as error:
        return sorry(error)


async def ask(desk: Desk, asked: Asked, command: Command, args: Args) -> Answer:
    """Run a command. Raises PaperroundError when it cannot be done."""
    check(command, args)
    if command.changes:
        name = owner(asked, args)
        may_change(await desk.store.read(channels.get, name), name, asked)
    log.debug("person=%s channel=%s asks %s", asked.person, asked.channel, command.name)
    return await command.run(desk, asked, args)


def read(commands: Mapping[str, Command], text: str) -> tuple[Command, dict[str, str]]:
    """The command that a text names, and its arguments. Raises UsageError with what was meant, or how it is written."""
    verb, _, rest = text.strip().partition(" ")
    verb = verb.lower() or "help"
    command = commands.get(verb)
    if command is None:
        near = process.extractOne(verb, [c.name for c in commands.values() if not c.hidden], score_cutoff=60)
        raise UsageError(
            f"There is no command “{verb[:40]}”.",
            f"Did you mean {near[0]}?"
            if near
            else f"To look for papers: search {text.strip()[:60]} · All commands: help",
        )
    return command, arguments(command, rest)


def arguments(command: Command, text: str) -> dict[str, str]:
    """The arguments in a text: `name:value` ones from anywhere, the others in order, the last takes the rest."""
    args: dict[str, str] = {}
    text = text.replace("\x00", " ")
    for param in command.params:
        if param.keyed:
            values = "|".join(map(re.escape, param.choices)) or r"\S+"
            found = re.search(rf"(?:^|\s){param.name}:({values})(?=\s|$)", text, re.IGNORECASE)
            if found:
                args[param.name] = found[1].lower() if param.choices else found[1]
                text = text[: found.start()] + " " + text[found.end() :]
    left = text.strip()
    for param in command.params:
        if param.keyed or not left:
            continue
        if param.rest:
            args[param.name], left = left, ""
        else:
            parts = left.split(maxsplit=1)
            args[param.name], left = parts[0], parts[1] if len(parts) > 1 else ""
    if left:
        raise UsageError(f"{command.name} does not take “{left[:60]}”.", f"Write it so: {command.usage}")
    return args


def check(command: Command, args: Args) -> None:
    """Raise UsageError unless every argument is known, and every required one is there."""
    for param in command.params:
        value = args.get(param.name, "").strip()
        if param.required and not value:
            example = f" For example: {command.examples[0]}" if command.examples else ""
            raise UsageError(f"{command.name} needs {param.meaning}.", f"Write it so: {command.usage}.{example}")
        if value and param.choices and value.lower() not in param.choices:
            raise UsageError(f"“{value[:40]}” is no {param.name}.", f"There is: {', '.join(param.choices)}.")


def sorry(error: PaperroundError) -> Answer:
    """The answer to what cannot be done: what, where, and what to do."""
    lines = [line(error.hint)] if error.hint else []
    message = Message.of(Heading("That did not work"), Note(line(error.what)), Listing(tuple(lines)) if lines else None)
    return Answer(message, {"error": error.what, "hint": error.hint})
