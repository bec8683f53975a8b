"""Services asked for what is new, over a real local server: pages, cursors, keys, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from domain.paper import Record
from sources.answer import Patience
from sources.base import Fetched
from sources.fetcher import Fetcher
from sources.registry import SOURCES
from tests.papers import NOW
from tests.sources import replies
from tests.sources.local import serving

Reply = Callable[[str, dict[str, str]], bytes | int]
HASTY = Patience(connect=2, silence=2, total=5, tries=1)


class Place:
    """A server that answers by path and parameters, and remembers what it was asked."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.rel_url)).query).items()}
        self.asked.append((request.path, query))
        self.headers.append(dict(request.headers))
        said = self.reply(request.path, query)
        return web.Response(status=said) if isinstance(said, int) else web.Response(body=said)


async def look(
    place: Place, name: str, settings: dict[str, str], cursor: Any = None, now: datetime = NOW, contact: str = ""
) -> Fetched:
    async with serving(place) as url:
        key = "urls" if name == "feeds" else "url"
        given = {**settings, key: " ".join(f"{url}{path}" for path in settings.get("urls", "").split()) or url}
        if name == "feeds":
            given["local"] = "yes"
        source = SOURCES[name](given, Fetcher(contact=contact, patience=HASTY))
        found = await source.fetch(cursor, now)
        return Fetched(list(found.entries), found.cursor, found.outcome, found.why)


def papers(found: Fetched) -> list[Record]:
    return [each for each in found.entries if isinstance(each, Record)]


# For each service its settings, a reply, and what it is asked for at first.
SINCE = NOW.date() - timedelta(days=7)
SERVICES: dict[str, tuple[dict[str, str], Callable[[], bytes], str, dict[str, str]]] = {
    "biorxiv": ({}, replies.biorxiv, f"/details/biorxiv/{SINCE}/2026-11-16/0/json", {}),
    "medrxiv": ({}, replies.biorxiv, f"/details/medrxiv/{SINCE}/2026-11-16/0/json", {}),
    "openreview": (
        {"venues": "Rivers.cc/2026/Conference"},
        replies.openreview,
        "/notes",
        {"invitation": "Rivers.cc/2026/Conference/-/Submission", "offset": "0"},
    ),
    "crossref": (
        {"issns": "1476-4687"},
        replies.crossref,
        "/journals/1476-4687/works",
        {"filter": f"from-created-date:{SINCE}", "cursor": "*", "mailto": "papers@example.org"},
    ),
    "openalex": (
        {"filters": "primary_topic.id:T1", "api_key": "hush"},
        replies.openalex,
        "/works",
        {
            "filter": f"primary_topic.id:T1,from_publication_date:{SINCE - timedelta(days=7)},"
            "to_publication_date:2026-11-16",
            "api_key": "hush",
        },
    ),
    "semantic_scholar": (
        {"queries": "narrow rivers", "api_key": "hush"},
        replies.scholar,
        "/graph/v1/paper/search",
        {"query": "narrow rivers", "publicationDateOrYear": f"{SINCE - timedelta(days=7)}:"},
    ),
}


@pytest.mark.parametrize("name", SERVICES)
async def test_a_service_is_asked_for_the_last_days_and_read(name: str) -> None:
    settings, reply, path, params = SERVICES[name]
    place = Place(lambda *_: reply())
    found = await look(place, name, settings, contact="papers@example.org")
    assert place.asked[0][0] == path
    assert params.items() <= place.asked[0][1].items()
    assert papers(found)
    assert all(each.source == name for each in papers(found))
    assert found.outcome == "fresh"
    # The same again is quiet, from where the last look ended.
    again = await look(place, name, settings, found.cursor, NOW + timedelta(hours=1))
    assert again.outcome == "quiet", again.why


# What is no reply of any service; a bare list is one of the two that list works so.
NO_REPLIES: tuple[int | bytes, ...] = (500, 403, b"<html>We are down</html>", b"", b"{}", b"[]")
LISTS = {"openalex", "semantic_scholar"}


@pytest.mark.parametrize(
    ("name", "reply"),
    [(name, reply) for name in SERVICES for reply in NO_REPLIES if reply != b"[]" or name not in LISTS],
)
async def test_what_is_no_reply_is_a_failure_and_moves_no_cursor(name: str, reply: bytes | int) -> None:
    settings, good, _, _ = SERVICES[name]
    before = (await look(Place(lambda *_: good()), name, settings)).cursor
    found = await look(Place(lambda *_: reply), name, settings, before)
    assert (found.outcome, papers(found), found.cursor) == ("failed", [], before)
    assert found.why


async def test_a_service_that_asks_to_wait_is_stalled() -> None:
    found = await look(Place(lambda *_: 429), "crossref", {"issns": "1476-4687"})
    assert found.outcome == "stalled"


async def test_one_question_that_fails_delays_only_itself() -> None:
    def reply(path: str, _: dict[str, str]) -> bytes | int:
        return 500 if "1111-1111" in path else replies.crossref()

    found = await look(Place(reply), "crossref", {"issns": "1111-1111, 1476-4687"})
    assert found.outcome == "failed"
    assert "1111-1111" in found.why
    assert papers(found)
    assert list(found.cursor) == ["1476-4687"]
    # It is asked for its own days again, the other goes on from today.
    place = Place(lambda *_: replies.crossref(replies.work("later")))
    later = await look(place, "crossref", {"issns": "1111-1111, 1476-4687"}, found.cursor, NOW + timedelta(days=1))
    asked = {path.split("/")[2]: query["filter"] for path, query in place.asked}
    assert asked == {
        "1111-1111": f"from-created-date:{NOW.date() - timedelta(days=6)}",
        "1476-4687": f"from-created-date:{NOW.date() - timedelta(days=3)}",
    }
    assert later.outcome == "fresh"


async def test_after_a_long_rest_only_so_much_is_asked_for() -> None:
    place = Place(lambda *_: replies.crossref())
    cursor = {"1476-4687": {"until": "2020-01-01", "seen": []}}
    await look(place, "crossref", {"issns": "1476-4687"}, cursor)
    assert place.asked[0][1]["filter"] == f"from-created-date:{NOW.date() - timedelta(days=60)}"
    ahead = {"1476-4687": {"until": "2099-01-01"}}  # written under a wrong clock
    await look(place, "crossref", {"issns": "1476-4687"}, ahead)
    assert place.asked[1][1]["filter"] == f"from-created-date:{SINCE}"


async def test_crossref_follows_its_cursor() -> None:
    full = [replies.work(f"w{n}") for n in range(100)]

    def reply(_: str, query: dict[str, str]) -> bytes:
        return replies.crossref(*full, cursor="next") if query["cursor"] == "*" else replies.crossref(full[0])

    place = Place(reply)
    found = await look(place, "crossref", {"issns": "1476-4687"})
    assert [query["cursor"] for _, query in place.asked] == ["*", "next"]
    assert len(papers(found)) == 101
    assert "mailto" not in place.asked[0][1]  # nobody to write to was set


async def test_biorxiv_pages_by_number_and_keeps_its_categories() -> None:
    def reply(path: str, _: dict[str, str]) -> bytes:
        at = int(path.split("/")[-2])
        entries = [
            replies.preprint(doi=f"10.64898/2026.07.13.{at + n}00000", category=("cell biology", "zoology")[n % 2])
            for n in range(30)
        ]
        return replies.biorxiv(*entries[: min(30, 70 - at)], total=70)

    place = Place(reply)
    found = await look(place, "biorxiv", {"categories": "cell_biology"})
    assert [path.split("/")[-2] for path, _ in place.asked] == ["0", "30", "60"]
    assert len(papers(found)) == 35


async def test_biorxiv_without_any_preprint_for_days_is_stalled() -> None:
    empty = replies.as_json({"messages": [{"status": "no posts found", "total": "0"}], "collection": []})
    assert (await look(Place(lambda *_: empty), "biorxiv", {})).outcome == "stalled"
    # Of some categories that may be.
    assert (await look(Place(lambda *_: empty), "biorxiv", {"categories": "zoology"})).outcome == "quiet"


async def test_pubmed_is_searched_and_then_asked_for_what_was_found() -> None:
    def reply(path: str, query: dict[str, str]) -> bytes:
        if path == "/esearch.fcgi":
            ids = ["11", "12"] if query["retstart"] == "0" else []
            return replies.as_json({"esearchresult": {"count": "2", "idlist": ids}})
        return replies.pubmed(*query["id"].split(","))

    place = Place(reply)
    settings = {"queries": "lupus[tiab] AND mouse; kettles", "api_key": "hush"}
    found = await look(place, "pubmed", settings, contact="papers@example.org")
    searched = [query for path, query in place.asked if path == "/esearch.fcgi"]
    assert [query["term"] for query in searched] == ["lupus[tiab] AND mouse", "kettles"]
    assert (searched[0]["mindate"], searched[0]["maxdate"]) == ("2026/11/09", "2026/11/16")
    assert all(query["email"] == "papers@example.org" and query["tool"] == "paperround" for _, query in place.asked)
    assert [paper.identifiers[0].value for paper in papers(found)] == ["11", "11"]  # the second one is an erratum
    assert "hush" not in found.why


async def test_pubmed_that_says_what_is_wrong_is_a_failure() -> None:
    wrong = replies.as_json({"esearchresult": {"ERROR": "Search Backend failed"}})
    found = await look(Place(lambda *_: wrong), "pubmed", {"queries": "kettles"})
    assert found.outcome == "failed"
    assert "Search Backend failed" in found.why


async def test_a_key_goes_where_the_service_wants_it() -> None:
    place = Place(lambda *_: replies.scholar())
    await look(place, "semantic_scholar", {"authors": "1741101", "api_key": "hush"})
    assert place.asked[0][0] == "/graph/v1/author/1741101/papers"
    assert place.headers[0]["x-api-key"] == "hush"
    assert "hush" not in str(place.asked)


async def test_openreview_pages_by_a_thousand() -> None:
    many = [replies.note(f"Note{n:06}") for n in range(1_000)]

    def reply(_: str, query: dict[str, str]) -> bytes:
        return replies.openreview(*many) if query["offset"] == "0" else replies.openreview(replies.note("NoteLast00"))

    place = Place(reply)
    found = await look(place, "openreview", {"venues": "Rivers.cc/2026/Conference"})
    assert [query["offset"] for _, query in place.asked] == ["0", "1000"]
    assert len(papers(found)) == 1_001


# Feeds.


async def test_feeds_are_looked_at_each_by_itself() -> None:
    def reply(path: str, _: dict[str, str]) -> bytes | int:
        known: dict[str, bytes | int] = {"/a": replies.RSS, "/b": 500, "/c": replies.ATOM}
        return known[path]

    place = Place(reply)
    async with serving(place) as url:
        settings = {"urls": f"{url}/a, {url}/b {url}/c", "local": "yes"}
        feeds = SOURCES["feeds"](settings, Fetcher(patience=HASTY))
        found = await feeds.fetch(None, NOW)
        assert found.outcome == "failed"
        assert "/b" in found.why
        assert {each.title for each in papers(found)} == {
            "Bridges & letters",
            "Mills of an issue",
            "Windows of islands",
        }
        assert {each.source for each in papers(found)} == {"127.0.0.1"}
        # What they had they say no more; an entry without a date that comes later is of the day it came.
        place.reply = lambda *_: replies.RSS.replace(b"journal.example/3", b"journal.example/33")
        again = await feeds.fetch(found.cursor, NOW + timedelta(days=1))
        of_a = [each for each in papers(again) if each.where.startswith(f"127.0.0.1:{urlsplit(url).port}/a")]
        assert [(each.title, each.announced) for each in of_a] == [("Orchards without a date", date(2026, 11, 17))]


async def test_a_feed_that_has_not_changed_is_not_sent_again() -> None:
    etags: list[str | None] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        etags.append(request.headers.get("If-None-Match"))
        if request.headers.get("If-None-Match") == '"v1"':
            return web.Response(status=304)
        return web.Response(body=replies.RSS, headers={"ETag": '"v1"'})

    async with serving(answer) as url:
        feeds = SOURCES["feeds"]({"urls": f"{url}/a", "local": "yes"}, Fetcher(patience=HASTY))
        first = await feeds.fetch(None, NOW)
        again = await feeds.fetch(first.cursor, NOW)
    assert etags == [None, '"v1"']
    assert (again.outcome, again.entries, again.cursor) == ("quiet", [], first.cursor)


async def test_a_feed_of_the_own_network_must_be_allowed() -> None:
    async with serving(Place(lambda *_: replies.RSS)) as url:
        feeds = SOURCES["feeds"]({"urls": f"{url}/a"}, Fetcher(patience=HASTY))
        assert (await feeds.fetch(None, NOW)).outcome == "failed"
