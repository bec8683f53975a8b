"""A paper, what a source says of one, and the identifiers that make two records the same paper."""

from __future__ import annotations

from datetime import date, datetime

from msgspec import Struct, field

from domain.identifier import SCHEMES, Identifier, arxiv, doi, identifier

__all__ = ["SCHEMES", "Identifier", "Paper", "Record", "Rejected", "arxiv", "doi", "identifier"]


class Record(Struct, frozen=True):
    """What one source says of one paper, in readable text, before it meets the store.

    `raw` keeps title and abstract as they came, where cleaning changed them, and under other names what the source
    says besides (`keywords`, `thumbnail`, `submitter`). A `quiet` record announces nothing: it
    says something of a paper that came before, and where that is not known, it is kept for search alone.
    Dates are calendar dates as the source states them; None where it states none.
    """

    title: str
    source: str
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    published: date | None = None
    announced: date | None = None
    page_url: str = ""
    pdf_url: str = ""
    code_url: str = ""
    upvotes: int | None = None
    comments: int | None = None
    note: str = ""
    raw: dict[str, str] = field(default_factory=dict)
    where: str = ""
    quiet: bool = False


class Rejected(Struct, frozen=True):
    """Something a source carried that is no readable paper: where it stood, and why.

    `kind` is what it is instead, where that is known: a notice, an erratum, withdrawn. Empty: it could not be read.
    """

    where: str
    why: str
    kind: str = ""


class Paper(Struct, frozen=True):
    """A paper as the store knows it. A new version of a paper is the same paper.

    `first_seen` is UTC. `archived` papers came from a backfill and are never announced.
    """

    number: int
    title: str
    first_seen: datetime
    abstract: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    sources: tuple[str, ...] = ()
    published: date | None = None
    announced: date | None = None
    page_url: str = ""
    pdf_url: str = ""
    code_url: str = ""
    upvotes: int | None = None
    comments: int | None = None
    note: str = ""
    archived: bool = False

    @property
    def id(self) -> str:
        """The store's identifier, as commands take and show it: `p123`."""
        return f"p{self.number}"

    @property
    def day(self) -> date:
        """The day that `new`, `since:` and the backtest count from: announced, else published, else first seen."""
        return self.announced or self.published or self.first_seen.date()

    @property
    def dated(self) -> bool:
        """Whether a source stated a date; if not, `day` is when the paper was first seen."""
        return self.announced is not None or self.published is not None

    @property
    def text(self) -> str:
        """What stands for the abstract in search and on cards: the abstract, else the short summary."""
        return self.abstract or self.summary

    @property
    def url(self) -> str:
        """The page to read it on: the source's, else that of its first identifier, else empty."""
        return self.page_url or (self.identifiers[0].url if self.identifiers else "")
