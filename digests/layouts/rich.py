"""A card a paper: title, authors, facts, two lines of summary, what matched, and what one can do."""

from __future__ import annotations

from digests.cards import byline, facts, menu, title
from domain.edition import Item
from domain.highlight import marked, spans
from domain.message import Button, Card
from domain.parse import parse
from domain.query import Text

SUMMARY = 280  # characters: about two lines where chats are read


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
        text=marked(text, spans(text, wanted)),
        matched=item.queries,
        buttons=(Button("Bookmark", f"bookmark {paper.id}"),),
        menu=menu(paper),
    )


def _wanted(item: Item) -> list[Text]:
    return [leaf for text in item.queries for leaf in parse(text).wanted()]


def shortened(text: str, limit: int = SUMMARY) -> str:
    """The beginning of a text, cut at a word."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return (cut.rsplit(None, 1)[0] if " " in cut else cut).rstrip(",;:–- ") + "…"
