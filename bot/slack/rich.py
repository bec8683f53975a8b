"""Text as Slack's rich text, which holds it as it is: nothing has to be escaped, and nothing can ping. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from bot.render.text import clean, link
from bot.slack.ids import is_person, split
from domain.message import Line, Span

Json: TypeAlias = dict[str, Any]

LONGEST = 3_000  # characters of one text, and of one address
_STYLES: dict[str, Json] = {
    "strong": {"bold": True},
    "mark": {"bold": True},
    "code": {"code": True},
    "quiet": {"italic": True},
}
OWN = "your own digest"


class Place(Struct, frozen=True):
    """Where and to whom something is said: our ids of both, which are said as people know them."""

    channel: str = ""
    person: str = ""


NOWHERE = Place()


def block(*sections: Json) -> Json:
    """A block of sections and lists."""
    return {"type": "rich_text", "elements": list(sections)}


def section(elements: Sequence[Json]) -> Json:
    """Elements one after the other."""
    return {"type": "rich_text_section", "elements": list(elements)}


def listed(lines: Sequence[Sequence[Json]], style: str = "bullet") -> Json:
    """A list of lines."""
    return {"type": "rich_text_list", "style": style, "elements": [section(line) for line in lines]}


def text(words: str, **style: bool) -> Json:
    """One element of text."""
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def elements(line: Line, place: Place, *, links: bool = True, url: str = "", bold: bool = False) -> list[Json]:
    """A line's spans. All of them lead to `url` if there is one; `bold` ones are, and what is marked leans, too."""
    return [
        made for span in line for made in _span(span, place, url or (address(span.url) if links else ""), bold=bold)
    ]


def address(url: str) -> str:
    """The URL if it may be followed and Slack takes it, its scheme as Slack writes it; else empty."""
    scheme, apart, rest = link(url).partition("://")
    found = f"{scheme.lower()}{apart}{rest}"
    return found if len(found) <= LONGEST else ""


def _span(span: Span, place: Place, url: str, *, bold: bool) -> Iterator[Json]:
    style = dict(_STYLES.get(span.style, {}))
    if bold:
        style |= {"bold": True} | ({"italic": True} if span.style == "mark" else {})
    for words in pieces(clean(span.text)):
        if url:
            yield {"type": "link", "url": url, "text": words, **({"style": style} if style else {})}
        else:
            yield from _placed(words, style, place)


def _placed(words: str, style: Json, place: Place) -> Iterator[Json]:
    """The words, in which this very place is named as people name it: as a channel, or as one's own."""
    names = [name for name in (place.channel, place.person) if name]
    known = {alias: name for name in names for alias in (name, "/".join(split(name)))}
    pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    for part in re.split(rf"(?<![\w/:])({pattern})(?![\w/])", words) if known else [words]:
        if part not in known:
            if part:
                yield text(part, **style)
        elif is_person(known[part]):
            yield text(OWN, **style)
        else:
            yield {"type": "channel", "channel_id": split(known[part])[1], **({"style": style} if style else {})}


def named(words: str, place: Place) -> str:
    """Plain words, this place named as people name it."""
    for name in (place.channel, place.person):
        for alias in (name, "/".join(split(name))) if name else ():
            words = words.replace(alias, OWN if is_person(name) else "this channel")
    return words


def pieces(words: str, most: int = LONGEST) -> list[str]:
    """The words in pieces of so many characters at most, cut between words where there are any."""
    found = []
    while len(words) > most:
        cut = max(words.rfind(" ", 1, most), words.rfind("\n", 1, most)) + 1 or most
        found.append(words[:cut])
        words = words[cut:]
    return [*found, words] if words else found
