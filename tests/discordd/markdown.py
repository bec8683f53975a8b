"""Reading Discord's Markdown as its client shows it: what is left of a text once all marks have done their work.

The rules are those of the client's parser, in its order: quotes, code, headings and lists at the beginning of a line,
then escapes, links, emphasis, spoilers, mentions, emoji. Written from how it behaves, not from what we escape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

PING, PLACE, SPOILER, EMOJI, TIME = "⟦ping⟧", "⟦channel⟧", "⟦spoiler⟧", "⟦emoji⟧", "⟦time⟧"
EMOJI_NAMES = frozenset(
    "smile heart fire rocket tada eyes joy thinking wave star warning x 100 +1 thumbsup a b".split()
)


@dataclass
class Reading:
    """What is seen. `links` are the addresses one can go to, `marks` the kinds of formatting met."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


_QUOTE = re.compile(r" *>>> ([\s\S]*)| *> ([^\n]*)(?:\n|$)")
_HEADING = re.compile(r" *(#{1,3})\s+((?:\\[\s\S]|[^\\\n])+?)#*\s*(?:\n|$)")
_SUBTEXT = re.compile(r" *-# +((?:\\[\s\S]|[^\\\n])+?)\s*(?:\n|$)")
_LIST = re.compile(r" *([*-]|\d+\.) +(?=\S)")
_TEXT = re.compile(r"\n|[^\n]+?(?=[^0-9A-Za-z\s\u00c0-\uffff-]|\n|\w+:\S|$)")
_LINE_START = ((_QUOTE, "quote"), (_HEADING, "heading"), (_SUBTEXT, "subtext"), (_LIST, "list"))
_INSIDE = r"(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*"
_HREF = r"\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['\"]([\s\S]*?)['\"])?\s*"
_EM = (
    r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"
    r"|\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"
)
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("block", re.compile(r"```(?:[a-z0-9_+\-.#]+?\n)?\n*([^\n][\s\S]*?)\n*```", re.IGNORECASE)),
    ("shrug", re.compile(r"¯\\_\(ツ\)_/¯")),
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])")),
    ("ping", re.compile(r"@everyone|@here|<@[!&]?\d+>|</[-_\w ]+:\d+>|<id:\w+>")),
    ("place", re.compile(r"<#\d+>")),
    ("emoji", re.compile(r"<a?:\w{2,32}:\d+>|:([a-z0-9_+-]+):")),
    ("time", re.compile(r"<t:-?\d+(?::[tTdDfFRsS])?>")),
    ("autolink", re.compile(r"<(https?://[^ >]+)>")),
    ("link", re.compile(rf"\[({_INSIDE})\]\({_HREF}\)")),
    ("url", re.compile(r"(https?://[^\s<]+[^<.,:;\"')\]\s])")),
    ("strong", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("em", re.compile(_EM)),
    ("strike", re.compile(r"~~([\s\S]+?)~~(?!_)")),
    ("code", re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
)  # fmt: skip
_BEGINNINGS = frozenset("`¯\\@<:[h*_~|")  # of all rules but that of plain text


def read(text: str) -> Reading:
    """What people see of a text."""
    reading = Reading()
    reading.text = _read(text.strip(), reading, lines=True, link=False)
    return reading


def _read(text: str, reading: Reading, *, lines: bool, link: bool) -> str:
    out: list[str] = []
    at_start = True
    while text:
        step = _line(text, reading, link) if lines and at_start else None
        if step is None:
            step = _inline(text, reading, link)
        shown, used = step
        out.append(shown)
        at_start = text[used - 1] == "\n" or (at_start and not text[:used].strip(" "))
        text = text[used:]
    return "".join(out)


def _line(text: str, reading: Reading, link: bool) -> tuple[str, int] | None:
    for pattern, mark in _LINE_START:
        found = pattern.match(text)
        if not found:
            continue
        reading.marks.append(mark)
        if mark == "list":
            return ("• " if found[1] in "*-" else found[0].lstrip()), found.end()
        inner = next((group for group in reversed(found.groups()) if group is not None), "")
        return _read(inner, reading, lines=mark == "quote", link=link) + "\n", found.end()
    return None


def _inline(text: str, reading: Reading, link: bool) -> tuple[str, int]:
    for mark, pattern in _RULES if text[0] in _BEGINNINGS else ():
        found = pattern.match(text)
        if not found or (mark == "emoji" and found[1] and found[1] not in EMOJI_NAMES):
            continue
        if mark == "link" and (link or not re.match(r"https?://\S", _bare(found[2]))):
            continue
        if mark in {"url", "autolink"} and link:
            continue
        if mark != "escape":
            reading.marks.append(mark)
        return _shown(mark, found, reading, link), found.end()
    found = _TEXT.match(text)
    assert found
    return found[0], found.end()


def _bare(url: str) -> str:
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", url)


def _shown(mark: str, found: re.Match[str], reading: Reading, link: bool) -> str:
    if mark in _FIXED:
        return _FIXED[mark]
    inner = next((group for group in found.groups() if group is not None), "")
    if mark in _STYLES:
        return _read(inner, reading, lines=False, link=link)
    if mark == "link":
        reading.links.append(_bare(found[2]))
        return _read(found[1], reading, lines=False, link=True)
    if mark in {"url", "autolink"}:
        reading.links.append(found[1])
    if mark == "code":
        return found[2].strip(" ") or found[2]
    return inner or found[0]


_FIXED = {"ping": PING, "place": PLACE, "emoji": EMOJI, "time": TIME, "spoiler": SPOILER}
_STYLES = frozenset({"strong", "underline", "em", "strike"})
