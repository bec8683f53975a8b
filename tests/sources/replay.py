"""Lives through days of arXiv's announcements with a store, and checks that each paper is announced once, on its day.

`replay(…)` is the whole of it: the tests run a made corpus, and the real one where it is at hand.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

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
    """What came of it: outcomes by day, when each paper was announced, and on which looks it was new."""

    outcomes: dict[date, list[str]] = field(default_factory=dict)
    announced: dict[str, date] = field(default_factory=dict)
    times_new: Counter[int] = field(default_factory=Counter)
    looks: int = 0


async def replay(
    store: Store,
    days: Mapping[date, Sequence[str]],
    known: Mapping[str, Known],
    *,
    failing: float = 0.0,
    skipping: float = 0.0,
    killed: float = 0.0,
    seed: int = 1,
) -> Replayed:
    """Look at each day's announcement as it was listed. So many of the looks fail, of the days are skipped, of the
    looks are killed before anything of them is kept.

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
        fetcher = Fetcher(patience=QUICK)
        source = Arxiv({"categories": "cs", "url": url}, fetcher)
        for day in sorted(days):
            if chance.random() < skipping and min(days) < day < max(days):
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
                if hour == LOOKS[-1] and day == max(days):
                    there.broken = {}
                if chance.random() < killed:
                    fetched = await source.fetch(None, now)  # and nothing is kept of it
                    next(iter(fetched.entries), None)
                run = await fetch(store, source, partial(_same, now))
                result.looks += 1
                result.outcomes.setdefault(day, []).append(run.outcome)
                result.times_new[run.new] += 1
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
