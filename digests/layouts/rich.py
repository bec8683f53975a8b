"""A card a paper: title, authors, facts, two lines of summary, what matched, and what one can do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from digests.cards import Shown, alike, buttons, byline, facts, highlighted, menu, shortened, title
from domain.compact import Words, compact, words
from domain.compact import wanted as wanted_leaves
from domain.edition import Item
from domain.message import Card
from domain.paper import Paper
from domain.parse import parse


@alike
def _shown(paper: Paper) -> Shown:
    said, late = facts(paper), facts(paper, late=True)
    text = shortened(paper.summary or paper.abstract)
    return Shown(paper.id, paper.url, byline(paper), said, late, text, buttons(paper), menu(paper))


def card(item: Item, compacts: Mapping[str, str] | None = None) -> Card:
    """The paper as a full card. `compacts`: its queries as domain/compact.py has them, where they are at hand."""
    shown, wanted = _shown(item.paper), _wanted(item, compacts or {})
    return Card(
        paper=shown.id,
        title=title(item.paper, wanted),
        url=shown.url,
        byline=shown.byline,
        facts=shown.late if item.late else shown.facts,
        text=highlighted(shown.text, wanted, "abstract"),
        matched=item.queries,
        buttons=shown.buttons,
        menu=shown.menu,
    )


def _wanted(item: Item, compacts: Mapping[str, str]) -> tuple[Words, ...]:
    forms = [compacts.get(text) or compact(parse(text).root) for text in item.queries]
    return _leaves(forms[0]) if len(forms) == 1 else tuple([leaf for each in forms for leaf in _leaves(each)])


@lru_cache(maxsize=256)  # an edition's papers come by few queries
def _leaves(compacted: str) -> tuple[Words, ...]:
    return tuple([found for leaf in wanted_leaves(compacted) if (found := words(leaf))])
