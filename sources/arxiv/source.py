"""arXiv: the daily announcement of each category, completed by the API, its gaps filled through OAI-PMH."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from ipaddress import ip_address
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import SettingsError
from domain.paper import Record, Rejected
from sources.answer import Response, place
from sources.arxiv import api, calendar, oai, rss
from sources.arxiv.state import State
from sources.base import Fetched, FetchError
from sources.fetcher import Fetcher, origin

log = logging.getLogger(__name__)

EVERY_SECONDS = 300.0
# https://info.arxiv.org/help/api/tou.html: one request every three seconds, over one connection, for RSS, API and
# OAI-PMH together.
PAUSE_SECONDS = 3.0
RSS, API, OAI = "https://rss.arxiv.org/rss", "https://export.arxiv.org/api/query", "https://oaipmh.arxiv.org/oai"
MOST_PAGES = 40  # of one gap; a page holds a thousand papers or more
MOST_RESTARTS = 2  # of a harvest whose token was lost
AT_ONCE = 100  # papers that the API is asked for in one request
TRIES = 4  # at completing a paper; the API leaves some out for hours
REST = timedelta(hours=1)  # between two looks at a feed from which nothing is expected
AGAIN = timedelta(minutes=30)  # between two tries at what failed: to fill a gap, to complete papers
_SETTINGS = ("categories", "url", "api_url", "oai_url", "pause", "cross_lists")
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]{2}|\.[a-z]+(?:-[a-z]+)*)?")
_ORDER = ("failed", "stalled", "waiting", "fresh", "quiet")

Entries = Iterator[Record | Rejected]


class _Look(Struct, frozen=True):
    """What a look at one category came to."""

    state: State
    outcome: str
    why: str = ""
    entries: tuple[Entries, ...] = ()
    announced: tuple[str, ...] = ()  # ids to complete


class Arxiv:
    """The announcements of some categories (`cs.CL`) or whole archives (`cs`)."""

    name = "arxiv"
    every = EVERY_SECONDS

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        for unknown in sorted(settings.keys() - {*_SETTINGS}):
            raise SettingsError(
                f"The source “arxiv” has no setting “{unknown}”.", f"There are: {', '.join(_SETTINGS)}."
            )
        self.categories = _categories(settings.get("categories", ""))
        # One address stands for all three services, as a mirror or a test has them.
        base = settings.get("url", "").rstrip("/").removesuffix("/rss")
        self.rss = f"{base}/rss" if base else RSS
        self.api = settings.get("api_url") or (f"{base}/api/query" if base else API)
        self.oai = settings.get("oai_url") or (f"{base}/oai" if base else OAI)
        self.cross_lists = settings.get("cross_lists", "yes").lower() not in {"no", "false", "off", "0"}
        urls = (self.rss, self.api, self.oai)
        for url in urls:
            if not origin(url) or urlsplit(url).scheme not in {"http", "https"}:
                raise SettingsError(f"The source “arxiv”: “{url[:80]}” is no address.", "Write one like https://….")
        self._allowed = {origin(url) for url in (settings.get(key, "") for key in ("url", "api_url", "oai_url")) if url}
        # Whoever has a mirror of their own may ask it as often as they like.
        self._rest, self._again = (timedelta(0), timedelta(0)) if base else (REST, AGAIN)
        pause = settings.get("pause") or str(0.0 if all(map(_loopback, urls)) else PAUSE_SECONDS)
        self._fetcher = fetcher
        self._pace = fetcher.pace(self.name, _pause(pause))

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        """Look at each category whose announcement is due, fill gaps, and complete what came."""
        cursor = cursor if isinstance(cursor, dict) else {}
        known = cursor.get("categories", {})
        looks = {
            category: await self._look(category, State.of(known.get(category)), now) for category in self.categories
        }
        entries: list[Entries] = list(chain.from_iterable(look.entries for look in looks.values()))
        pending = {**cursor.get("pending", {}), **{each: 0 for look in looks.values() for each in look.announced}}
        rest = cursor.get("api_rest")
        if pending and not (rest and now < datetime.fromisoformat(rest)):
            more, pending, failed = await self._completed(pending)
            entries += more
            rest = (now + self._again).isoformat() if failed else None
        following = {
            "categories": {**known, **{category: look.state.data() for category, look in looks.items()}},
            "pending": pending,
            "api_rest": rest,
        }
        return Fetched(chain.from_iterable(entries), following, *_together(looks, now))

    async def _look(self, category: str, state: State, now: datetime) -> _Look:
        entries: list[Entries] = []
        said: list[str] = []
        announced: tuple[str, ...] = ()
        try:
            if state.looks(now, self._rest):
                listing, validators = await self._listing(category, state)
                state = replace(state, looked=now)
                if listing is not None and listing.mark and listing.mark != state.mark:
                    state, day = state.took(listing, now)
                    items = [item for item in listing.items if self.cross_lists or item.kind != rss.CROSS]
                    entries.append(chain((item.record(day) for item in items), listing.rejected))
                    announced = tuple(item.paper.value for item in items if item.kind != rss.REPLACE)
                    said.append(f"{category} of {day}: {', '.join(rss.kinds(tuple(items)))}")
                elif listing is not None and not listing.items and listing.rejected:
                    raise FetchError(f"Nothing in the feed of {category} can be read: {listing.rejected[0].why}")  # noqa: TRY301  # handled as what it is
                # Kept once what they stand for is: a feed that could not be read is asked for again.
                state = replace(state, validators=validators)
        except FetchError as error:
            # The cursor moves with what came before the mishap.
            return _Look(state, error.outcome, f"{category}: {error}", tuple(entries), announced)
        state = state.owing(now)
        if state.fills(now, self._again):
            days = state.filling
            try:
                found = await self._filled(category, state)
            except FetchError as error:
                state = replace(state, filled=now, trouble=f"{category} of {days[0]} to {days[-1]} is missing: {error}")
            else:
                entries.append(iter(found))
                said += [f"{category} of {days[0]} to {days[-1]}: {len(found)} through OAI-PMH"] if found else []
                state = state.was_filled()
        return _Look(state, *_outcome(category, state, now, said), tuple(entries), announced)

    async def _listing(self, category: str, state: State) -> tuple[rss.Listing | None, Mapping[str, str]]:
        url = f"{self.rss}/{category}"
        # A listing that is wanted and not had is asked for whole: a cache somewhere may stand still.
        response = await self._get(url, validators=state.validators)
        if response.unchanged:
            return None, state.validators
        return await asyncio.to_thread(rss.read, response.body, place(url)), response.validators

    async def _filled(self, category: str, state: State) -> list[Record | Rejected]:
        found: list[Record | Rejected] = []
        async for page in self.harvest(category, state.filling[0], state.filling[-1]):
            found += await asyncio.to_thread(lambda page: [*page.entries(state.floor)], page)
        return found

    async def harvest(self, category: str, since: date, until: date) -> AsyncIterator[oai.Page]:
        """What OAI-PMH has of a category from one day to another, page by page. Raises FetchError."""
        first = {
            "verb": "ListRecords",
            "metadataPrefix": "arXiv",
            "set": oai.group(category),
            "from": since.isoformat(),
            "until": until.isoformat(),
        }
        params, tokens, restarts = first, set[str](), 0
        for _ in range(MOST_PAGES):
            response = await self._get(self.oai, params)
            page = await asyncio.to_thread(oai.read, response.body, place(self.oai))
            if page.error == oai.LOST and restarts < MOST_RESTARTS:
                params, tokens, restarts = first, set(), restarts + 1
                continue
            if page.error and page.error != oai.NOTHING:
                raise FetchError(f"arXiv's OAI-PMH refuses to list {category}: {page.error}.", "Is it a category?")
            yield page
            if not page.token:
                return
            if page.token in tokens:
                raise FetchError(f"arXiv's OAI-PMH goes round in a circle listing {category}.", passing=True)
            tokens.add(page.token)
            params = {"verb": "ListRecords", "resumptionToken": page.token}
        raise FetchError(f"arXiv's OAI-PMH does not come to an end listing {category}.")

    async def _completed(self, pending: Mapping[str, int]) -> tuple[list[Entries], dict[str, int], bool]:
        """What the API says of these papers, those that are still to be asked for, and whether it failed."""
        left, done = dict(pending), list[Entries]()
        for start in range(0, len(pending), AT_ONCE):
            some = list(pending)[start : start + AT_ONCE]
            params = {"id_list": ",".join(some), "max_results": str(len(some))}
            try:
                response = await self._get(self.api, params)
                found = await asyncio.to_thread(lambda body: [*api.read(body, place(self.api))], response.body)
            except FetchError as error:
                log.info("source=arxiv: papers are completed later: %s", error)
                return done, {each: tries + 1 for each, tries in left.items() if tries < TRIES}, True
            done.append(iter(found))
            had = {each.identifiers[0].value for each in found if isinstance(each, Record)}
            for each in some:
                tries = left.pop(each)
                if each not in had and tries < TRIES:
                    left[each] = tries + 1
        return done, left, False

    async def _get(
        self, url: str, params: Mapping[str, str] | None = None, validators: Mapping[str, str] | None = None
    ) -> Response:
        return await self._fetcher.get(
            url, params or {}, validators=validators or {}, allowed=self._allowed, pace=self._pace
        )


def _outcome(category: str, state: State, now: datetime, said: Sequence[str]) -> tuple[str, str]:
    """How a look went in which nothing went wrong."""
    why = " · ".join(said)
    if state.missing:
        why = " · ".join([*said, state.trouble or f"{category} of {state.missing[0]} and later is still to come"])
        return ("stalled" if state.trouble else "waiting"), why
    if said:
        return "fresh", why
    if not state.complete(now):
        return "waiting", f"{category} does not list the announcement of {calendar.latest(now)} yet"
    return "quiet", ""


def _together(looks: Mapping[str, _Look], now: datetime) -> tuple[str, str]:
    """How all of it went: the worst of what is lacking, for which others wait; else what came."""
    outcomes = {look.outcome for look in looks.values()}
    outcome = next(each for each in _ORDER if each in outcomes)
    why = " · ".join(look.why for look in looks.values() if look.why)
    if outcome != "quiet":
        return outcome, why
    preparing, today = calendar.preparing(now), calendar.day_of(now)
    if preparing:
        return "waiting", f"the announcement of {preparing} comes at {calendar.ready(preparing):%H:%M} UTC"
    if name := calendar.holiday(today):
        return "quiet", f"arXiv announces nothing today ({name}); next on {calendar.following(today)}"
    if today.weekday() > 4:
        return "quiet", f"arXiv announces nothing on weekends; next on {calendar.following(today)}"
    return "quiet", f"all of {calendar.latest(now)} is here; next on {calendar.following(calendar.latest(now))}"


def _categories(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(text.replace(",", " ").replace("+", " ").split()))
    if not found:
        raise SettingsError(
            "The source “arxiv” needs categories.",
            "Set PAPERROUND_SOURCES__ARXIV__CATEGORIES, for example cs.CL,cs.LG.",
        )
    for each in found:
        if not _CATEGORY.fullmatch(each):
            raise SettingsError(
                f"The source “arxiv”: “{each[:40]}” is no category.", "They are written like cs.CL, hep-th or cs."
            )
    return found


def _pause(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 3600:
        raise SettingsError(f"The source “arxiv”: “{text[:40]}” is no pause.", "Write seconds, such as 3.")
    return seconds


def _loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
