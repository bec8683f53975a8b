"""What Discord limits in a message of ours, measured on what we send. The other half of its rules is in discordd."""

from __future__ import annotations

from bot.discord import embeds, render
from bot.discord.limits import TEXT_DISPLAY, walk
from bot.discord.markdown import size
from domain.message import Message

DELIVERY = "0123456789abcdef0123"  # pragma: allowlist secret


def composed(message: Message) -> dict[str, int]:
    """Of the newer form, by the limit's name."""
    every = list(walk(render.render(message, DELIVERY).payload["components"]))
    characters = sum(size(part["content"]) for part in every if part["type"] == TEXT_DISPLAY)
    return {"COMPONENTS": len(every), "TEXT": characters}


def embedded(message: Message) -> dict[str, int]:
    """Of the older form."""
    payload = embeds.render(message, DELIVERY).payload
    texts = [size(embed["description"]) for embed in payload["embeds"]]
    return {
        "EMBEDS": len(texts),
        "EMBED_TEXT": sum(texts),
        "EMBED_DESCRIPTION": max(texts),
        "ROWS": len(payload["components"]),
    }
