"""Invented papers and pages, as long and as varied as real ones, the same for the same seed."""

from __future__ import annotations

import random

NOUNS = (
    "models tokens routes letters rivers editions channels lanterns ladders gardens bridges archives harbours "
    "paths mills signals windows kettles orchards islands"
).split()
VERBS = "measure compare follow improve observe connect arrange predict collect describe".split()
ADJECTIVES = "small patient narrow early distant common careful sparse gentle robust".split()
LATEX = ("$k$", "90\\%", "\\textbf{strong}", 'na\\"ive', "$\\mathcal{O}(n^2)$", "A\\&B", "{\\em so}")


def title(chance: random.Random) -> str:
    """A title in capitals, of three to nine words."""
    words = chance.choices([*ADJECTIVES, *NOUNS, "of", "for", "with"], k=chance.randint(3, 8))
    text = " ".join(word if len(word) < 4 else word.capitalize() for word in words)
    return f"{text[0].upper()}{text[1:]} {chance.choice(NOUNS).title()}"


def abstract(chance: random.Random) -> str:
    """Some 1,000 to 1,700 characters of sentences."""
    size = chance.randint(1_000, 1_600)
    sentences: list[str] = []
    while sum(len(sentence) for sentence in sentences) < size:
        noun, other = chance.sample(NOUNS, 2)
        extra = f" and {chance.choice(LATEX)}" if chance.random() < 0.1 else ""
        sentences.append(
            f"{chance.choice(('We', 'Our studies', 'Many people'))} {chance.choice(VERBS)} "
            f"{chance.choice(ADJECTIVES)} {noun} with {other}{extra}, which {chance.choice(VERBS)} "
            f"{chance.randint(2, 99)} {chance.choice(ADJECTIVES)} {chance.choice(NOUNS)}."
        )
    return " ".join(sentences)


def papers(chance: random.Random, count: int) -> list[tuple[str, str]]:
    """Titles, each with a number of its own, and abstracts."""
    return [(f"{title(chance)} {number}", abstract(chance)) for number in range(count)]


HEADER = (
    "new",
    "Get trending papers in your email inbox!",
    "Subscribe",
    "Daily Papers",
    "byAK and the research community",
    "Jul 30",
)


def page(entries: list[tuple[str, str]], between: str = "\n\n") -> str:
    """A page of them, with its header on lines of its own."""
    return between.join([*HEADER, *(line for entry in entries for line in entry)])
