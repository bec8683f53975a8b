"""What a press means: buttons and menus carry their command in their custom id, so they work after any restart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from bot.commands.base import Answer, Desk
from bot.commands.parts import card
from bot.discord.ids import PAPERS, command_of
from db import loading
from domain.message import Message

PANEL = "?"  # before a paper: not a command, but what can be done with it


def pressed(data: Mapping[str, Any]) -> str:
    """The command that a component carries, or that was chosen from it; empty for none of ours."""
    command = command_of(str(data.get("custom_id", ""))) or ""
    chosen = data.get("values")
    if not chosen:
        return command
    return f"{PANEL}{chosen[0]}" if command == PAPERS else str(chosen[0])


async def panel(desk: Desk, paper: str) -> Answer:
    """All that can be done with a paper, as buttons under it. Raises NotFoundError."""
    shown = card(await desk.store.read(loading.named, paper))
    return Answer(Message.of(structs.replace(shown, text=(), buttons=(*shown.buttons, *shown.menu), menu=())))
