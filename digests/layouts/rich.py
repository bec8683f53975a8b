"""A card a paper: title, authors, facts, two lines of summary, what matched, and what one can do."""

from __future__ import annotations

from functools import lru_cache

from digests.cards import byline, facts, highlighted, menu, shortened, title
from domain.compact import Words, compact, words
from domain.compact import wanted as wanted_leaves
from domain.edition import Item
from domain.message import Button, Card
from domain.parse import parse


def card(item: Item) -> Card:
    """The paper as a full card."""
    paper, wanted = item.paper, _wanted(item)
    text = shortened(paper.summary or paper.abstract)
    return Card(
        paper=paper.id,
        title=title(paper, wanted),
        url=paper.url,
        byline=byline(paper),
        facts=facts(paper, late=item.late),
        text=highlighted(text, wanted, "abstract"),
        matched=item.queries,
        buttons=(Button("Bookmark", f"bookmark {paper.id}"),),
        menu=menu(paper),
    )


def _wanted(item: Item) -> list[Words]:
    forms = item.compacts or [compact(parse(text).root) for text in item.queries]
    return [leaf for each in forms for leaf in _leaves(each)]


@lru_cache(maxsize=256)  # an edition's papers come by few queries
def _leaves(compacted: str) -> tuple[Words, ...]:
    return tuple(found for leaf in wanted_leaves(compacted) if (found := words(leaf)))
