"""Custom ids: what a button or menu carries, so that it works after any restart. Pure.

`TAG/COMMAND`, the command as one would type it after `/papers`. The tag is the delivery's id on one component of its
message, by which that is found again; elsewhere empty, or a number where a command occurs twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.discord.limits import CUSTOM_ID

_ID = re.compile(r"([0-9a-z]{0,25})/(.+)", re.DOTALL)
ACT, PAPERS = "act", "papers"  # what menus are called: options that are commands, options that are papers
FORM = "…"  # a command that ends so opens a form for the rest of it


class Ids:
    """Gives each component of one message its custom id. `tag` is the delivery's id, or empty."""

    def __init__(self, tag: str = "") -> None:
        self._tag = tag
        self._taken: set[str] = set()

    @property
    def wanting(self) -> bool:
        """Whether no component carries the delivery's id yet."""
        return bool(self._tag)

    def take(self, command: str) -> str | None:
        """An id that carries the command; None for one that is too long for any."""
        if not command:
            return None
        tag = self._tag
        if tag and len(tag) + 1 + len(command) <= CUSTOM_ID:
            self._tag = ""
        else:
            tag = ""
        number = 0
        while f"{tag}/{command}" in self._taken:
            number += 1
            tag = str(number)
        taken = f"{tag}/{command}"
        if len(taken) > CUSTOM_ID:
            return None
        self._taken.add(taken)
        return taken


def command_of(custom_id: str) -> str | None:
    """The command that a custom id carries; None for one that is not ours."""
    found = _ID.fullmatch(custom_id)
    return found[2] if found else None


def carries(custom_ids: Iterable[str], delivery: str) -> bool:
    """Whether a message with these custom ids is the delivery's."""
    return any(each.startswith(f"{delivery}/") for each in custom_ids)
