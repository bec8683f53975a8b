"""A card a paper: title, authors, facts, two lines of summary, what matched, and what one can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from digests.cards import Shown, alike, buttons, byline, facts, marked_in, menu, shortened
from domain.compact import Words, compact, words
from domain.compact import wanted as wanted_leaves
from domain.edition import Item
from domain.message import Card, line
from domain.paper import Paper
from domain.parse import parse


@alike
def _shown(paper: Paper) -> Shown:
    said, late = facts(paper), facts(paper, late=True)
    title, text = line(paper.title), line(shortened(paper.summary or paper.abstract))
    return Shown(paper.id, paper.url, byline(paper), said, late, title, text, buttons(paper), menu(paper))


def card(item: Item, compacts: Mapping[str, str] | None = None) -> Card:
    """The paper as a full card. `compacts`: its queries as domain/compact.py has them, where they are at hand."""
    shown = _shown(item.paper)
    in_title, in_text = _wanted(item.queries, compacts or {})
    return Card(
        paper=shown.id,
        title=marked_in(shown.title, in_title),
        url=shown.url,
        byline=shown.byline,
        facts=shown.late if item.late else shown.facts,
        text=marked_in(shown.text, in_text),
        matched=item.queries,
        buttons=shown.buttons,
        menu=shown.menu,
    )


_Wanted: TypeAlias = tuple[tuple[Words, ...], tuple[Words, ...]]  # in the title, and in the text


def _wanted(queries: Sequence[str], compacts: Mapping[str, str]) -> _Wanted:
    found = [_leaves(compacts.get(text) or compact(parse(text).root)) for text in queries]
    if len(found) == 1:  # as most papers come
        return found[0]
    return tuple(chain.from_iterable(of for of, _ in found)), tuple(chain.from_iterable(of for _, of in found))


@lru_cache(maxsize=256)  # an edition's papers come by few queries
def _leaves(compacted: str) -> _Wanted:
    all_ = [found for leaf in wanted_leaves(compacted) if (found := words(leaf))]
    in_title, in_text = ([leaf for leaf in all_ if leaf.field in ("", field)] for field in ("title", "abstract"))
    return tuple(in_title), tuple(in_text)
