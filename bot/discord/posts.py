"""A post of a forum: one an edition, with a name and with those of the forum's tags that it is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.discord.limits import THREAD_NAME, cut
from bot.render.text import one_line
from domain.message import Heading, Message

TAGS = 5  # on a post
REQUIRED = 1 << 4  # the forum takes no post without a tag
_PART = re.compile(r" \(\d+/\d+\)$")  # of the edition, which the thread or post holds whole
USUAL = {"papers", "paper", "digest", "research", "arxiv"}


def title(message: Message, channel: str) -> str:
    """What the edition's thread or post is called: its heading, without the channel it stands in."""
    heading = next((block.text for block in message.blocks if isinstance(block, Heading)), "")
    name = _PART.sub("", one_line(heading.replace(f" for {channel.partition(':')[2]}", "")))
    return cut(name, THREAD_NAME) or "Papers"


def tags(forum: Mapping[str, Any], messages: Iterable[Message]) -> list[str]:
    """The ids of the forum's tags that say what these messages hold: categories and subscriptions, by their names."""
    cards = [card for message in messages for card in message.cards()]
    about = USUAL | {one_line(text).casefold() for card in cards for text in (*card.facts, *card.matched)}
    free: Sequence[Mapping[str, Any]] = [tag for tag in forum.get("available_tags", ()) if not tag.get("moderated")]
    found = [str(tag["id"]) for tag in free if str(tag["name"]).casefold() in about][:TAGS]
    if not found and int(forum.get("flags", 0)) & REQUIRED:
        found = [str(tag["id"]) for tag in free[:1]]
    return found
