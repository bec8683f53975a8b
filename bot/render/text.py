"""What all renderings share: content without what could act as more than text, and safe links. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote

from domain.message import Bars, Block, Card, File, Line, Note
from domain.message import plain as without_styles

# Removed: C0, DEL and C1 (a terminal obeys them) and the bidirectional embeddings, overrides and isolates
# (they reorder the text around them); https://www.unicode.org/reports/tr9/ needs none of them for a title.
# What ends a line somewhere becomes a plain line end, and half of a surrogate pair, which no encoding can
# write, becomes the replacement character.
_SAFE: dict[int, str | None] = (
    dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
    | dict.fromkeys(map(ord, "\n\v\f\r\x85\u2028\u2029"), "\n")
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    | {ord("\t"): " "}
)
_SPACES = re.compile(r"\s+")
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
_URL_SIGNS = "%/:?#[]@!$&'()*+,;="  # RFC 3986: what a URL is written with, beside letters, digits and -._~


def clean(text: str) -> str:
    """The text without control characters, save line ends as `\\n`."""
    if text.isprintable():  # which nothing of that is, as most texts are: it is known in no time
        return text
    return text.replace("\r\n", "\n").translate(_SAFE)


def flat(text: str) -> str:
    """The text cleaned, in one line; spaces at its ends stay, since it may be a part of one."""
    return _SPACES.sub(" ", clean(text))


def one_line(text: str) -> str:
    """The text cleaned, in one line, without spaces around it."""
    return flat(text).strip()


def link(url: str) -> str:
    """The URL in ASCII if it may be followed, which is http and https only; else empty."""
    url = clean(url).strip()
    return quote(url, safe=_URL_SIGNS) if _WEB.match(url) else ""


def short(url: str) -> str:
    """A link as one would say it: without its scheme."""
    return url.partition("://")[2]


def with_links(line: Line) -> str:
    """The line's plain text, each link's address after its words unless they are the address."""
    return "".join(
        f"{span.text} ({link(span.url)})" if link(span.url) and link(span.url) not in span.text else span.text
        for span in line
    )


def title(card: Card) -> str:
    """A card's title in one line."""
    return one_line(without_styles(card.title)) or "Untitled"


def details(card: Card) -> str:
    """A card's byline and facts in one line."""
    return " · ".join(filter(None, map(one_line, (card.byline, *card.facts))))


def terms(card: Card) -> list[str]:
    """What a card matched, each in one line."""
    return [term for term in map(one_line, card.matched) if term]


def together(first: Block, second: Block) -> bool:
    """Whether two blocks stand without an empty line between them."""
    return (isinstance(first, Card) and isinstance(second, Card) and first.compact and second.compact) or (
        isinstance(first, Note) and isinstance(second, Note)
    )


def figures(bars: Bars) -> str:
    """The counts of a chart in words for who cannot see it."""
    return " ".join(map(str, bars.counts)) or "no days"


def described(file: File) -> str:
    """A file by its name and size."""
    size = len(file.content.encode(errors="replace"))
    return f"{one_line(file.name)} ({f'{size:,} bytes' if size < 10_000 else f'{size / 1000:,.0f} kB'})"
