"""Hugging Face's lists: each day's papers, their popularity for some days, weekends, and lists that are broken."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from db import papers, runs
from db.store import Store
from domain.errors import SettingsError
from domain.paper import Paper, Record, Rejected
from sources.answer import Patience
from sources.base import FetchError
from sources.fetcher import Fetcher
from sources.hf import HuggingFace, read
from sources.ingest import fetch
from tests.shared import shared
from tests.sources.local import Handler, answering, serving

MON = date(2026, 3, 2)
DAY = timedelta(days=1)
QUICK = Patience(connect=2, silence=0.3, total=2, tries=2, pause=0.01, longest=0.2)


def listed(number: int, of: date = MON, upvotes: Any = 3, **more: Any) -> dict[str, Any]:
    return {
        "paper": {
            "id": f"2603.{number:05}",
            "authors": [{"name": "Ada Smith"}, {"name": "Bo Lee", "hidden": False}],
            "publishedAt": "2026-02-27T00:00:00.000Z",
            "submittedOnDailyAt": f"{of}T00:00:00.000Z",
            "title": f"Small models\n for ladders {number}",
            "summary": f"We measure $\\alpha$ of ladder {number}.",
            "upvotes": upvotes,
            "ai_summary": "Ladders are measured.",
            "ai_keywords": ["ladders", "models"],
            "githubRepo": "https://github.com/ada/ladders",
            "submittedOnDailyBy": {"fullname": "Cleo Ray", "name": "cleo"},
            **more,
        },
        "numComments": 2,
        "thumbnail": "https://cdn.example.org/a.png",
    }


class Lists:
    """Lists by day, as the API gives them. `asked` is every day asked for."""

    def __init__(self) -> None:
        self.days: dict[date, list[Any]] = {}
        self.broken: Handler | None = None
        self.asked: list[str] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.query["date"])
        if self.broken:
            return await self.broken(request)
        there = self.days.get(date.fromisoformat(request.query["date"]), [])
        start = int(request.query["p"]) * int(request.query["limit"])
        return web.json_response(there[start : start + int(request.query["limit"])])


class Place:
    def __init__(self, store: Store, lists: Lists, url: str) -> None:
        self.store, self.lists = store, lists
        self.source = HuggingFace({"url": url}, Fetcher(patience=QUICK))

    async def look(self, day: date, hour: int = 12) -> runs.Run:
        now = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        return await fetch(self.store, self.source, lambda: now)

    def papers(self) -> list[Paper]:
        with self.store.reading() as connection:
            numbers = connection.execute(text("SELECT number FROM papers ORDER BY number")).scalars()
            return papers.load(connection, numbers)


@pytest.fixture
async def place(store: Store) -> AsyncIterator[Place]:
    lists = Lists()
    async with serving(lists) as url:
        yield Place(store, lists, url)


async def test_what_a_list_says_of_a_paper_is_kept(place: Place) -> None:
    place.lists.days[MON] = [listed(1)]
    run = await place.look(MON)
    assert (run.outcome, run.new) == ("fresh", 1)
    (paper,) = place.papers()
    assert (paper.title, paper.abstract) == ("Small models for ladders 1", "We measure α of ladder 1.")
    assert (paper.upvotes, paper.comments, paper.summary) == (3, 2, "Ladders are measured.")
    assert (paper.published, paper.announced) == (date(2026, 2, 27), MON)
    assert (paper.authors, paper.code_url) == (("Ada Smith", "Bo Lee"), "https://github.com/ada/ladders")
    assert (paper.url, paper.identifiers[0].value) == ("https://huggingface.co/papers/2603.00001", "2603.00001")
    with place.store.reading() as connection:
        raw = json.loads(connection.execute(text("SELECT raw FROM papers")).scalar_one())
    assert raw["keywords"] == "ladders, models"
    assert (raw["thumbnail"], raw["submitter"]) == ("https://cdn.example.org/a.png", "Cleo Ray")


async def test_popularity_is_looked_at_again_for_some_days(place: Place) -> None:
    place.lists.days[MON] = [listed(1)]
    await place.look(MON)
    for after, upvotes in ((1, 20), (4, 40), (6, 60), (8, 80)):
        place.lists.days[MON] = [listed(1, upvotes=upvotes)]
        await place.look(MON + after * DAY)
    assert place.papers()[0].upvotes == 60


async def test_a_list_that_is_over_is_asked_for_seldom(place: Place) -> None:
    place.lists.days[MON] = [listed(1)]
    for hour in range(3):
        await place.look(MON + 3 * DAY, 9 + hour)
    assert place.lists.asked.count(str(MON)) == 1
    assert place.lists.asked.count(str(MON + 3 * DAY)) == 3
    await place.look(MON + 3 * DAY, 16)
    assert place.lists.asked.count(str(MON)) == 2


async def test_a_long_list_is_read_to_its_end(place: Place) -> None:
    place.lists.days[MON] = [listed(number) for number in range(120)]
    assert (await place.look(MON)).new == 120


async def test_quiet_waiting_and_stalled_are_told_apart(place: Place) -> None:
    for back in range(1, 7):
        place.lists.days[MON - back * DAY] = [listed(back, MON - back * DAY)]
    await place.look(MON - DAY)
    assert (await place.look(MON)).outcome == "waiting"
    place.lists.days[MON] = [listed(50)]
    assert (await place.look(MON)).outcome == "fresh"
    assert (await place.look(MON)).outcome == "quiet"
    assert (await place.look(MON + DAY)).outcome == "waiting"
    assert (await place.look(MON + 2 * DAY)).outcome == "waiting"
    run = await place.look(MON + 3 * DAY)
    assert (run.outcome, run.why) == ("stalled", "the lists of 2026-03-03 and 2026-03-04 are empty")


async def test_weekends_are_quiet(place: Place) -> None:
    friday = MON + 4 * DAY
    for back in range(5):
        place.lists.days[friday - back * DAY] = [listed(back, friday - back * DAY)]
    await place.look(friday)
    assert (await place.look(friday + DAY)).outcome == "quiet"
    assert (await place.look(friday + 2 * DAY)).outcome == "quiet"


@pytest.mark.parametrize(
    ("handler", "outcome", "said"),
    [
        (answering(b'{"error": "Sorry"}'), "failed", "says: Sorry"),
        (answering(b"<html>Sorry</html>"), "failed", "something else than JSON"),
        (answering(b""), "failed", "something else than JSON"),
        (answering(b'"papers"'), "failed", "no list of papers"),
        (answering(status=429, headers={"Retry-After": "60"}), "stalled", "slow down"),
        (answering(status=500), "failed", "status 500"),
    ],
    ids="error html nothing text 429 500".split(),
)
async def test_a_broken_list_is_said(place: Place, handler: Handler, outcome: str, said: str) -> None:
    place.lists.broken = handler
    run = await place.look(MON)
    assert (run.outcome, run.new) == (outcome, 0)
    assert said in run.why


def test_an_entry_that_cannot_be_read_costs_only_itself() -> None:
    odd: list[Any] = [
        None,
        1,
        {},
        {"paper": None},
        {"paper": {}},
        {"paper": {"id": "x", "title": "y"}},
        listed(1, title=""),
    ]
    found = read([*odd, listed(2, authors="x", upvotes="many", ai_keywords=7)], "hf", MON)
    assert [type(each) for each in found] == [Rejected] * 7 + [Record]


def test_what_is_no_list_is_an_error() -> None:
    with pytest.raises(FetchError):
        read({"papers": []}, "hf", MON)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"url": "x"}, "no address"), ({"days": "0"}, "no number of days"), ({"date": "x"}, "no setting “date”")],
)
def test_settings_that_cannot_be_used_are_named(settings: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        HuggingFace(settings, Fetcher())
    assert said in str(raised.value)


def recorded() -> Iterator[tuple[str, Any]]:
    for path in sorted(shared("data/api/hf").glob("*.json")):
        yield path.name, json.loads(path.read_text())


@pytest.mark.shared
def test_all_recorded_lists_are_read() -> None:
    for name, reply in recorded():
        if isinstance(reply, dict):
            with pytest.raises(FetchError, match="Sorry, we can't find"):
                read(reply, name, MON)
            continue
        for each in read(reply, name, MON):
            assert isinstance(each, Record), (name, each)
            assert all((each.title, each.abstract, each.page_url, each.announced, each.published, each.authors)), name
