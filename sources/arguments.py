"""The open braces and arguments of a text that is being read, and what is read of each so far."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

DEEPEST = 50  # open at once; deeper braces are text
_MORE = re.compile(r" ?\{")
_ITEM = re.compile(r"\s*([-+−]?\d+|\S)")
_SCRIPT = re.compile(r"\s*([-+−]?\d+|[A-Za-z]{3,}|\S)")  # `L_train` means all of the word
_PUNCTUATION = re.compile(r"[-,.:;=]+")
_WHOLE_URL = re.compile(r"https?://\S+")


@dataclass(slots=True)
class Open:
    """An argument or a group that is being read: what it becomes, and what is read of it so far."""

    become: Callable[[list[str]], str] | None  # None: a group of nobody's
    start: int
    braced: bool = True
    again: str = ""  # what stands for it in the text again, should its end never come
    wants: int = 1
    math: bool = False
    latex: bool = False  # its braces are LaTeX's own
    args: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)


class Arguments:
    """A stack: what is read goes into the innermost argument, which when it ends goes into the one around it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.argument_end = -1  # where the last argument ended
        self.open = [Open(None, 0)]

    def emit(self, text: str) -> None:
        """Write one item; an argument without braces ends with it."""
        self.open[-1].out.append(text)
        while text and not self.open[-1].braced:
            text = self.close()

    def words(self, text: str) -> None:
        """Write plain text, of which an argument without braces takes the first item."""
        while text and not self.open[-1].braced:
            item = (_SCRIPT if self.open[-1].again else _ITEM).match(text)
            if not item:
                return
            self.emit(item[1])
            text = text[item.end() :]
        if text:
            self.open[-1].out.append(text)

    def close(self) -> str:
        """End the innermost argument, at `self.at`, and put what it becomes into the one around it."""
        done = self.open.pop()
        content = "".join(done.out)
        if done.become is None:
            shown = self._group(done, content)
        else:
            done.args.append(content)
            if done.wants > 1 and (more := _MORE.match(self.text, self.at)):
                self.at = more.end()
                self.open.append(Open(done.become, self.at - 1, wants=done.wants - 1, math=done.math, args=done.args))
                return ""
            shown = done.become(done.args)
            self.argument_end = self.at
        if content and not shown:
            self.trim()
        self.open[-1].out.append(shown)
        return shown

    def trim(self) -> None:
        """Take back the space before what left nothing, where a sign follows that stands close."""
        written = self.open[-1].out
        if written and self.next() in {"", " ", ".", ",", ";", ":", ")"}:
            written[-1] = written[-1].rstrip()

    def _group(self, done: Open, content: str) -> str:
        following = self.next()
        bare = (
            done.math
            or done.latex
            or _PUNCTUATION.fullmatch(content)
            or _WHOLE_URL.fullmatch(content)
            or (len(content) <= 3 and content.isalpha() and following.isalpha())
        )
        if not bare:
            return f"{{{content}}}"
        if done.latex:
            self.mark_latex(done.start)
        return content

    def abandon(self) -> None:
        """Give up an argument whose end never comes: what it holds is text."""
        done = self.open.pop()
        self.open[-1].out.append((done.again if not done.latex else "") + "".join([*done.args, *done.out]))

    def end_items(self) -> None:
        """Give up the arguments without braces that still wait for their item."""
        while not self.open[-1].braced:
            self.abandon()

    def next(self) -> str:
        """The character that comes next; empty at the end."""
        return self.text[self.at : self.at + 1]

    def mark_latex(self, start: int) -> None:
        """Braces that open with a command are LaTeX's own, `{\\em so}`, and not the text's."""
        innermost = self.open[-1]
        if start - innermost.start <= 3 and not self.text[innermost.start + 1 : start].strip():
            innermost.latex = True

    def close_braced(self) -> None:
        """End the innermost argument at its brace, and those without braces that were waiting for it."""
        shown = self.close()
        while shown and not self.open[-1].braced:
            shown = self.close()
