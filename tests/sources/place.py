"""A local arXiv, a store, and the source between them; and a week to look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import text

from db import papers, runs
from db.store import Store
from domain.paper import Paper
from sources.answer import Patience
from sources.arxiv import Arxiv
from sources.fetcher import Fetcher
from sources.ingest import fetch
from tests.sources.local import LocalArxiv, days_from

MON = date(2026, 3, 2)
TUE, WED, THU, FRI, SAT, SUN, NEXT_MON = days_from(MON + timedelta(days=1), 7)
QUICK = Patience(connect=2, silence=0.3, total=2, tries=2, pause=0.01, longest=0.2)


class Place:
    """A local arXiv, a store, and the source between them."""

    def __init__(self, store: Store, url: str, there: LocalArxiv, **settings: str) -> None:
        self.store = store
        self.there = there
        given = {"categories": "cs.CL", "url": url, **settings}
        self.source = Arxiv(given, Fetcher(patience=QUICK, store=store.path))

    async def look(self, now: datetime, shown: date | None = None) -> runs.Run:
        """Look once, with the feed showing the announcement of a day."""
        self.there.today = shown or now.astimezone(UTC).date()
        return await fetch(self.store, self.source, lambda: now)

    def papers(self) -> dict[str, Paper]:
        with self.store.reading() as connection:
            numbers = connection.execute(text("SELECT number FROM papers")).scalars()
            return {paper.identifiers[0].value: paper for paper in papers.load(connection, numbers)}

    def announced(self) -> dict[str, date | None]:
        return {name: paper.announced for name, paper in self.papers().items() if not paper.archived}
