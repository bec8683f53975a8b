"""A second record of a paper, as another source would write it: no id, other spelling, initials, a worn abstract."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from msgspec.structs import replace

from domain.paper import Record
from sources.entry import clean

SOURCE = "elsewhere"
_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "λ": "lambda", "μ": "mu", "π": "pi",
    "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "ω": "omega",
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_OTHER_WORDS = {
    "show": "demonstrate", "propose": "introduce", "introduce": "present", "significantly": "substantially",
    "novel": "new", "method": "approach", "approach": "method", "achieves": "attains", "large": "big",
    "improve": "enhance", "However": "Yet", "various": "several", "while": "whereas", "paper": "work",
    "uses": "employs", "existing": "current",
}  # fmt: skip


def second(record: Record, chance: random.Random) -> Record:
    """The record again, with everything changed that sources change."""
    title = record.title
    for change in (chance.choice(_SPELLINGS), chance.choice(_SPELLINGS), chance.choice(_CASES)):
        title = change(title, chance)
    # Where nobody is named, a title without an abstract would say too little for anybody.
    kinds = _ABSTRACTS if record.authors else _ABSTRACTS[:-1]
    return replace(
        record,
        title=clean(title),
        source=SOURCE,
        abstract=clean(chance.choice(kinds)(record.abstract, chance)),
        authors=chance.choice(_AUTHORS)(record.authors, chance),
        identifiers=(),
        categories=(),
        page_url="https://example.org/again",
        pdf_url="",
        announced=None,
        upvotes=None,
        raw={},
    )


# Titles.


def _as_latex(text: str, chance: random.Random) -> str:
    """Greek and raised digits as LaTeX writes them; what TeX would take for its own, escaped."""
    text = re.sub(r"(?<!\\)([%&#])", r"\\\1", text)
    for letter, name in _LETTERS.items():
        text = text.replace(letter, rf"$\{name}$")
    return re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"$^{{{found[0].translate(_RAISED)}}}$", text)


def _as_html(text: str, chance: random.Random) -> str:
    text = text.replace("&", "&amp;").replace("'", "&#8217;")
    return re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda found: f"<sup>{found[0].translate(_RAISED)}</sup>", text)


def _plain_letters(text: str, chance: random.Random) -> str:
    for letter, name in _LETTERS.items():
        text = text.replace(letter, name)
    return text


def _hyphens(text: str, chance: random.Random) -> str:
    return text.replace("-", chance.choice((" ", "‐", "–", "‑", "- " if " - " in text else "-")))


def _braces(text: str, chance: random.Random) -> str:
    """What stands in capitals in braces, as BibTeX keeps it; read back as its reader does."""
    return re.sub(r"\b([A-Z]{2,})\b", r"{\1}", text).replace("{", "").replace("}", "")


_SPELLINGS: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, _: text,
    _hyphens,
    _as_latex,
    _as_html,
    _plain_letters,
    _braces,
    lambda text, _: text + ".",
    lambda text, _: text.replace(": ", " - ", 1),
    lambda text, _: text.replace("'", "’").replace('"', "”"),
    lambda text, _: text.replace(" ", "  ", 2).replace(" ", "\n ", 1),
)
_CASES: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, _: text,
    lambda text, _: text.lower() if "\\" not in text else text,
    lambda text, _: text.upper() if "\\" not in text and "&" not in text and "<" not in text else text,
    lambda text, _: text.title() if "\\" not in text and "&" not in text and "<" not in text else text,
    lambda text, _: text[:1] + text[1:].lower() if "\\" not in text else text,
)


# Abstracts.


def _shortened(text: str, chance: random.Random) -> str:
    """The beginning, as teasers have it: some sentences, or cut in mid-word."""
    sentences = _SENTENCE.split(text)
    if chance.random() < 0.5 and len(sentences) > 3:
        return " ".join(sentences[: chance.randint(2, len(sentences) - 1)])
    return text[: max(120, chance.randint(len(text) // 4, len(text)))] + chance.choice(("…", "...", " [...]", ""))


def _revised(text: str, chance: random.Random) -> str:
    """A later version: some words put otherwise, numbers corrected, a sentence more or less."""
    words = text.split(" ")
    for at, word in enumerate(words):
        if word in _OTHER_WORDS and chance.random() < 0.3:
            words[at] = _OTHER_WORDS[word]
        elif word.isascii() and word.isdigit() and chance.random() < 0.3:
            words[at] = str(int(word) + 1)
    sentences = _SENTENCE.split(" ".join(words))
    if len(sentences) > 4 and chance.random() < 0.4:
        del sentences[chance.randrange(2, len(sentences))]
    if chance.random() < 0.3:
        sentences.append("Code is available online.")
    return " ".join(sentences)


_ABSTRACTS: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, _: text,
    lambda text, _: f"<p>Abstract: {text}</p>",
    _shortened,
    _revised,
    lambda text, chance: _shortened(_revised(text, chance), chance),
    lambda _text, _chance: "",
)


# Authors.

Names = tuple[str, ...]


def _initials(name: str) -> str:
    *given, family = name.split()
    return " ".join([*(f"{each[0]}." for each in given), family])


_AUTHORS: tuple[Callable[[Names, random.Random], Names], ...] = (
    lambda names, _: names,
    lambda names, _: tuple(map(_initials, names)),
    lambda names, _: tuple(map(_initials, names[:3])),
    lambda names, _: names[:1],
    lambda names, _: tuple(name.upper() for name in names),
    lambda names, _: tuple(reversed(names)),
)
