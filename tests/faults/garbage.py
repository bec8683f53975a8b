"""Text that nobody should type, seeded: what parsers, importers and commands must live through."""

from __future__ import annotations

import random
import string

_PIECES = (
    "'; DROP TABLE papers; --",
    '" OR 1=1 --',
    "NEAR(a b, 3)",
    "title : x",
    "{title abstract} : x",
    "papers_fts MATCH",
    "<script>alert(1)</script>",
    "<b onmouseover=x>",
    "&lt;i&gt;",
    "<!channel>",
    "<@U123|x>",
    "@everyone",
    "*bold* _it_ ~no~ `code`",
    "[a](javascript:x)",
    "||spoiler||",
    "```",
    "\x1b[31mred\x1b[0m",
    "\x00",
    "\r\n",
    "\u202e",
    "\u200b",
    "\ud800",
    "\ufffe",
    "e\u0301" * 30,
    "👩‍👩‍👧‍👦",
    "推理",
    "العربية",
    "हिन्दी",
    "ﷺ",
    "İ",
    "ß",
    "$\\alpha^{2}$",
    "\\textbf{",
    "{" * 40,
    "$" * 9,
    "%",
    "(" * 30,
    ")" * 3,
    '"',
    "“",
    "-" * 5,
    "*",
    "AND",
    "OR",
    "NOT",
    "title:",
    "since:99999d",
    "since:2026-02-30",
    "before:0001-01-01",
    "upvotes:>=",
    "cat:",
    "id:",
    "is:is:",
    "https://arxiv.org/abs/",
    "10.1000/(((",
    "arXiv:2402.16107v",
    "#tag",
    "to:me",
    "p1",
    "p99999999999999999999",
    "1e309",
    "-1",
    "½",
    "０９",
    "model",
    "diffusion",
    '"language model"',
)


def garbage(chance: random.Random, longest: int = 400) -> str:
    """A random text: pieces known to hurt, letters, any Unicode; now and then a very long one."""
    size = chance.choice((3, 10, 40, longest))
    if chance.random() < 0.004:
        size = 100_000
    parts: list[str] = []
    length = 0
    while length < size:
        kind = chance.random()
        if kind < 0.55:
            part = chance.choice(_PIECES)
        elif kind < 0.8:
            part = "".join(chance.choices(string.printable, k=chance.randint(1, 12)))
        else:
            part = "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 6)))
        parts += [part, chance.choice(("", " ", " "))]
        length += len(part)
    return "".join(parts)[: size + 50]
