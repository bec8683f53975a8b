"""Feeds that the settings name: journals' tables of contents, blogs, whatever speaks RSS or Atom."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from domain.errors import SettingsError
from domain.paper import Record, Rejected
from sources import feed
from sources.answer import place
from sources.base import Fetched, FetchError
from sources.fetcher import Fetcher, origin
from sources.values import REPLY, items, text

EVERY_SECONDS = 1800.0
AT_ONCE = 4  # hosts that are asked at a time
LARGEST = 6 * 2**20  # bytes of a feed
MOST_SEEN = 2_000  # entries of a feed that are remembered, also after it has dropped them
_LISTED = re.compile(r"[\s,;]+")
_ORDER = ("failed", "stalled", "fresh", "quiet")


class _Look(Struct, frozen=True):
    """What a look at one feed came to; `state` is what the next one starts from."""

    state: Any
    outcome: str
    why: str
    entries: tuple[Record | Rejected, ...] = ()


class Feeds:
    """Some feeds, each by itself: what a feed said last, and what it said that about, is kept by its address."""

    name = "feeds"
    every = EVERY_SECONDS

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        for unknown in sorted(settings.keys() - {"urls", "local"}):
            raise SettingsError(f"The source “feeds” has no setting “{unknown}”.", "There are: urls, local.")
        self.urls = tuple(dict.fromkeys(filter(None, _LISTED.split(settings.get("urls", "")))))
        if not self.urls:
            raise SettingsError("The source “feeds” needs urls.", "Write the addresses of feeds, with commas between.")
        for url in self.urls:
            if not origin(url) or urlsplit(url).scheme not in {"http", "https"}:
                raise SettingsError(f"The source “feeds”: “{url[:80]}” is no address.", "Write one like https://….")
        # Feeds of the own network only where that is said of them.
        local = settings.get("local", "no").lower() in {"yes", "true", "on", "1"}
        self._allowed = {origin(url) for url in self.urls} if local else set[str]()
        self._fetcher = fetcher

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        """Look at every feed for what it has that it had not before."""
        before = cursor if isinstance(cursor, dict) else {}
        hosts: dict[str, list[str]] = {}
        for url in self.urls:
            hosts.setdefault(origin(url), []).append(url)
        few = asyncio.Semaphore(AT_ONCE)

        async def look_at(urls: list[str]) -> dict[str, _Look]:
            async with few:  # a host's feeds one after the other
                return {url: await self._look(url, before.get(url), now) for url in urls}

        found = await asyncio.gather(*map(look_at, hosts.values()))
        states = {url: look for each in found for url, look in each.items()}
        after = {url: look.state for url, look in states.items() if look.state}
        looks = list(states.values())
        worst = next(each for each in _ORDER if any(each == look.outcome for look in looks))
        why = " · ".join(look.why for look in looks if look.outcome == worst)
        return Fetched([each for look in looks for each in look.entries], after, worst, why[:1_000])

    async def _look(self, url: str, known: Any, now: datetime) -> _Look:
        said, old = place(url), list(map(text, items(known, "seen")))
        # What a feed without dates holds at the first look is not new; what comes later is of the day it comes.
        seen = now.astimezone(UTC).date() if known else None
        validators = known.get("validators", {}) if isinstance(known, dict) else {}
        try:
            response = await self._fetcher.get(url, validators=validators, allowed=self._allowed, largest=LARGEST)
            if response.unchanged:
                return _Look(known, "quiet", f"{said} has not changed")
            found = await asyncio.to_thread(_read, response.body, url, response.url, seen)
        except FetchError as error:
            return _Look(known, error.outcome, str(error))
        fresh = {mark: each for mark, each in found if mark not in set(old)}
        there = [mark for mark, _ in found]
        remembered = [*there, *(mark for mark in old if mark not in set(there))][:MOST_SEEN]
        state = {"validators": response.validators, "seen": remembered}
        why = f"{said}: {len(fresh)} new" if fresh else f"{said} has nothing new"
        return _Look(state, "fresh" if fresh else "quiet", why, tuple(fresh.values()))


def _read(body: bytes, url: str, final: str, seen: date | None) -> list[tuple[str, Record | Rejected]]:
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    found = list(feed.marked(body, host, place(url), url=final, seen=seen))
    for _, each in found:
        if isinstance(each, Rejected) and each.kind == REPLY:
            raise FetchError(f"{each.where}: {each.why}", passing=True)
    return found
