"""Takes the markup out of titles and abstracts: HTML as feeds carry it, JATS and MathML as publishers deposit it.

Only elements that are known are markup; `a<b and c>d` stays. One pass from left to right, so that nothing that
somebody wrote takes long.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

# Elements of HTML, JATS (https://jats.nlm.nih.gov/archiving/) and MathML that occur in titles and abstracts.
_BLOCKS = frozenset(
    "p div br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table tr td th thead tbody section article header footer nav main "
    "aside blockquote pre figure figcaption sec list list-item disp-formula disp-quote abstract title label "
    "abstracttext html body center form caption".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big button cite code del dfn em font i img input ins kbd mark q s samp small source span "
    "strike strong tt u var video audio picture svg path iframe italic bold sc monospace roman sans-serif underline "
    "overline styled-content named-content scp ext-link inline-formula inline-graphic alternatives tex-math xref uri "
    "email math mi mn mo ms mtext mrow mfrac msqrt mroot mstyle mpadded mphantom mfenced menclose msub msup msubsup "
    "munder mover munderover mmultiscripts mtable mtr mtd mspace semantics none link meta inf".split()
)
_SILENT = frozenset("script style head annotation annotation-xml noscript template object".split())  # with content
_NAMES = _BLOCKS | _INLINE | _SILENT | {"sub", "sup", "sup2"}
_VALUE = r"(?:\"[^\"<]*\"|'[^'<]*'|[^\s\"'<>=]+)"
_TAG = re.compile(
    rf"<!--.*?(?:-->|$)|<!\[CDATA\[|\]\]>|<(/?)(?:[a-z][a-z0-9]{{1,8}}:)?([A-Za-z][A-Za-z0-9-]{{0,20}})"
    rf"(?:\s+[A-Za-z_][\w:.-]{{0,60}}\s?=\s?{_VALUE})*\s*/?>|<[/?!][A-Za-z][^<>]{{0,300}}>",
    re.DOTALL,
)
_SUPERS = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUPER = re.compile(r"[0-9+\-−=()n]{1,6}")
_HEADING = re.compile(r"\s*(?i:graphical |plain language )?(?:(?i:abstract|summary)\s*(?:[:.]|\n)|ABSTRACT|SUMMARY)\s*")


def unmarked(text: str) -> str:
    """The text of marked-up text, headings of its sections set off with a colon; never raises.

    Entities stay for whoever makes it readable, but those that hide markup: feeds carry it encoded.
    """
    if "&lt;" in text:
        text = unescape(text)
    if "<" not in text:
        return text
    reader, last = _Reader(), 0
    for tag in _TAG.finditer(text):
        name = (tag[2] or "").lower()
        if name and name not in _NAMES:
            continue
        reader.words(text[last : tag.start()])
        last = tag.end()
        if tag[1]:
            reader.close(name)
        elif not tag[0].endswith("/>") or name in _BLOCKS:
            reader.open(name)
    reader.words(text[last:])
    return "".join(reader.out)


@dataclass(slots=True)
class _Reader:
    out: list[str] = field(default_factory=list)
    silent: str = ""  # the element whose content is not said
    raised: int = -1  # where a superscript began
    titled: int = -1  # and a heading

    def words(self, text: str) -> None:
        if text and not self.silent:
            self.out.append(text)

    def open(self, name: str) -> None:
        if self.silent:
            return
        if name in _SILENT:
            self.silent = name
        elif name == "sup":
            self.raised = len(self.out)
        elif name in _BLOCKS:
            self.out.append(" ")
            self.titled = len(self.out) if name == "title" else -1

    def close(self, name: str) -> None:
        if self.silent:
            self.silent = "" if name == self.silent else self.silent
        elif name == "sup" and self.raised >= 0:
            self._join(self.raised, _super)
            self.raised = -1
        elif name == "title" and self.titled >= 0:
            self._join(self.titled, _heading)
            self.titled = -1
        elif name in _BLOCKS:
            self.out.append(" ")

    def _join(self, start: int, made: Callable[[str], str]) -> None:
        self.out[start:] = [made("".join(self.out[start:]))]


def without_heading(text: str) -> str:
    """An abstract without the word that says that it is one."""
    found = _HEADING.match(text)
    return text[found.end() :] if found else text


def _super(text: str) -> str:
    return text.translate(_SUPERS) if _SUPER.fullmatch(text) else text


def _heading(text: str) -> str:
    text = text.strip()
    return f" {text} " if not text or text.endswith((":", ".", "?", "!")) else f" {text}: "
