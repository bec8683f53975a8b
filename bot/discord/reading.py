"""All that a message of Discord says, as text to look for papers in. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.discord.limits import walk


def text_of(message: Mapping[str, Any]) -> str:
    """The message's own words, its embeds', its components', and those of what it forwards; links included."""
    return "\n".join(filter(None, _texts(message)))


def _texts(message: Mapping[str, Any]) -> Iterator[str]:
    yield message.get("content") or ""
    for embed in message.get("embeds") or ():
        yield from (str(embed.get(name) or "") for name in ("title", "url", "description"))
        yield from (f"{field.get('name')} {field.get('value')}" for field in embed.get("fields") or ())
    for component in walk(message.get("components") or ()):
        yield from (str(component.get(name) or "") for name in ("content", "url"))
    for forwarded in message.get("message_snapshots") or ():
        yield from _texts(forwarded.get("message") or {})
