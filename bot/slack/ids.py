"""Slack's names for places and people as ours, and what Slack makes of typed words as the words. Pure."""

from __future__ import annotations

import re
from html import unescape

_MARKED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_PEOPLE, _DIRECT = ("U", "W"), "D"


def ours(team: str, name: str) -> str:
    """The id here of one of a workspace's channels or people."""
    return f"slack:{team}/{name}"


def split(name: str) -> tuple[str, str]:
    """The workspace and the channel or person that one of our ids names."""
    team, _, rest = name.partition(":")[2].partition("/")
    return team, rest


def is_person(name: str) -> bool:
    """Whether one of our ids is a person's."""
    return split(name)[1].startswith(_PEOPLE)


def place(team: str, conversation: str, user: str) -> str:
    """The channel that a conversation is: a direct message is the person's own."""
    return ours(team, user if conversation.startswith(_DIRECT) or not conversation else conversation)


def typed(text: str, team: str) -> str:
    """The words that somebody typed: Slack wraps links and names, and escapes three characters.

    From docs.slack.dev/messaging/formatting-message-text: `<https://a.b|a.b>`, `<@U1>`, `<#C1|name>`, `<!here>`.
    """
    return unescape_(_MARKED.sub(lambda found: _plain(found[1], found[2] or "", team), text)).strip().strip("`").strip()


def unescape_(text: str) -> str:
    """The text with Slack's three entities as characters, and no others."""
    return re.sub(r"&(?:amp|lt|gt);", lambda found: unescape(found[0]), text)


def _plain(target: str, label: str, team: str) -> str:
    if target.startswith("@"):
        return ours(team, target[1:])
    if target.startswith("#"):
        return f"#{label}" if label else ours(team, target[1:])
    if target.startswith("!"):
        return label or f"@{target[1:].partition('^')[0]}"
    if target.startswith("mailto:"):
        return label or target.removeprefix("mailto:")
    # A link that Slack made of a typed word is that word.
    return label if label and target.partition("://")[2].rstrip("/") == label.rstrip("/") else target
