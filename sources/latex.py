"""Reads what LaTeX is left in titles and abstracts into plain text.

No parser of the language: such text is prose with a few commands in it, often damaged, in which `%` is a
percent sign, `$5` is money and `max_len` is a name. It is read once from left to right, with a stack of open
braces, in time proportional to its length, and no word is lost whatever stands there.
"""

from __future__ import annotations

import re

from sources import signs
from sources.arguments import DEEPEST, Arguments, Open
from sources.symbols import (
    ACCENTS,
    ARGUMENTS,
    FUNCTIONS,
    MATH_ENVIRONMENTS,
    SPACES,
    SWITCHES,
    SYMBOLS,
    accented,
    composes,
    link,
    script,
)

LONGEST_LINK = 500  # characters of a link's text
_URL = r"\\*(?:https?://|www\.)(?:[^\s\\{}$<>\"`]|\\+[#_%&$]|\\+~(?:\{\})?)+"
_LOST = r"(?<![A-Za-z\\])(?:text(?:bf|it|tt|sc)|emph|underline|math(?:bf|cal|rm|bb)|url|href|cite[tp]?|footnote)(?=\{)"
_SPECIAL = re.compile(
    rf"(?P<url>{_URL})|(?P<lost>{_LOST})|\\+(?:(?P<name>[A-Za-z]+)(?:\*(?=\{{))?|(?P<sign>\S)|(?=\s|$))|[{{}}$^_~]"
)
_URL_ESCAPE = re.compile(r"^\\+|\\+([#_%&~$])(?:\{\})?")
_CONTRACTION = re.compile(r"(?:s|t|re|ll|ve|m|d)\b")
_DIMENSION = re.compile(r"\s*-?[\d.]+\s*(?:mu|em|pt|ex|in|cm|mm)\b")
_OPTION = re.compile(r"\[[^\[\]{}$\\]{0,60}\](?=\{)")
_VERBATIM = re.compile(r"([|!+/])(.{0,200}?)\1")
_ENVIRONMENT = re.compile(r"\{([A-Za-z]+)\*?\}")
_BEFORE_ACCENT = re.compile(r"\\+([ij])(?![A-Za-z])")


def plain(text: str) -> str:
    """The text without its LaTeX. Text without any is unchanged."""
    return _Reader(text).read()


class _Reader(Arguments):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.math_end = -1  # where the math that is being read ends; -1 outside
        self.math_wide = 1  # how many dollar signs end it
        self.named_end = -1  # where the last command ended that nobody knows and that is shown by name

    def read(self) -> str:
        while found := _SPECIAL.search(self.text, self.at):
            self.words(self.text[self.at : found.start()])
            self.at = found.end()
            if self.math_end < found.start():
                self.math_end = -1
            self._special(found)
        self.words(self.text[self.at :])
        while len(self.open) > 1:
            self.abandon()
        return "".join(self.open[0].out)

    # One special sign at a time.

    def _special(self, found: re.Match[str]) -> None:
        whole = found.group()
        if found["url"]:
            self._url(whole)
        elif found["lost"] or found["name"]:
            self._command(found["name"] or whole, found.start())
        elif found["sign"]:
            self._escaped(found["sign"], found.start())
        elif whole[0] == "\\":
            self.emit(" " if self.next() or len(whole) > 1 else whole)
        else:
            self._sign(whole, found.start())

    def _sign(self, sign: str, start: int) -> None:
        if sign == "{":
            self._brace()
        elif sign == "}":
            self.end_items()
            if len(self.open) > 1:
                self.close_braced()
            else:
                self.emit("}")
        elif sign == "$":
            self._dollar(start)
        elif sign == "~":
            self.emit(" " if self.math_end >= 0 or signs.is_tie(self.text, start) else "~")
        else:
            self._script(sign, start)

    def _url(self, whole: str) -> None:
        url = _URL_ESCAPE.sub(r"\1", whole)
        # `\href` that lost its name, or its brace too; but `https://host/{id}/path` is an address.
        brace = self.at + (self.next() == "}" and len(self.open) == 1)
        end = self.text.find("}", brace + 1, brace + LONGEST_LINK)
        after = self.text[end + 1 : end + 2]
        named = self.text[brace : brace + 1] == "{" and end > 0 and len(self.open) < DEEPEST
        if not named or after in {"/", "?", "&", "=", "-", "_"} or after.isalnum():
            self.emit(url)
            return
        self.at = brace + 1
        self.open.append(Open(link, self.at - 1, args=[url]))

    def _brace(self) -> None:
        if len(self.open) >= DEEPEST:
            self.emit("{")
        else:
            glued = self.at - 1 == self.argument_end
            self.open.append(Open(None, self.at - 1, again="{", math=self.math_end >= 0, latex=glued))

    def _command(self, name: str, start: int) -> None:
        self.mark_latex(start)
        before = self.text[start - 1 : start]
        if self.math_end < 0 and name[0] == "n" and name[1:2].isupper():
            self.emit(" " + name[1:])  # an escaped line end before a sentence
        elif name in {"begin", "end"}:
            self._environment(name)
        elif name == "verb" and (found := _VERBATIM.match(self.text, self.at)):
            self.at = found.end()
            self.emit(found[2])
        elif name in {"mkern", "kern", "hskip", "vskip", "mskip"}:
            dimension = _DIMENSION.match(self.text, self.at)
            self.at = dimension.end() if dimension else self.at
        elif name in ACCENTS:
            self._accent_command(name, before)
        elif name in SYMBOLS:
            self._symbol(name, before)
        elif name in SPACES:
            self.emit(" ")
        else:
            self._argument(name, start, before)

    def _argument(self, name: str, start: int, before: str) -> None:
        option = _OPTION.match(self.text, self.at)
        at = option.end() if option else self.at
        while name in ARGUMENTS and self.text[at : at + 1] == " " and self.text[at + 1 : at + 2] == "{":
            at += 1
        if self.text[at : at + 1] == "{" and self.text[at : at + 2] != "{}" and len(self.open) < DEEPEST:
            self.at = at + 1
            if name in {"url", "href", "hyperlink"} and (before.isalnum() or before in ".,:;)"):
                self.open[-1].out.append(" ")  # `GitHub\url{…}`
            wants, become = ARGUMENTS.get(name, (1, "".join))
            self.open.append(Open(become, at, wants=wants, math=self.math_end >= 0))
            return
        if self.text.startswith("{}", self.at):
            self.at += 2
        if name in {"frac", "sqrt"} and self.next().isalnum():
            self.open.append(Open(ARGUMENTS[name][1], self.at, braced=False))
        elif name in SWITCHES or name in ARGUMENTS:
            delimiter = self.next() == "." and name in {"left", "right"}
            if delimiter or (self.next() == " " and self.open[-1].braced and self._after_space()):
                self.at += 1
        elif before and (before.isalnum() or before == ":") and self.math_end < 0 and start != self.named_end:
            self.emit("\\" + name)  # a path, or code
        else:
            self.emit(name if len(name) > 1 or name.isupper() else "\\" + name)
            self.named_end = self.at

    def _after_space(self) -> bool:
        """Whether a switch's own space may go: something was written before, which ends in one."""
        written = self.open[-1].out
        return not written or not written[-1] or written[-1][-1].isspace()

    def _environment(self, name: str) -> None:
        found = _ENVIRONMENT.match(self.text, self.at)
        if not found:
            self.emit(name)
            return
        self.at = found.end()
        if found[1] not in MATH_ENVIRONMENTS:
            self.emit(" ")
        elif name == "begin":
            self.math_end = max(
                self.math_end, self.text.find("\\end{" + found[1], self.at, self.at + signs.LONGEST_MATH)
            )
        else:
            self.math_end = -1

    def _symbol(self, name: str, before: str) -> None:
        shown = SYMBOLS[name]
        if self.text.startswith("{}", self.at):
            self.at += 2
        if shown.endswith(".") and self.next() == ".":
            self.at += 1
        if self.math_end >= 0:
            following = self.text[self.at + 1 : self.at + 3]
            if name in FUNCTIONS:
                shown = f" {shown}" if before.isalnum() else shown
            elif self.next() == " " and before != " " and following[:1].isalnum() and not following.isalpha():
                self.at += 1
        self.emit(shown)

    def _accent_command(self, name: str, before: str) -> None:
        following = self.next()
        spaced = following == " " and len(name) == 1
        if following == "{" and len(self.open) < DEEPEST:
            self.at += 1
            self.open.append(Open(lambda args: accented(name, args[0]), self.at - 1))
        elif self._takes_letter(name, before) and len(self.open) < DEEPEST:
            self.open.append(Open(lambda args: accented(name, args[0]), self.at, braced=False))
        elif spaced:
            self.at += 1  # an author's own `\b bold`
        else:
            self.emit(("\\" if len(name) == 1 else "") + name)

    def _takes_letter(self, name: str, before: str) -> bool:
        """Whether an accent without braces is one: before a letter in math, or within a word, `Ho\\v cevar`."""
        if len(name) > 1:
            return self.math_end >= 0 or self.next() == "\\"
        return self.next() == " " and before.isalpha() and self.text[self.at + 1 : self.at + 2].isalpha()

    def _escaped(self, sign: str, start: int) -> None:
        self.mark_latex(start)
        if sign in "([":
            end = self.text.find("\\" + {"(": ")", "[": "]"}[sign], self.at, self.at + signs.LONGEST_MATH)
            if self.math_end < 0 and end > 0:
                self.math_end = end
            else:
                self.emit(sign)
        elif sign in ")]":
            if start <= self.math_end < self.at:
                self.end_items()
                self.math_end = -1
            else:
                self.emit(sign)
        elif sign in ",;:> ":
            self.emit(" ")
        elif sign in "!/-@":
            pass
        elif sign in ACCENTS:
            self._accent_sign(sign)
        else:
            self.emit(sign)

    def _accent_sign(self, sign: str) -> None:
        following = self.next()
        dotless = _BEFORE_ACCENT.match(self.text, self.at)
        if following == "{" and len(self.open) < DEEPEST:
            self.at += 1
            self.open.append(Open(lambda args: accented(sign, args[0]), self.at - 1))
        elif dotless:
            self.at = dotless.end()
            self.emit(accented(sign, dotless[1]))
        elif following.isalpha() and composes(sign, following) and not self._contracts(sign):
            self.at += 1
            self.emit(accented(sign, following))
        else:
            self.emit(sign)

    def _contracts(self, sign: str) -> bool:
        """Whether a backslash only guards an apostrophe, as in `model\\'s`."""
        return sign == "'" and _CONTRACTION.match(self.text, self.at) is not None

    # Math.

    def _dollar(self, start: int) -> None:
        if self.math_end < 0:
            wide = 2 if self.text.startswith("$$", start) else 1
            end = signs.math_end(self.text, start, wide)
            if end < 0:
                self.emit("$")
            else:
                self.at = start + wide
                self.math_end, self.math_wide = end, wide
        elif start == self.math_end:
            self.end_items()
            self.math_end = -1
            self.at = start + self.math_wide
            self.trim()

    def _script(self, sign: str, start: int) -> None:
        following = self.next()
        if self.math_end < 0 and not signs.is_script(self.text, start):
            self.emit(sign)
        elif following == "{" and len(self.open) < DEEPEST:
            self.at += 1
            self.open.append(Open(lambda args: script(sign, args[0]), self.at - 1, again=sign + "{", math=True))
        elif following and following not in "}$^_~" and len(self.open) < DEEPEST:
            self.open.append(Open(lambda args: script(sign, args[0]), start, braced=False, again=sign))
        else:
            self.emit(sign)
