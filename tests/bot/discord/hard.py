"""Papers that are hard to show: titles and abstracts that mean something to Discord, too long, or hardly text."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from domain.paper import Record
from tests.papers import arxiv, doi
from tests.shared import SHARED

TITLES = (
    "@everyone Attention is here @here for <@81384788765712384> and <@&81384788765712385>",
    "*Stars* and **more stars** in ***galaxies***, 2 * 3 * 4",
    "snake_case_names, __dunder__ methods, _emphasis_ and a_b_c",
    "`code` in ``titles`` and ```blocks``` of it",
    "Conditional p(x | y) || spoilers || and |absolute| values",
    "> Quoted titles >>> and x > y",
    "# Headings are no titles ## at all",
    "-# Small print",
    "- Lists 1. of 2. things",
    "1. Numbered titles",
    "$O(n^2)$ bounds for $\\alpha_{i}$-fair $\\mathcal{L}_2$ \\emph{regret}: \\$5",
    "\\textbf{Escapes} \\_ \\* \\\\ and a backslash at the end \\",
    "[Brackets](https://evil.example) and [an open one, ](x) too",
    "A single [ bracket, and ] another",
    "<t:1618953630:R> <:name:123456789012345678> <#81384788765712384> </papers search:1>",
    ":smile: :fire: 12:30:45 a::b ::",
    "~~Struck~~ ~titles~",
    "https://evil.example/x?a=b_c_d and http://other.example",
    "Read <https://evil.example> now",
    "推理模型的扩展：一项研究",
    "نماذج اللغة الكبيرة \u202etxt.exe\u202c والعربية",
    "עברית *ו* English `code`",
    "Emoji 😀👩‍👩‍👧‍👦🏳️‍🌈 in titles 🔥🔥🔥",
    "Control \x00\x01\x07\x1b[31m signs \x85 and\u2028separators\r\nlines",
    "Zalgo t\u0336\u035c\u0321e\u0334x\u0337\u0322t",
    "¯\\_(ツ)_/¯ as a method",
    "x" * 300,
    "word " * 120,
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 " * 60,
    "?",
    "...",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "C++ and C# @ 100% &amp; <b>bold</b> <!channel>",
)
LONG = "The models improve, we say, and we say it again: *here*, `there` and @everyone. "


def made(count: int, seed: int = 5) -> Iterator[Record]:
    """Each of the titles, one with 3,303 authors, one with an abstract of 16,000 characters; then mixtures."""
    dice = random.Random(seed)
    for number in range(count):
        title = TITLES[number] if number < len(TITLES) else _mixed(dice)
        authors = tuple(f"Author {n} *von* _Test_" for n in range(3_303 if number == 3 else dice.randrange(4)))
        abstract = (LONG * 300)[:16_000] if number == 4 else _mixed(dice) * dice.randrange(1, 6)
        yield Record(
            f"{title} №{number}",
            "made",
            abstract,
            authors=authors,
            categories=("cs.CL",),
            identifiers=(doi(number),),
            announced=datetime.now(UTC).date(),
            page_url=f"https://example.org/a_(b)_*c*/{number}?q=<x>|y&z=[1]",
        )


def _mixed(dice: random.Random) -> str:
    words = [word for title in TITLES[:27] for word in title.split(" ") if len(word) < 40]
    glue = dice.choice([" ", " ", "", "*", "_", "|", "`", "\n"])
    return glue.join(dice.choice(words) for _ in range(dice.randrange(3, 25))) + " end"


def real(count: int) -> list[Record]:
    """Papers of the shared data, as if they came today; none where that is not."""
    path = SHARED / "data" / "corpora" / "arxiv_cs_2025.jsonl.gz"
    if not path.exists():
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        there = [json.loads(text) for text in islice(lines, 0, 8 * count, 8)]
    return [
        Record(
            f"{each['title']} №r{number}",
            "arxiv",
            each["abstract"],
            authors=tuple(each.get("authors") or ()),
            categories=tuple(each.get("categories") or ()),
            identifiers=(arxiv(number),),
            announced=datetime.now(UTC).date(),
            page_url=each.get("url") or "",
        )
        for number, each in enumerate(there)
    ]
