"""Discord's limits, a look into components, and labels cut to their limit. Pure.

From https://discord.com/developers/docs/components/reference and .../resources/message, read in August 2026.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.discord.markdown import size

COMPONENTS = 40  # a message, nested ones counted
TEXT = 4_000  # characters of all its text
ROW = 5  # buttons
OPTIONS = 25  # of a select
LABEL = 80  # of a button
OPTION = 100  # label, value and description
CUSTOM_ID = 100
PLACEHOLDER = 150
EMBEDS, EMBED_TEXT, EMBED_TITLE, EMBED_DESCRIPTION, EMBED_FOOTER, EMBED_AUTHOR = 10, 6_000, 256, 4_096, 2_048, 256
ROWS = 5  # of buttons or selects, without Components V2
THREAD_NAME = 100
FILE_BYTES = 9_000_000  # 10 MiB a request where nobody paid for more
MODAL_TITLE, MODAL_LABEL, MODAL_TEXT = 45, 45, 4_000

CONTAINER, SECTION, TEXT_DISPLAY, ACTION_ROW, BUTTON, SELECT, FILE, SEPARATOR = 17, 9, 10, 1, 2, 3, 13, 14

Component = dict[str, Any]


def walk(components: Iterable[Component]) -> Iterator[Component]:
    """The components with all that is in them."""
    for component in components:
        yield component
        yield from walk(component.get("components", ()))
        if "accessory" in component:
            yield from walk([component["accessory"]])


def custom_ids(components: Iterable[Component]) -> Iterator[str]:
    """The custom ids among them."""
    return (component["custom_id"] for component in walk(components) if "custom_id" in component)


def cut(text: str, most: int) -> str:
    """The beginning of a label or name, cut at a word where one ends there."""
    if size(text) <= most:
        return text
    while size(text) > most - 1:
        text = text[: most - 1] if len(text) > most - 1 else text[:-1]
    whole = text.rsplit(None, 1)[0]
    return (whole if len(whole) > most // 2 else text) + "…"
