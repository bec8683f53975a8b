"""The parts of a paper's card that every layout shares. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from domain.highlight import marked, spans
from domain.message import Button, Line
from domain.paper import Paper
from domain.query import Text

NAMES = 3


def title(paper: Paper, wanted: Iterable[Text]) -> Line:
    """The title, what matched in it marked."""
    return marked(paper.title, spans(paper.title, [leaf for leaf in wanted if leaf.field in {"", "title"}]))


def byline(paper: Paper, names: int = NAMES) -> str:
    """The first authors, and "et al." for the rest."""
    if not paper.authors:
        return ""
    return ", ".join(paper.authors[:names]) + (" et al." if len(paper.authors) > names else "")


def facts(paper: Paper, *, late: bool = False) -> tuple[str, ...]:
    """Category, popularity and date; "late" where it came after its time."""
    found = []
    if paper.categories:
        found.append(paper.categories[0])
    if paper.upvotes:
        found.append(f"▲ {paper.upvotes}")
    when = paper.announced or paper.published
    if when:
        found.append(f"{when.day} {when:%b %Y}")
    if late:
        found.append("late")
    return tuple(found)


def menu(paper: Paper) -> tuple[Button, ...]:
    """What is done with a paper less often."""
    return (
        Button("More like this", f"similar {paper.id}"),
        Button("Abstract", f"abstract {paper.id}"),
        Button("Why", f"why {paper.id}"),
        Button("👍", f"vote {paper.id} up"),
        Button("👎", f"vote {paper.id} down"),
    )
