"""Bringing in months of the past through OAI-PMH: for search alone, week by week, and on from where it stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from domain.paper import Record, Rejected
from sources.arxiv.source import Arxiv

WINDOW = timedelta(days=7)


class Part(Struct, frozen=True):
    """Some of what was found: `cursor` is where to go on once it is kept, `done` and `total` are counted in weeks."""

    entries: Sequence[Record | Rejected]
    cursor: Any
    done: int
    total: int


async def parts(source: Arxiv, since: date, until: date, cursor: Any) -> AsyncIterator[Part]:
    """What was announced from one day to another, from the cursor of the last part (None at first).

    The cursor of a page within a week is that of the week before it: a week begun is harvested again. Raises
    FetchError where arXiv cannot be asked.
    """
    weeks = [
        (category, start)
        for category in source.categories
        for start in (since + WINDOW * n for n in range(-(-((until - since).days + 1) // WINDOW.days)))
    ]
    had = cursor if isinstance(cursor, list) else []
    for done, (category, start) in enumerate(weeks):
        key = f"{category} {start}"
        if key in had:
            continue
        before: list[Record | Rejected] | None = None
        async for page in source.harvest(category, start, min(start + WINDOW - timedelta(days=1), until)):
            if before is not None:
                yield Part(before, had, done, len(weeks))
            before = await asyncio.to_thread(lambda page: [*page.entries()], page)
        had = [*had, key]
        yield Part(before or [], had, done + 1, len(weeks))
