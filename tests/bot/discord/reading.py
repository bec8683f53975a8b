"""Reading a digest in Discord as people do: its cards, each with its title, link and button."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.discordd import limits, markdown
from tests.discordd.people import Seen
from tests.discordd.refusals import Json
from tests.discordd.world import Stored


@dataclass(frozen=True)
class Shown:
    """A card as it is seen."""

    title: str
    text: str
    links: tuple[str, ...]
    button: str = ""


def cards(stored: Stored | Seen) -> list[Shown]:
    """The papers of a message, in order: a section or a text with a heading or a line of its own."""
    data = (stored.stored if isinstance(stored, Seen) else stored).data
    found = [card for part in data["components"] for card in _inside(part)]
    return found + [card for embed in data["embeds"] for card in _texts(embed.get("description") or "", "")]


def _inside(part: Json) -> Iterator[Shown]:
    if part.get("type") == limits.CONTAINER:
        for each in part["components"]:
            yield from _inside(each)
    elif part.get("type") == limits.SECTION:
        raw = "\n".join(each["content"] for each in part["components"])
        yield from _texts(raw, str(part["accessory"].get("label") or ""))
    elif part.get("type") == limits.DISPLAY:
        yield from _texts(part["content"], "")


def _texts(raw: str, button: str) -> Iterator[Shown]:
    """A card begins with a heading of the third level or a bullet that leads somewhere."""
    lines = raw.split("\n")
    starts = [n for n, line in enumerate(lines) if line.startswith("### ") or (line[:2] == "- " and "](<" in line)]
    for at, start in enumerate(starts):
        end = starts[at + 1] if at + 1 < len(starts) else len(lines)
        head = markdown.read(lines[start].removeprefix("### ").removeprefix("- "))
        whole = markdown.read("\n".join(lines[start:end]))
        compact = lines[start].startswith("- ")
        title = head.text.split(" · ")[0] if compact else head.text
        yield Shown(title.strip().removesuffix("↗").strip(), whole.text, tuple(whole.links), button)
