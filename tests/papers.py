"""Papers and records for tests, with texts that we invented."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import Any

from domain.identifier import Identifier
from domain.paper import Paper, Record

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)  # a Monday
TODAY = NOW.date()

_SUBJECTS = (
    "diffusion retrieval planning alignment pruning distillation tokenization routing caching scheduling".split()
)
_THINGS = "models agents transformers benchmarks decoders embeddings policies rewards graphs kernels".split()
_WAYS = "sparse causal contrastive adaptive hierarchical robust federated lazy spectral modular".split()
_VERBS = "improves replaces explains accelerates questions bounds measures repairs simplifies unifies".split()
_FIRST = "Ada Bela Chiara Deniz Emre Fatou Goran Hana Ines Jun".split()
_LAST = "Adler Brandt Costa Duarte Ekberg Farkas Grimaldi Hoffmann Ito Jansen".split()
_CATEGORIES = "cs.CL cs.LG cs.CV cs.AI stat.ML math.OC".split()


def arxiv(number: int) -> Identifier:
    """The identifier of an invented arXiv paper."""
    return Identifier("arxiv", f"2611.{number:05d}")


def doi(number: int) -> Identifier:
    """The identifier of an invented DOI."""
    return Identifier("doi", f"10.5555/{number}")


def record(title: str = "Lazy caching of graphs", source: str = "arxiv", **more: Any) -> Record:
    """A record that says little more than what is given."""
    return Record(title, source, **more)


def paper(number: int = 1, title: str = "Lazy caching of graphs", **more: Any) -> Paper:
    """A paper first seen now, announced today unless told otherwise."""
    given: dict[str, Any] = {"first_seen": NOW, "announced": TODAY, **more}
    return Paper(number, title, **given)


def abstract(seed: int, sentences: int = 4) -> str:
    """An abstract that only this seed has."""
    dice = random.Random(seed)
    said = [
        f"{dice.choice(_WAYS).capitalize()} {dice.choice(_SUBJECTS)} of {dice.choice(_THINGS)} "
        f"{dice.choice(_VERBS)} {dice.choice(_WAYS)} {dice.choice(_THINGS)} in {dice.randrange(2, 99)} settings."
        for _ in range(sentences)
    ]
    return f"Study {seed}. " + " ".join(said)


def records(count: int, seed: int = 0, *, announced: date | None = TODAY, source: str = "arxiv") -> list[Record]:
    """Different papers, as one source might bring them."""
    dice = random.Random(seed)
    return [
        Record(
            f"{dice.choice(_WAYS).capitalize()} {dice.choice(_SUBJECTS)} for {dice.choice(_THINGS)}, part {number}",
            source,
            abstract=abstract(seed * 100_000 + number),
            authors=tuple(f"{dice.choice(_FIRST)} {dice.choice(_LAST)}" for _ in range(dice.randrange(1, 5))),
            categories=tuple(dice.sample(_CATEGORIES, dice.randrange(1, 3))),
            identifiers=(arxiv(seed * 1_000 + number),),
            announced=announced,
            page_url=f"https://example.org/papers/{seed}/{number}",
            upvotes=dice.choice([None, 0, 3, 12, 40]),
        )
        for number in range(1, count + 1)
    ]
