"""The commands as Discord is told them: one group, a subcommand a verb, made from the registry."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from typing import Any

from discord.http import HTTPClient

from bot.commands.base import Command, Desk, Param
from bot.complete.choice import Choice
from bot.complete.offers import OFFERS
from bot.discord.limits import cut
from db import runs

log = logging.getLogger(__name__)

GROUP, CONTEXT_MENU = "papers", "Bookmark papers"
# https://discord.com/developers/docs/interactions/application-commands
SUBCOMMANDS, DESCRIPTION, CHOICES, COMMAND_TEXT = 25, 100, 25, 8_000
SUBCOMMAND, STRING, INTEGER = 1, 3, 4
CHAT_INPUT, MESSAGE = 1, 3
SERVERS, PEOPLE = 0, 1  # who installed the application
IN_SERVERS, WITH_US, AMONG_PEOPLE = 0, 1, 2  # where its commands are asked; the last only of what people installed
COMPLETED = OFFERS.keys() - {"choice"}
VALUE = 100  # characters of a choice


def definitions(commands: Iterable[Command], by: Sequence[int] = (SERVERS, PEOPLE)) -> list[dict[str, Any]]:
    """What is registered: `/papers VERB`, and the menu on messages. `by`: who can install the application. Pure."""
    contexts = [IN_SERVERS, WITH_US, *([AMONG_PEOPLE] if PEOPLE in by else [])]
    everywhere = {"integration_types": list(by), "contexts": contexts}
    shown = [command for command in commands if not command.hidden]
    group = {
        "type": CHAT_INPUT,
        "name": GROUP,
        "description": "Research papers: search, follow, bookmark, and this channel's digest",
        "options": [_subcommand(command) for command in shown[:SUBCOMMANDS]],
        **everywhere,
    }
    return [group, {"type": MESSAGE, "name": CONTEXT_MENU, **everywhere}]


def _subcommand(command: Command) -> dict[str, Any]:
    # Discord wants those that are required before those that are not.
    params = sorted(command.params, key=lambda param: not param.required)
    options = {"options": [_option(param) for param in params]} if params else {}
    return {"type": SUBCOMMAND, "name": command.name, "description": cut(command.meaning, DESCRIPTION), **options}


def _option(param: Param) -> dict[str, Any]:
    kind = INTEGER if param.kind == "number" else STRING
    meaning = param.meaning.replace("`", "")
    option = {
        "type": kind,
        "name": param.name,
        "description": cut(meaning[:1].upper() + meaning[1:], DESCRIPTION),
        "required": param.required,
    }
    if param.choices:
        option["choices"] = [{"name": choice, "value": choice} for choice in param.choices[:CHOICES]]
    elif param.kind in COMPLETED:
        option["autocomplete"] = True
    elif kind == INTEGER:
        option["min_value"] = 1
    return option


def choices(found: Iterable[Choice]) -> list[tuple[str, str]]:
    """Completions as Discord takes them: what is read, what is written; none that is too long to be written."""
    fitting = [(cut(each.label, VALUE), each.value) for each in found if 0 < len(each.value) <= VALUE and each.label]
    return fitting[:CHOICES]


def fingerprint(told: list[dict[str, Any]]) -> str:
    """What tells one set of definitions from another."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


async def sync(http: HTTPClient, desk: Desk, application: int, by: Sequence[int] = (SERVERS, PEOPLE)) -> bool:
    """Tell Discord the commands, if they are not those we told this application last; returns whether we did."""
    told = definitions(desk.commands.values(), by)
    # Kept where sources keep how far they read: it is how far Discord has read us.
    name, now = f"discord commands of {application}", fingerprint(told)
    if await desk.store.read(runs.cursor, name) == now:
        return False
    await http.bulk_upsert_global_commands(application, told)
    await desk.store.write(runs.move_cursor, name, now)
    log.info("platform=discord told %d commands", len(told[0]["options"]))
    return True
