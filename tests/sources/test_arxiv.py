"""arXiv's announcements: each paper once, on its day; quiet, waiting, stalled and failed told apart; gaps filled."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from aiohttp import web

from db.store import Store
from domain.errors import SettingsError
from domain.paper import Identifier
from sources.arxiv import Arxiv
from sources.arxiv.rss import number
from sources.fetcher import Fetcher
from tests.sources.local import Known, LocalArxiv, answering, at, days_from, feed, harvest, made, serving
from tests.sources.place import FRI, MON, NEXT_MON, SAT, SUN, THU, TUE, WED, Place


def ids(place: Place, *days: date) -> set[str]:
    return {paper.id for day in days for paper in place.there.days[day]}


async def test_each_paper_is_announced_on_its_day_once(place: Place) -> None:
    for day in (MON, TUE, WED):
        run = await place.look(at(day))
        assert (run.outcome, run.new) == ("fresh", 40)
        # The API completes them in the same look: those records are of known papers.
        assert run.known == 40
        again = await place.look(at(day))
        assert (again.outcome, again.new, again.known) == ("quiet", 0, 0)
    assert place.announced() == {p.id: day for day in (MON, TUE, WED) for p in place.there.days[day]}


async def test_the_api_completes_what_the_announcement_leaves_out(place: Place) -> None:
    place.there.days[MON] = [Known("2603.00100", "A title", "Text.", comment="12 pages", created="2026-02-27")]
    await place.look(at(MON))
    (paper,) = place.papers().values()
    assert (paper.published, paper.announced, paper.note) == (date(2026, 2, 27), MON, "12 pages")
    assert (paper.authors, paper.categories) == (("Ada Smith", "Bo Lee"), ("cs.CL",))


async def test_an_api_that_is_down_costs_nothing_but_time(place: Place) -> None:
    place.there.broken["/api"] = answering(status=500)
    run = await place.look(at(MON))
    assert (run.outcome, run.new) == ("fresh", 40)
    del place.there.broken["/api"]
    run = await place.look(at(MON))
    assert (run.outcome, run.known) == ("quiet", 40)
    assert all(paper.published for paper in place.papers().values())


async def test_an_api_that_answers_with_nothing_is_asked_again_but_not_for_ever(place: Place) -> None:
    place.there.broken["/api"] = answering(
        b'<feed xmlns="http://www.w3.org/2005/Atom"><totalResults>0</totalResults></feed>'
    )
    for _ in range(8):
        assert (await place.look(at(MON))).outcome in {"fresh", "quiet"}
    assert sum(path.startswith("/api") for path in place.there.asked) == 5


async def test_weekends_are_quiet_whether_the_feed_is_empty_or_repeats_friday(place: Place) -> None:
    await place.look(at(FRI))
    for day, shown in ((SAT, FRI), (SAT, SAT), (SUN, FRI), (SUN, SUN)):
        run = await place.look(at(day), shown)
        assert (run.outcome, run.new) == ("quiet", 0), run.why
        assert run.why.startswith("arXiv announces nothing on weekends")
    assert (await place.look(at(NEXT_MON))).new == 40
    assert set(place.announced().values()) == {FRI, NEXT_MON}


async def test_a_holiday_is_quiet_and_said_to_be_one(place: Place) -> None:
    friday = date(2026, 6, 19)  # nothing is announced on Sunday evening after it
    place.there.days = {friday: made(random.Random(2), 1, 30, "2606")}
    await place.look(at(friday))
    run = await place.look(at(date(2026, 6, 22)))
    assert run.outcome == "quiet"
    assert "Juneteenth" in run.why
    assert "2026-06-23" in run.why


async def test_cross_lists_are_announced_and_replacements_are_not(place: Place) -> None:
    kinds = ("new", "cross", "replace", "replace-cross")
    place.there.days[MON] = [
        Known(f"2603.0010{n}", f"Paper of kind {n}", "x" * 50, kind=kind) for n, kind in enumerate(kinds)
    ]
    run = await place.look(at(MON))
    assert run.why == "cs.CL of 2026-03-02: 1 new, 1 cross-listed, 2 replaced"
    assert place.announced() == {"2603.00100": MON, "2603.00101": MON}
    assert len(place.papers()) == 4


async def test_a_replacement_is_the_same_paper_with_its_new_text(place: Place) -> None:
    await place.look(at(MON))
    first = place.there.days[MON][0]
    place.there.days[TUE] = [
        *place.there.days[TUE],
        Known(first.id, first.title + " Revised", "Anew. " * 20, kind="replace"),
    ]
    run = await place.look(at(TUE))
    assert run.new == 40
    paper = place.papers()[first.id]
    assert (paper.title.endswith("Revised"), paper.announced) == (True, MON)


async def test_cross_lists_can_be_left_out(store: Store) -> None:
    listed = [Known("2603.00100", "One", "x"), Known("2603.00101", "Two", "x", kind="cross")]
    there = LocalArxiv({MON: listed})
    async with serving(there) as url:
        place = Place(store, url, there, cross_lists="no")
        await place.look(at(MON))
        assert set(place.papers()) == {"2603.00100"}


async def test_days_that_were_missed_are_filled_through_oai(place: Place) -> None:
    await place.look(at(MON))
    run = await place.look(at(FRI))
    assert (run.outcome, run.new) == ("fresh", 160)
    assert place.announced() == {p.id: day for day in days_from(MON, 5) for p in place.there.days[day]}
    assert [path for path in place.there.asked if path.startswith("/oai")] == [
        "/oai?verb=ListRecords&metadataPrefix=arXiv&set=cs:cs:CL&from=2026-03-03&until=2026-03-05"
    ]


async def test_a_gap_that_cannot_be_filled_yet_stays_one(place: Place) -> None:
    await place.look(at(MON))
    place.there.broken["/oai"] = answering(status=500)
    run = await place.look(at(WED))
    assert (run.outcome, run.new) == ("stalled", 40)
    assert "cs.CL of 2026-03-03 to 2026-03-03 is missing" in run.why
    del place.there.broken["/oai"]
    run = await place.look(at(WED))
    assert (run.outcome, run.new) == ("fresh", 40)
    assert set(place.announced()) == ids(place, MON, TUE, WED)


@pytest.mark.parametrize(
    "nothing", [b"", b"<OAI-PMH/>", harvest([]), b"<html><body>Retry after 10 seconds</body></html>", feed([], MON)]
)
async def test_a_reply_of_nothing_is_not_taken_for_no_papers(place: Place, nothing: bytes) -> None:
    await place.look(at(MON))
    place.there.broken["/oai"] = answering(nothing)
    assert (await place.look(at(WED))).outcome == "stalled"
    del place.there.broken["/oai"]
    assert (await place.look(at(WED))).new == 40


async def test_a_harvest_goes_on_from_page_to_page_and_begins_again_when_its_token_is_lost(place: Place) -> None:
    await place.look(at(MON))
    place.there.page = 15
    lost: list[int] = []

    async def lose(request: web.Request) -> web.StreamResponse:
        if "resumptionToken" in request.query and not lost:
            lost.append(1)
            return web.Response(body=harvest([], error="badResumptionToken"))
        return place.there._harvested(request.query)

    place.there.broken["/oai"] = lose
    run = await place.look(at(FRI))
    assert (run.outcome, run.new) == ("fresh", 160)
    assert lost


async def test_a_token_that_leads_round_in_a_circle_comes_to_an_end(place: Place) -> None:
    await place.look(at(MON))
    place.there.broken["/oai"] = answering(harvest([(TUE, place.there.days[TUE][0])], more="again"))
    run = await place.look(at(WED))
    assert run.outcome == "stalled"
    assert "round in a circle" in run.why


async def test_a_feed_that_stands_still_under_a_fresh_date_is_known_by_its_ids(place: Place) -> None:
    await place.look(at(MON))
    place.there.stated = TUE
    early = await place.look(at(TUE, 1), MON)
    assert (early.outcome, early.new) == ("waiting", 0)
    assert early.why == "cs.CL does not list the announcement of 2026-03-03 yet"
    late = await place.look(at(TUE, 7), MON)
    assert (late.outcome, late.new) == ("fresh", 40)
    assert set(place.announced()) == ids(place, MON, TUE)


async def test_a_feed_that_stands_still_with_nothing_to_fill_it_from_is_stalled(place: Place) -> None:
    await place.look(at(MON))
    place.there.broken["/oai"] = answering(status=503)
    run = await place.look(at(TUE, 7), MON)
    assert (run.outcome, run.new) == ("stalled", 0)


async def test_a_date_that_lags_behind_its_content_misleads_nobody(place: Place) -> None:
    for day, stated in ((MON, MON - timedelta(days=3)), (TUE, MON), (WED, TUE)):
        place.there.stated = stated
        assert (await place.look(at(day))).new == 40
    assert set(place.announced()) == ids(place, MON, TUE, WED)
    assert place.announced()[place.there.days[WED][0].id] in {TUE, WED}


async def test_ids_that_were_skipped_give_a_gap_away(place: Place) -> None:
    """Two announcements between two looks, of which the dates say nothing: Wednesday's feed states Tuesday."""
    chance = random.Random(3)
    place.there.days = {
        MON: made(chance, 1000, 30, "2603"),
        TUE: made(chance, 1400, 30, "2603"),
        WED: made(chance, 2600, 30, "2603"),
    }
    await place.look(at(MON))
    place.there.stated = TUE
    await place.look(at(WED), WED)
    assert set(place.announced()) == ids(place, MON, TUE, WED)


async def test_stragglers_of_a_listing_come_too(place: Place) -> None:
    whole = place.there.days[MON]
    place.there.days[MON] = whole[:10]
    assert (await place.look(at(MON))).new == 10
    place.there.days[MON] = whole
    run = await place.look(at(MON))
    assert (run.outcome, run.new) == ("fresh", 30)
    assert set(place.announced().values()) == {MON}


async def test_an_announcement_under_way_is_waited_for(place: Place) -> None:
    await place.look(at(MON))
    assert (await place.look(at(MON, 13), MON)).outcome == "quiet"
    evening = await place.look(at(MON, 21), MON)
    assert (evening.outcome, evening.why) == ("waiting", "the announcement of 2026-03-03 comes at 05:00 UTC")
    assert (await place.look(at(FRI, 21), FRI)).outcome == "fresh"
    assert (await place.look(at(FRI, 21), FRI)).outcome == "quiet"


async def test_the_first_look_on_a_weekend_brings_the_last_days(place: Place) -> None:
    run = await place.look(at(SAT), SAT)
    assert (run.outcome, run.new) == ("fresh", 120)
    assert set(place.announced()) == ids(place, WED, THU, FRI)
    assert (await place.look(at(SAT), SAT)).outcome == "quiet"


async def test_a_small_category_without_anything_is_quiet_once_two_ways_say_so(place: Place) -> None:
    await place.look(at(MON))
    place.there.days[TUE] = []
    assert (await place.look(at(TUE, 2))).outcome == "waiting"
    run = await place.look(at(TUE, 8))
    assert (run.outcome, run.new) == ("quiet", 0)


async def test_one_failing_category_delays_only_itself(place: Place) -> None:
    place = Place(place.store, place.source.rss.removesuffix("/rss"), place.there, categories="cs.LG,cs.CL")
    place.there.broken["/rss/cs.LG"] = answering(status=404)
    run = await place.look(at(MON))
    assert (run.outcome, run.new) == ("failed", 40)
    assert "cs.LG: " in run.why
    assert "cs.CL of 2026-03-02: 40 new" in run.why
    del place.there.broken["/rss/cs.LG"]
    assert (await place.look(at(MON))).outcome == "fresh"


async def test_one_connection_and_a_pause_over_all_three_services(store: Store) -> None:
    there = LocalArxiv({day: made(random.Random(5), 100 + 50 * n, 5, "2603") for n, day in enumerate((MON, TUE, WED))})
    async with serving(there) as url:
        first, second = Place(store, url, there, pause="0.2"), Place(store, url, there, pause="0.2")
        await first.look(at(MON))
        await asyncio.gather(first.look(at(WED)), second.look(at(WED)))
    assert {path.partition("?")[0] for path in there.asked} == {"/rss/cs.CL", "/api/query", "/oai"}
    assert there.most_at_once == 1
    pauses = [after - before for before, after in zip(there.times, there.times[1:], strict=False)]
    assert min(pauses) >= 0.19, pauses


async def test_what_came_before_the_cursor_could_be_kept_does_no_harm(place: Place) -> None:
    """Killed between fetch and commit: the papers are there or not, the cursor is not, and all comes once."""
    place.there.today = MON
    fetched = await place.source.fetch(None, at(MON))
    list(fetched.entries)
    run = await place.look(at(MON))
    assert (run.outcome, run.new) == ("fresh", 40)


@pytest.mark.parametrize("cursor", [None, [], "x", {}, {"categories": {"cs.CL": {"day": "soon"}}}, {"categories": {}}])
async def test_a_cursor_that_cannot_be_read_begins_anew(place: Place, cursor: Any) -> None:
    place.there.today = MON
    fetched = await place.source.fetch(cursor, at(MON))
    assert fetched.outcome == "fresh"
    json.dumps(fetched.cursor)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "needs categories"),
        ({"categories": " , "}, "needs categories"),
        ({"categories": "cs.CL,c/s"}, "“c/s” is no category"),
        ({"categories": "cs.CL", "url": "nowhere"}, "is no address"),
        ({"categories": "cs.CL", "pause": "fast"}, "“fast” is no pause"),
        ({"categories": "cs.CL", "categorys": "x"}, "has no setting “categorys”"),
    ],
)
def test_settings_that_cannot_be_used_are_named(settings: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        Arxiv(settings, Fetcher())
    assert said in str(raised.value)


def test_only_a_server_of_this_machine_is_asked_without_pauses() -> None:
    for url, pause in (
        ("http://127.0.0.1:1", 0.0),
        ("http://localhost:1", 0.0),
        ("https://mirror.example", 3.0),
        ("", 3.0),
    ):
        assert Arxiv({"categories": "cs", "url": url}, Fetcher())._pace.seconds == pause


def test_ids_order_papers() -> None:
    for value, expected in (("2503.11731", 250311731), ("0704.0001", 70400001), ("hep-th/9901001", None)):
        assert number(Identifier("arxiv", value)) == expected
