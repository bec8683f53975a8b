"""Papers whose texts go wrong: for what Slack makes of them."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from pathlib import Path

from bot.render.text import one_line
from domain.paper import Paper, Record
from sources.files import read_file
from tests.bot.messages import NASTY
from tests.papers import NOW, TODAY, abstract, arxiv
from tests.shared import shared

ODD = (
    *NASTY,
    "<!channel> <!here> <!everyone> @channel @here @everyone",
    "<@U024BE7LH> <#C024BE7LR|general> <!subteam^SAZ94GDB8>",
    "<https://evil.example|arxiv.org> <mailto:a@b.example|x>",
    "*bold* _italic_ ~struck~ `code` ```block```",
    "> quoted &gt; quoted",
    "a | b || c",
    "* a\n* b\n1. c",
    "`` ` ``` ``",
    ":tada: :smile: :+1: std::vector at 10:30:15",
    "🧪👩‍🔬🏳️‍🌈👍🏽 Emoji in a title 🇫🇷",
    r"$\mathcal{O}(n^2)$ \emph{bounds} for $L_p$ & \textbf{more} \$5",
    r"Learning $p(x \mid y) < \epsilon$ \& $\|x\|_2 > 1$",
    "تعلم عميق للغة العربية",
    "למידה עמוקה mixed with English and 123",
    "深層学習による画像生成",
    "Zo\u0308e\u0301 combining \u0915\u094d\u0937",
    "zero\u200bwidth\ufeffand\u00adsoft",
    "&amp; &lt;!channel&gt; &#64;here",
    "http://bare.example/path?q=1&r=2 and www.example.org",
    "\x00\x01\x02control\x1f\x7f\x85characters\u2028\u2029",
    "x" * 300,
    "word " * 120,
    "\u202eright\u202c to \u2066left\u2069",
    "#hash @name /papers search me",
    "Ω ≈ ç √ ∫ ˜ µ ≤ ≥ ÷",
)


def made(count: int = 400, seed: int = 7) -> list[Paper]:
    """Invented papers; every odd text is in every place once, and then they are mixed."""
    dice = random.Random(seed)
    many = tuple(f"A. U. Thor{n}" for n in range(3303))
    huge = Paper(1, "By everybody", NOW, abstract="Long. " * 2667, authors=many, identifiers=(arxiv(1),))
    found = [huge]
    for number, (text, place) in enumerate(itertools.product(ODD, ("title", "abstract", "authors", "categories")), 2):
        found.append(_paper(number, {place: text}))
    while len(found) < count:
        places = {place: dice.choice(ODD) for place in ("title", "abstract", "authors", "categories", "url")}
        found.append(_paper(len(found) + 1, places))
    return found[:count]


def _paper(number: int, places: dict[str, str]) -> Paper:
    return Paper(
        number,
        f"{places.get('title', 'A quiet title')} no {number}",
        NOW,
        abstract=places.get("abstract") or abstract(number),
        authors=(places.get("authors") or "Ada Adler", "Emre Ito"),
        categories=(places.get("categories") or "cs.CL",),
        identifiers=(arxiv(number),),
        announced=TODAY,
        page_url=f"https://example.org/{places.get('url', number)}",
        upvotes=number % 50,
    )


def real(folder: Path, count: int = 600, seed: int = 7) -> list[Paper]:
    """Papers of the shared corpora as the readers of files take them."""
    found: list[Paper] = []
    for name in ("arxiv_cs_2025", "hf_daily_2024"):
        with gzip.open(shared(f"data/corpora/{name}.jsonl.gz"), "rt", encoding="utf-8") as lines:
            taken = random.Random(seed).sample(list(itertools.islice(lines, 4_000)), count // 2)
        path = folder / f"{name}.jsonl"
        path.write_text("".join(line for line in taken if json.loads(line)["title"]), encoding="utf-8")
        for record in read_file(path):
            if isinstance(record, Record):
                found.append(
                    Paper(
                        len(found) + 1,
                        record.title,
                        NOW,
                        record.abstract,
                        record.summary,
                        record.authors,
                        record.categories,
                        record.identifiers,
                        announced=record.announced,
                        page_url=record.page_url,
                        upvotes=record.upvotes,
                    )
                )
    return found


def readable(paper: Paper) -> str:
    """The title as a person should read it."""
    return one_line(paper.title)
