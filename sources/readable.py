"""Turns text as it is found into text for reading: one line, real characters, no markup left over."""

from __future__ import annotations

import re
from html.entities import html5

from sources import latex

LONGEST = 200_000  # characters; longer text is no abstract, and of a longer one only the characters are mended
_PASSES = 8
_SURROGATE = re.compile("[\ud800-\udfff]")
# Invisible characters that are no space: controls, soft hyphens, zero-width breaks, marks of writing direction,
# byte-order marks, noncharacters. The joiners U+200C and U+200D stay: some scripts and emoji are written with them.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff"
)
_SPACES = "\t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_DROPPED = re.compile(f"[{_INVISIBLE}]")
_SUSPICIOUS = re.compile(rf"[\\{{}}$^~`&{_INVISIBLE}{_SPACES}\ud800-\udfff]")
_LATEX = re.compile(r"[\\{}$^~]")
# Where Windows-1252 was read as Latin-1: its letters and quotes are controls there. U+0085 is a line end.
_WINDOWS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in {0x81, 0x85, 0x8D, 0x8F, 0x90, 0x9D}
}
# A reference to a character, encoded any number of times: `&amp;amp;lt;`.
_ENTITY = re.compile(r"&(?:amp;)*(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z][A-Za-z0-9]{1,31}));")
_DOUBLE_QUOTES = re.compile(r"``(?!`)([^`]{1,400}?)(?:''|(?<!\\)\"(?!\w))")
# A backtick for an apostrophe, `the model`s`, where it does not close code in backticks.
_APOSTROPHE = re.compile(r"(?<!\w)(`[^`]*`)|(?<=\w)`(?=(?:s|t|re|ve|ll)\b)")
_SINGLE_QUOTES = re.compile(r"(?<![\w`\\])`(?=[^\s`'])([^`']{1,80})'(?![\w'])")


def readable(text: str) -> str:
    """The text on one line, with its entities, odd characters and LaTeX resolved; never raises.

    Text that has none of these is returned as it is. What cannot be read stays, and no word is lost.
    """
    for _ in range(_PASSES):
        if not _SUSPICIOUS.search(text):
            return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text
        mended = _mended(text)
        if mended == text:
            break
        text = mended
    return text


def storable(text: str) -> str:
    """The text without what no database and no JSON takes: NUL characters and halves of surrogate pairs."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", "")


def taken(text: str) -> str:
    """What is taken of a text that a service says of a paper: as much as any paper has, storable."""
    return storable(text[:LONGEST])


def _mended(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(_character, text)
    text = _DROPPED.sub("", storable(text).translate(_WINDOWS))
    text = " ".join(text.split())
    if len(text) > LONGEST:
        return text
    if "`" in text:
        text = _SINGLE_QUOTES.sub(r"‘\1’", _DOUBLE_QUOTES.sub(r"“\1”", text))
        text = _APOSTROPHE.sub(lambda found: found[1] or "'", text)
    if _LATEX.search(text):
        text = " ".join(latex.plain(text).split())
    return text


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return html5.get(found[3] + ";", found[0])
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"
