"""The parts of a paper's card that every layout shares. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from domain.compact import Words
from domain.highlight import marked, spans
from domain.message import Button, Line
from domain.paper import Paper
from domain.query import Text

NAMES = 3
SUMMARY = 280  # characters: about two lines where chats are read
_ALIKE = 4_000  # papers of which that is kept


def title(paper: Paper, wanted: Iterable[Text | Words]) -> Line:
    """The title, what matched in it marked."""
    return highlighted(paper.title, wanted, "title")


def highlighted(text: str, wanted: Iterable[Text | Words], field: str) -> Line:
    """A text, marked where it matched as this field of a paper."""
    return marked(text, spans(text, [leaf for leaf in wanted if not leaf.field or leaf.field == field]))


def marked_in(shown: Line, wanted: Iterable[Text | Words]) -> Line:
    """A line of one plain span, or of none, marked where it says what is wanted; where it does not, that same line."""
    ranges = spans(shown[0].text, wanted) if shown and wanted else []
    return marked(shown[0].text, ranges) if ranges else shown


def shortened(text: str, limit: int = SUMMARY) -> str:
    """The beginning of a text, cut between words; inside one only where that alone is most of it."""
    text = text.strip()
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if not text[limit - 1].isspace():
        whole = cut.rsplit(None, 1)[0]
        cut = whole if len(whole) > limit // 2 else cut
    return re.sub(r"[\s,;:–-]+\Z", "", cut) + "…"


class Shown(NamedTuple):
    """What a layout shows of a paper in every channel alike."""

    id: str
    url: str
    byline: str
    facts: tuple[str, ...]
    late: tuple[str, ...]  # the facts where it came late
    title: Line  # this and the text as they are where nothing is marked in them
    text: Line
    buttons: tuple[Button, ...]
    menu: tuple[Button, ...]


def alike(show: Callable[[Paper], Shown]) -> Callable[[Paper], Shown]:
    """The same, made once as long as the paper is the same value: a round shows one in many channels."""
    known: dict[int, tuple[Paper, Shown]] = {}

    def shown(paper: Paper) -> Shown:
        of, found = known.get(paper.number, (None, None))
        if found is None or of is not paper:
            if len(known) >= _ALIKE:
                known.clear()
            found = show(paper)
            known[paper.number] = paper, found
        return found

    return shown


def byline(paper: Paper, names: int = NAMES) -> str:
    """The first authors, and "et al." for the rest."""
    return ", ".join(paper.authors[:names]) + (" et al." if len(paper.authors) > names else "")


def facts(paper: Paper, *, late: bool = False) -> tuple[str, ...]:
    """Category, popularity and date; "late" where it came after its time."""
    found = []
    if paper.categories:
        found.append(paper.categories[0])
    if paper.upvotes:
        found.append(f"▲ {paper.upvotes}")
    return (*found, *dated(paper, late=late))


def dated(paper: Paper, *, late: bool = False) -> tuple[str, ...]:
    """The date alone, where a source states one; "late" where it came after its time."""
    when = paper.announced or paper.published
    found = (f"{when.day} {when:%b %Y}",) if when else ()
    return (*found, "late") if late else found


def buttons(paper: Paper) -> tuple[Button, ...]:
    """What is done with a paper."""
    return (Button("Bookmark", f"bookmark {paper.id}"),)


def menu(paper: Paper) -> tuple[Button, ...]:
    """What is done with a paper less often."""
    return (
        Button("More like this", f"similar {paper.id}"),
        Button("Abstract", f"abstract {paper.id}"),
        Button("Why", f"why {paper.id}"),
        Button("👍", f"vote {paper.id} up"),
        Button("👎", f"vote {paper.id} down"),
    )
