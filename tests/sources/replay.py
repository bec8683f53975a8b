"""Lives through days of arXiv's announcements with a store, and checks that each paper is announced once, on its day.

`replay(…)` is the whole of it: the tests run a made corpus, and the real one where it is at hand.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, cast

from sqlalchemy import text

from db.store import Store
from sources.answer import Patience
from sources.arxiv import Arxiv, calendar
from sources.fetcher import Fetcher
from sources.ingest import fetch
from tests.sources.local import Known, LocalArxiv, answering, made, serving

QUICK = Patience(connect=2, silence=0.5, total=5, tries=1, pause=0.01, longest=0.1)
LOOKS = (5, 9, 16)  # hours UTC


@dataclass
class Replayed:
    """What came of it: outcomes by day, when each paper was announced, how often any was new, and what went wrong."""

    outcomes: dict[date, list[str]] = field(default_factory=dict)
    announced: dict[str, date] = field(default_factory=dict)
    new: int = 0
    looks: int = 0
    requests: int = 0
    failed: int = 0
    killed: int = 0
    skipped: int = 0


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """A store whose process is killed before its write after so many others."""

    def __init__(self, store: Store, writes: int) -> None:
        self._store, self._left = store, writes
        self.read = store.read

    async def write(self, work: Any, *args: Any, **more: Any) -> Any:
        if not self._left:
            raise Killed
        self._left -= 1
        return await self._store.write(work, *args, **more)


async def replay(
    store: Store,
    days: Mapping[date, Sequence[str]],
    known: Mapping[str, Known],
    *,
    failing: float = 0.0,
    losing: float = 0.0,
    skipping: float = 0.0,
    killed: float = 0.0,
    seed: int = 1,
) -> Replayed:
    """Look at each day's announcement as it was listed. So many of the looks fail, of the single requests, of the days
    are skipped, of the looks are killed between two writes or before the first.

    OAI-PMH knows each paper by the day that first listed it.
    """
    chance = random.Random(seed)
    first: dict[str, date] = {}
    for day in sorted(days):
        for each in days[day]:
            first.setdefault(each, day)
    there = LocalArxiv()
    harvested: dict[date, list[Known]] = {}
    for each, day in first.items():
        harvested.setdefault(day, []).append(known[each])
    result = Replayed()
    async with serving(there) as url:
        settings = {"categories": "cs", "url": url}
        source = Arxiv(settings, Fetcher(patience=QUICK))
        there.fails = lambda: chance.random() < losing
        for day in sorted(days):
            if chance.random() < skipping and min(days) < day < max(days):
                result.skipped += 1
                continue
            # The feed repeats and doubles papers, just as it was crawled; the harvest has each under its day.
            there.days = {
                **{d: papers for d, papers in harvested.items() if d < day},
                day: [known[e] for e in days[day]],
            }
            there.today = day
            for hour in LOOKS:
                now = datetime.combine(day, time(hour), UTC)
                there.broken = {"/": answering(status=500)} if chance.random() < failing else {}
                dying = chance.random() < killed
                if hour == LOOKS[-1] and day == max(days):
                    there.broken, there.fails, dying = {}, bool, False
                kept = cast(Store, Dying(store, chance.randint(0, 2))) if dying else store
                result.looks += 1
                try:
                    run = await fetch(kept, source, partial(_same, now))
                except Killed:
                    result.killed += 1
                    source = Arxiv(settings, Fetcher(patience=QUICK))
                    continue
                result.outcomes.setdefault(day, []).append(run.outcome)
                result.failed += run.outcome in {"failed", "stalled"}
                result.new += run.new
        result.requests = len(there.asked)
    with store.reading() as connection:
        rows = connection.execute(
            text("SELECT value, announced FROM identifiers JOIN papers ON number = paper WHERE NOT archived")
        )
        result.announced = {value: date.fromisoformat(announced) for value, announced in rows if announced}
    return result


def _same(now: datetime) -> datetime:
    return now


def corpus(folder: Path, days: int | None = None, every: int = 1) -> tuple[dict[date, list[str]], dict[str, Known]]:
    """The recorded days of a corpus, or the first of them, and its papers, or each so many-th of them."""
    listed: dict[str, list[str]] = json.loads(gzip.decompress((folder / "arxiv_cs_2025.days.json.gz").read_bytes()))
    chosen = {date.fromisoformat(day): listed[day] for day in sorted(listed)[:days]}
    wanted, known = set(chain.from_iterable(chosen.values())), {}
    with gzip.open(folder / "arxiv_cs_2025.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            each = json.loads(line)
            if each["arxiv_id"] in wanted and int(each["arxiv_id"][-5:]) % every == 0:
                # An id says when its paper was put in, but for those held back for months.
                month = each["arxiv_id"].partition(".")[0]
                known[each["arxiv_id"]] = Known(
                    each["arxiv_id"],
                    each["title"],
                    each["abstract"][:400],
                    tuple(each["categories"]),
                    created=f"20{month[:2]}-{month[2:]}-01",
                )
    return {day: [each for each in ids if each in known] for day, ids in chosen.items()}, known


def invented(weeks: int = 2, seed: int = 1) -> tuple[dict[date, list[str]], dict[str, Known]]:
    """Weeks as they are crawled: weekends repeat Friday, and papers stand in a day's list under several categories."""
    chance = random.Random(seed)
    start = date(2026, 3, 2)
    days: dict[date, list[str]] = {}
    known: dict[str, Known] = {}
    number = 100
    for n in range(7 * weeks):
        day = start + timedelta(days=n)
        if calendar.announces(day):
            papers = made(chance, number, chance.randint(6, 12), f"{day:%y%m}")
            number += 40
            known |= {paper.id: paper for paper in papers}
            days[day] = [paper.id for paper in papers] + chance.sample([paper.id for paper in papers], 3)
        else:
            days[day] = list(days[day - timedelta(days=1)])
    return days, known
