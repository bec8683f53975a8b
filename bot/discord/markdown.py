"""Text as Discord's Markdown: all that people and papers wrote is escaped, so that it stays text. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.render.text import clean, flat, link
from domain.message import Line, Span

Names = Mapping[str, str]

# Any sign may stand after a backslash. These begin formatting, links, mentions, timestamps, emoji and spoilers:
# https://support.discord.com/hc/en-us/articles/210298617 and developers/docs/reference#message-formatting
_SIGNS = re.compile(r"([\\*_~|`\[\]<>@#])")
_LIST = re.compile(r"(?m)^([^\S\n]*\d{0,9})([-+.])")  # at the beginning of a line a list, and -# small print
_ADDRESS = "://"
_EMOJI = re.compile(r":(?=[\w+~-]+:)")  # :fire: is a sign too
# What the words of a masked link may be: brackets open and close, whether they are escaped or not.
_LINKABLE = re.compile(r"(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*\]")
STRONG = frozenset({"strong", "mark"})  # styles that are asterisks around a text
_APART = "\u200b"  # between two runs of one style, which would otherwise meet in one run of asterisks


def size(text: str) -> int:
    """Characters as the stricter count has them, UTF-16 units: which of the two Discord counts is not documented."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """The text so that Discord shows it as it is: no formatting, no mention, no link."""
    marked = _EMOJI.sub(r"\:", _SIGNS.sub(r"\\\1", clean(text))).replace(_ADDRESS, ":\\//")
    return _LIST.sub(r"\1\\\2", marked)


def begins_list(text: str) -> bool:
    """Whether the first sign of a list is at the beginning of a text, where it is escaped."""
    return _LIST.match(text) is not None


def named(text: str, names: Names) -> str:
    """The text escaped; our own identifiers in it, by `names`, as mentions that show what they are called."""
    shown = escape(text)
    for identifier in sorted(names, key=len, reverse=True):
        shown = re.sub(rf"(?<!\d){re.escape(escape(identifier))}(?!\d)", names[identifier], shown)
    return shown


def marked(line: Line, names: Names | None = None, *, links: bool = True, one_line: bool = False) -> str:
    """A line with its styles."""
    shown = ""
    for span in line:
        part = _span(span, names or {}, links=links, one_line=one_line)
        together = shown[-1:] == part[:1] and shown[-1:] in {"*", "`"}
        shown += f"{_APART}{part}" if together else part
    return shown


def linked(text: str, url: str) -> str:
    """Text that is Markdown already, leading to an address; the text alone where that may not be followed."""
    if not link(url) or not text.strip():
        return text
    return f"[{text}](<{link(url)}>)" if _LINKABLE.fullmatch(f"{text}]") else f"{text} [↗](<{link(url)}>)"


def _span(span: Span, names: Names, *, links: bool, one_line: bool) -> str:
    raw = flat(span.text) if one_line else clean(span.text)
    if links and link(span.url) and (raw.strip() == span.url.strip() or _ADDRESS in raw):
        return f"<{link(span.url)}>"  # a masked link whose words are an address is shown as none
    if span.style == "code":
        return code(raw)
    words = named(raw, names) if span.style != "mark" else escape(raw)
    if span.style in STRONG:
        words = _around("**", words)
    return linked(words, span.url) if links and span.url else words


def _around(sign: str, words: str) -> str:
    bare = words.strip()
    if not bare:
        return words
    before, _, after = words.partition(bare)
    return f"{before}{sign}{bare}{sign}{after}"


def code(text: str) -> str:
    """The text as code; what would end it ends it nowhere."""
    bare = flat(text)
    if not bare.strip():
        return bare
    # In code nothing is escaped, so that a backtick is one that looks like it.
    return f"`{bare.replace('`', 'ˋ')}`"
