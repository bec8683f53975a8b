"""Hugging Face Daily Papers: what its people put forward each day, and how popular it becomes.

https://huggingface.co/papers, `GET /api/daily_papers?date=…` of https://huggingface.co/spaces/huggingface/openapi
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from domain.errors import SettingsError
from domain.identifier import Identifier, arxiv
from domain.paper import Record, Rejected
from sources import people
from sources.answer import place
from sources.base import Fetched, FetchError
from sources.fetcher import Fetcher, origin
from sources.readable import readable
from sources.values import day, items, link, text

URL = "https://huggingface.co"
EVERY_SECONDS = 1800.0
PAGE = 100  # papers in one reply, the most it gives
MOST_PAGES = 5  # of one day, which has had up to 150 papers
FOLLOWED_DAYS = 7  # whose popularity is looked at again
SELDOM = timedelta(hours=6)  # between two looks at a day that is over
PAUSE_SECONDS = 1.0
MOST = 2**31 - 1  # votes and comments
_SETTINGS = ("url", "days")


class HuggingFace:
    """The lists of the last days: today's at each look, older ones a few times a day."""

    name = "hf"
    every = EVERY_SECONDS

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        for unknown in sorted(settings.keys() - {*_SETTINGS}):
            raise SettingsError(f"The source “hf” has no setting “{unknown}”.", f"It has: {', '.join(_SETTINGS)}.")
        self.url = settings.get("url", URL).rstrip("/").removesuffix("/api/daily_papers") + "/api/daily_papers"
        if not origin(self.url):
            raise SettingsError(f"The source “hf”: “{self.url[:80]}” is no address.", "Write one like https://….")
        days = settings.get("days", str(FOLLOWED_DAYS))
        if not (days.isascii() and days.isdecimal() and 1 <= int(days) <= 60):
            raise SettingsError(f"The source “hf”: “{days[:20]}” is no number of days.", "Write one from 1 to 60.")
        self.days = int(days)
        self._fetcher = fetcher
        self._allowed = {origin(self.url)} if "url" in settings else set[str]()
        self._pace = fetcher.pace(self.name, 0.0 if "url" in settings else PAUSE_SECONDS)

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        """Look at today's list, and at those of the days before whose time has come."""
        known = cursor if isinstance(cursor, dict) else {}
        today = now.astimezone(UTC).date()
        entries: list[Record | Rejected] = []
        lists: dict[str, Any] = {}
        fresh: list[str] = []
        trouble = None
        for past in range(self.days):
            of = today - timedelta(days=past)
            state = _State.of(known.get(of.isoformat()))
            if trouble is None and (past < 2 or state.rests(now)):
                try:
                    found = await self._list(of)
                except FetchError as error:
                    # What came of the other days stays; the rest is for the next look.
                    trouble = error
                else:
                    papers = {each.identifiers[0].value for each in found if isinstance(each, Record)}
                    more = papers - set(state.papers)
                    fresh += [f"{of}: {len(more)} of {len(papers)}"] if more else []
                    entries += found
                    state = replace(state, looked=now, papers=tuple(sorted(papers | set(state.papers))))
            lists[of.isoformat()] = state.data()
        if trouble is not None:
            return Fetched(entries, lists, trouble.outcome, str(trouble))
        return Fetched(entries, lists, *_outcome(lists, fresh, today))

    async def _list(self, of: date) -> list[Record | Rejected]:
        found: list[Record | Rejected] = []
        for number in range(MOST_PAGES):
            params = {"date": of.isoformat(), "limit": str(PAGE), "p": str(number)}
            response = await self._fetcher.get(self.url, params, allowed=self._allowed, pace=self._pace)
            page = await asyncio.to_thread(read, response.json(), place(self.url), of)
            found += page
            if len(page) < PAGE:
                break
        return found


class _State(Struct, frozen=True):
    """What is known of a day's list: when it was looked at, and the papers it had."""

    looked: datetime | None = None
    papers: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, data: Any) -> _State:
        try:
            return cls(datetime.fromisoformat(data["looked"]) if data["looked"] else None, tuple(data["papers"]))
        except (KeyError, TypeError, ValueError):
            return cls()

    def data(self) -> dict[str, Any]:
        return {"looked": self.looked.isoformat() if self.looked else None, "papers": list(self.papers)}

    def rests(self, now: datetime) -> bool:
        return self.looked is None or not timedelta(0) <= now - self.looked < SELDOM


def _outcome(lists: Mapping[str, Any], fresh: list[str], today: date) -> tuple[str, str]:
    if fresh:
        return "fresh", " · ".join(fresh)
    if lists[today.isoformat()]["papers"]:
        return "quiet", f"nothing new on the list of {today}"
    weekdays = [of for of in (date.fromisoformat(each) for each in lists) if of.weekday() < 5 and of < today]
    empty = [of for of in weekdays[:2] if not lists[of.isoformat()]["papers"]]
    if len(empty) == 2:  # one may be a holiday
        return "stalled", f"the lists of {empty[1]} and {empty[0]} are empty"
    if today.weekday() > 4:
        return "quiet", "few lists have anything on weekends"
    return "waiting", f"the list of {today} is still empty"


def read(found: Any, where: str, of: date) -> list[Record | Rejected]:
    """The papers of one reply, which is of this day. Raises FetchError if it is no list of papers."""
    if isinstance(found, dict) and "error" in found:
        raise FetchError(f"{where} says: {readable(text(found, 'error'))[:200]}")
    if not isinstance(found, list):
        raise FetchError(f"{where} answers with something that is no list of papers.", passing=True)
    return [_entry(each, f"{where}?date={of}#{at}", of) for at, each in enumerate(found, 1)]


def _entry(each: Any, where: str, of: date) -> Record | Rejected:
    about = each.get("paper") if isinstance(each, dict) else None
    if not isinstance(about, dict):
        return Rejected(where, "This entry of the list holds no paper.")
    paper, raw_title = arxiv(text(about, "id")), text(about, "title") or text(each, "title")
    raw_abstract = text(about, "summary") or text(each, "summary")
    title, abstract = readable(raw_title), readable(raw_abstract)
    if paper is None:
        return Rejected(where, f"This entry of the list names no arXiv paper: “{title[:80]}”")
    if not title:
        return Rejected(where, f"{paper} has no title.")
    raw = {"title": (raw_title, title), "abstract": (raw_abstract, abstract)}
    about_it = {
        "keywords": ", ".join(filter(None, (readable(text(word)) for word in items(about, "ai_keywords"))))[:1_000],
        "thumbnail": link(text(each, "thumbnail")),
        "submitter": _person(about.get("submittedOnDailyBy")) or _person(each.get("submittedBy")),
    }
    names = (people.one(text(author, "name")) for author in items(about, "authors"))
    return Record(
        title=title,
        source="hf",
        abstract=abstract,
        summary=readable(text(about, "ai_summary")),
        authors=tuple(dict.fromkeys(filter(None, names))),
        identifiers=(paper,),
        published=day(text(about, "publishedAt")) or day(text(each, "publishedAt")),
        announced=day(text(about, "submittedOnDailyAt")) or of,
        page_url=Identifier("hf", paper.value).url,
        pdf_url=f"https://arxiv.org/pdf/{paper.value}",
        code_url=link(text(about, "githubRepo")),
        upvotes=_count(about.get("upvotes")),
        comments=_count(each.get("numComments")),
        raw={
            **{key: before for key, (before, after) in raw.items() if before != after},
            **{key: value for key, value in about_it.items() if value},
        },
        where=where,
    )


def _person(found: Any) -> str:
    return readable(text(found, "fullname") or text(found, "name"))[:100]


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST else None
