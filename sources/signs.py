"""What a sign of LaTeX's means where it stands in prose: math or money, a script or a name, a tie or “about”."""

from __future__ import annotations

import re

LONGEST_MATH = 1_000  # characters between two dollar signs
_DOLLAR = re.compile(r"(?<!\\)\$")
_TEX = re.compile(r"[\\^_{}<>=]")
_SURELY_TEX = re.compile(r"\\|\^|_\{")
_PLAIN_WORD = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{2,}")
_REFERENCE = re.compile(r"\\+(?:cite|ref|eqref|autoref|footnote)")


def math_end(text: str, start: int, wide: int) -> int:
    """Where the math ends that the dollar sign at `start` begins, or -1 where it begins none, but names money.

    `wide` is how many dollar signs there are. As in Pandoc's Markdown, math has no space within its signs and
    no digit behind them; both are allowed where what lies between is surely no price:
    https://pandoc.org/MANUAL.html#math
    """
    found = _DOLLAR.search(text, start + wide, start + LONGEST_MATH)
    if not found or (wide == 2 and not text.startswith("$$", found.start())):
        return -1
    content, after = text[start + wide : found.start()], text[found.end() : found.end() + 1]
    inner = content.strip()
    if not inner:
        return -1
    return -1 if wide == 1 and _is_prose(content, inner, after) else found.start()


def _is_prose(content: str, inner: str, after: str) -> bool:
    tex, words = _TEX.search(content), _PLAIN_WORD.search(content)
    digit = inner[0].isdigit()
    if inner != content:
        symbol = len(inner) == 1 and inner.isalpha()
        return after.isdigit() or bool(digit and words) or not (_SURELY_TEX.search(content) or symbol)
    if digit:
        return after.isdigit() or bool(words and not tex)
    return inner[0].isalpha() and not tex and after.isalpha() and len(content) > 2  # `$HOME/bin:$PATH`


def is_script(text: str, at: int) -> bool:
    """Whether the `^` or `_` at `at`, outside of math, raises or lowers what follows: `R^2`, `H_{2}O`.

    An underscore without braces is part of a name, and a circumflex before a letter may be anything.
    """
    before, following, then = text[at - 1 : at] if at else "", text[at + 1 : at + 2], text[at + 2 : at + 3]
    if not before or not (before.isalnum() or before in ")]}$*'\"”’|"):
        return False
    if text[at] == "_" or following in {"{", "\\"}:
        return following == "{" or text[at] == "^"
    if following in {"+", "-", "*"}:
        return not then.isalnum() or (then.isdigit() and following != "*")
    return following.isdigit()


def is_tie(text: str, at: int) -> bool:
    """Whether the `~` at `at` binds two words, as in `Table~2`; it means “about” in `~5` and “to” in `10~50`."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if _REFERENCE.match(text, at + 1):
        return True
    if not before or not after or before.isspace() or before in "([{<=>/|~≈+-\"'“‘`@":
        return False
    return not ((before.isdigit() or before == "%") and (after.isdigit() or after.isspace()))
