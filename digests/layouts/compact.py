"""A line a paper: title, first author, date."""

from __future__ import annotations

from digests.cards import byline, dated, menu, title
from domain.edition import Item
from domain.message import Button, Card


def card(item: Item) -> Card:
    """The paper on one line."""
    paper = item.paper
    return Card(
        paper=paper.id,
        title=title(paper, ()),
        url=paper.url,
        byline=byline(paper, names=1),
        facts=dated(paper, late=item.late),
        matched=item.queries,
        buttons=(Button("Bookmark", f"bookmark {paper.id}"),),
        menu=menu(paper),
        compact=True,
    )
