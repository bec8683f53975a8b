"""A line a paper: title, first author, date."""

from __future__ import annotations

from collections.abc import Mapping

from digests.cards import Shown, alike, buttons, byline, dated, menu
from domain.edition import Item
from domain.message import Card, line
from domain.paper import Paper


@alike
def _shown(paper: Paper) -> Shown:
    said, late = dated(paper), dated(paper, late=True)
    return Shown(
        paper.id, paper.url, byline(paper, names=1), said, late, line(paper.title), (), buttons(paper), menu(paper)
    )


def card(item: Item, _compacts: Mapping[str, str] | None = None) -> Card:
    """The paper on one line."""
    shown = _shown(item.paper)
    return Card(
        paper=shown.id,
        title=shown.title,
        url=shown.url,
        byline=shown.byline,
        facts=shown.late if item.late else shown.facts,
        matched=item.queries,
        buttons=shown.buttons,
        menu=shown.menu,
        compact=True,
    )
