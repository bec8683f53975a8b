"""What an application's commands may be, by Discord's documentation of application commands."""

from __future__ import annotations

from collections import Counter
from typing import Any

import regex

from tests.discordd.refusals import Form, Json, size

CHAT, USER, MESSAGE = 1, 2, 3
MOST = {CHAT: 100, USER: 15, MESSAGE: 15}
SUBCOMMAND, GROUP, STRING, INTEGER = 1, 2, 3, 4
NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}")
LONGEST = 8000  # characters of names, descriptions and values in one command


def check(commands: list[Json]) -> None:
    """Refuse what no list of commands may be."""
    form = Form()
    kinds = Counter(each.get("type") or CHAT for each in commands)
    for kind, many in kinds.items():
        form.need(
            many <= MOST.get(kind, 1),
            "",
            f"Maximum number of commands of type {kind} reached",
            "APPLICATION_COMMAND_TOO_MANY",
        )
    names = Counter((each.get("type") or CHAT, each.get("name")) for each in commands)
    for number, each in enumerate(commands):
        at = str(number)
        form.need(names[each.get("type") or CHAT, each.get("name")] == 1, f"{at}.name", "Name is used twice")
        if (each.get("type") or CHAT) == CHAT:
            _named(form, each, at)
            _options(form, each.get("options") or [], f"{at}.options", depth=0)
        else:
            form.text(each.get("name"), f"{at}.name", 32, 1)
            form.need(not each.get("description"), f"{at}.description", "Context menu commands cannot have description")
            form.need(not each.get("options"), f"{at}.options", "Context menu commands cannot have options")
        form.need(
            _length(each) <= LONGEST, at, f"Command exceeds maximum size ({LONGEST})", "APPLICATION_COMMAND_TOO_LARGE"
        )
    form.check()


def _named(form: Form, each: Json, at: str) -> None:
    name = str(each.get("name") or "")
    form.need(
        NAME.fullmatch(name) and name == name.lower(),
        f"{at}.name",
        "Command name is invalid",
        "APPLICATION_COMMAND_INVALID_NAME",
    )
    form.text(each.get("description"), f"{at}.description", 100, 1)


def _options(form: Form, options: list[Json], at: str, depth: int) -> None:
    form.need(len(options) <= 25, at, "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
    names = [each.get("name") for each in options]
    form.need(
        len(names) == len(set(names)),
        at,
        "Option names must be unique",
        "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
    )
    optional = False
    nested = [each.get("type") in {SUBCOMMAND, GROUP} for each in options]
    form.need(
        all(nested) or not any(nested),
        at,
        "Sub-command option types are mutually exclusive to all other types",
        "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
    )
    for number, each in enumerate(options):
        here = f"{at}.{number}"
        _named(form, each, here)
        kind = each.get("type")
        if kind in {SUBCOMMAND, GROUP}:
            form.need(depth < (1 if kind == GROUP else 2), here, "Nested too deep")
            _options(form, each.get("options") or [], f"{here}.options", depth + 1)
            continue
        required = bool(each.get("required"))
        form.need(
            not (required and optional),
            here,
            "Required options must be placed before non-required options",
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        )
        optional = optional or not required
        choices = each.get("choices") or []
        form.need(len(choices) <= 25, f"{here}.choices", "Must be 25 or fewer in length.", "BASE_TYPE_MAX_LENGTH")
        form.need(not (choices and each.get("autocomplete")), here, "Choices and autocomplete exclude each other")
        for at_choice, choice in enumerate(choices):
            form.text(choice.get("name"), f"{here}.choices.{at_choice}.name", 100, 1)
            if kind == STRING:
                form.text(choice.get("value"), f"{here}.choices.{at_choice}.value", 100)
        if kind == STRING:
            form.need(0 <= int(each.get("min_length") or 0) <= 6000, here, "0 to 6000")
            form.need(1 <= int(each.get("max_length") or 6000) <= 6000, here, "1 to 6000")


def _length(each: Any) -> int:
    own = sum(size(str(each.get(name) or "")) for name in ("name", "description", "value"))
    return own + sum(_length(inner) for name in ("options", "choices") for inner in each.get(name) or [])
