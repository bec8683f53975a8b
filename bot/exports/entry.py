"""What an export is made of: a paper that someone kept, and what the formats ask of it."""

from __future__ import annotations

import re
from datetime import date

from msgspec import Struct

from domain.paper import Paper

# What arXiv calls its categories: an archive, and mostly a subject class after a point.
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]{2}|\.[a-z]+(?:-[a-z]+)*)?")


class Entry(Struct, frozen=True):
    """A paper with the note and the tags (without their #) of the person who kept it."""

    paper: Paper
    note: str = ""
    tags: tuple[str, ...] = ()

    @property
    def arxiv(self) -> str:
        """The paper's arXiv id, or empty."""
        return self._identifier("arxiv")

    @property
    def doi(self) -> str:
        """The paper's DOI, or empty."""
        return self._identifier("doi")

    @property
    def primary_category(self) -> str:
        """The arXiv category that stands first, or empty."""
        first = next(iter(self.paper.categories), "")
        return first if self.arxiv and _CATEGORY.fullmatch(first) else ""

    @property
    def date(self) -> date | None:
        """When it appeared, as its sources say; None if they do not."""
        return self.paper.published or self.paper.announced

    def _identifier(self, scheme: str) -> str:
        return next((named.value for named in self.paper.identifiers if named.scheme == scheme), "")
