"""Slack's documented limits of blocks, written by hand so that every machine has them.

From docs.slack.dev/reference/block-kit: what a field may hold, how long, how many, and what is no field at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.slackd.refused import Json, Refused

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
BLOCKS_CHARACTERS = 13_000  # undocumented; `msg_blocks_too_long` was seen from about 13,200 on
TEXT_CHARACTERS = 4_000  # advised; longer ones are split into several messages from 4,041 on
MARKDOWN_CHARACTERS = 12_000  # over all markdown blocks of a message
VIEW_BYTES = 250_000

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONE = re.compile(r"[\ud800-\udfff]")

Element = Callable[["Place", Json], None]


class Place:
    """Where in the request we are, as a JSON pointer, and what is wrong there."""

    def __init__(self, pointer: str = "") -> None:
        self.pointer = pointer

    def __truediv__(self, part: object) -> Place:
        return Place(f"{self.pointer}/{part}")

    def no(self, what: str) -> Refused:
        return Refused("invalid_blocks", f"{what} [json-pointer:{self.pointer}]")

    def has(self, value: Any, needed: str, allowed: str = "") -> Json:
        """It is an object with these keys, all of the needed ones."""
        if not isinstance(value, dict):
            raise self.no(f"must provide an object, not {type(value).__name__}")
        for key in needed.split():
            if key not in value:
                raise self.no(f"missing required field: {key}")
        for key in value:
            if key not in {"type", *needed.split(), *allowed.split()}:
                raise self.no(f"invalid additional property: {key}")
        return value

    def string(self, value: Any, most: int, least: int = 1) -> str:
        if not isinstance(value, str):
            raise self.no(f"must be a string, not {type(value).__name__}")
        if len(value) > most:
            raise self.no(f"must be less than {most + 1} characters")
        if len(value) < least:
            raise self.no(f"must be more than {least - 1} characters")
        if _LONE.search(value):
            raise self.no("is no text in UTF-8")
        return value

    def items(self, value: Any, most: int, least: int = 1) -> list[Any]:
        if not isinstance(value, list):
            raise self.no("must be an array")
        if len(value) > most:
            raise self.no(f"no more than {most} items allowed")
        if len(value) < least:
            raise self.no(f"no less than {least} items allowed")
        return value

    def text(self, value: Any, most: int, *, plain: bool = False) -> str:
        """A text object. Control characters are taken by Slack, and shown as nothing: nobody wants to send them."""
        self.has(value, "text", "type emoji verbatim")
        if value.get("type") not in ({"plain_text"} if plain else {"plain_text", "mrkdwn"}):
            raise self.no(f"unsupported type: {value.get('type')}")
        if value.get("type") == "mrkdwn" and "emoji" in value:
            raise self.no("invalid additional property: emoji")
        text = (self / "text").string(value["text"], most)
        if CONTROL.search(text):
            raise self.no("holds a control character")
        return text

    def url(self, value: Any) -> None:
        if not re.match(r"https?://[^\s<>|]+$", self.string(value, 3000)):
            raise self.no("is no valid URL")
