"""A message in Discord's older form, embeds with rows of buttons below, for who prefers it. Pure."""

from __future__ import annotations

from msgspec import structs

from bot.discord.ids import Ids
from bot.discord.limits import Component
from bot.discord.markdown import Names
from bot.discord.render import LASTING, Body, menu, rows, text_of, words
from bot.render.text import title
from domain.message import Actions, Button, Card, File, Message


def render(message: Message, tag: str = "", names: Names | None = None) -> Body:
    """The message, as `bot.discord.render.render` gives it in the newer form."""
    embeds, components = _parts(message, tag, names or {})
    payload = {"embeds": embeds, "components": components, "flags": 0, "allowed_mentions": {"parse": []}}
    return Body(payload, tuple(block for block in message.blocks if isinstance(block, File)))


def _parts(message: Message, tag: str, names: Names) -> tuple[list[Component], list[Component]]:
    """An embed for each paper and each run of other text; all buttons, since no embed holds any."""
    ids = Ids(tag)
    texts: list[str] = []
    apart = True
    buttons: list[Button] = []
    for block in message.blocks:
        if isinstance(block, Actions):
            buttons += block.buttons
            continue
        alone = isinstance(block, Card) and not block.compact
        text = words(block) if isinstance(block, Card) else text_of(block, names)
        if isinstance(block, Card) and not block.compact:
            buttons += [structs.replace(each, label=f"{each.label}: {title(block)}") for each in block.buttons]
        if not text:
            continue
        if alone or apart:
            texts.append(text)
        else:
            texts[-1] += f"\n{text}"
        apart = alone
    components = [*menu(message, ids), *rows(buttons, ids)]
    if ids.wanting:
        components += rows((LASTING,), ids)
    return [{"description": text} for text in texts or ["…"]], components
