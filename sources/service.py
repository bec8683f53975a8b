"""What the services have in common that are asked questions, page by page: settings, pace, cursor, and how it went."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zlib import crc32

from msgspec import Struct

from domain.errors import SettingsError
from domain.paper import Record, Rejected
from sources.answer import place
from sources.base import Fetched, FetchError
from sources.fetcher import Fetcher, origin
from sources.values import REPLY, day, items, text

FIRST_DAYS = 7  # back from the first look
OVERLAP_DAYS = 3  # looked at again: services list things late, under the dates they had before
LONGEST_DAYS = 60  # back, after a long rest; what is older is no news
MOST_PAGES = 50  # of one question in one look
MOST_SEEN = 20_000  # entries of the last look that are remembered, to tell a fresh one from one that only repeats
_ORDER = ("failed", "stalled", "fresh", "quiet")
_LISTED = re.compile(r"\s*;\s*")

Entry = Record | Rejected
Read = Callable[[bytes, str], Iterator[Entry]]


class Asked(Struct, frozen=True):
    """What one question is asked for: what appeared since a day, as of now."""

    question: str
    since: date
    now: datetime


class Service:
    """A source that is asked each of its questions for what appeared since the last look.

    A subclass names itself, its `url`, `every` (seconds between two looks), `pause` (seconds between two requests)
    and `settings`, of which `questions` is the one that lists what is asked, and says in `pages` how one asks. A
    question that fails is asked again for the same days; the others go on.
    """

    name: str
    every = 3600.0
    url: str
    pause = 1.0
    settings: ClassVar[tuple[str, ...]] = ()
    questions: ClassVar[str] = ""
    divider: ClassVar[re.Pattern[str]] = _LISTED

    def __init__(self, settings: Mapping[str, str], fetcher: Fetcher) -> None:
        known = ("url", *self.settings)
        for unknown in sorted(settings.keys() - set(known)):
            raise self.wrong(f"has no setting “{unknown}”", f"There are: {', '.join(known)}.")
        self.given = settings
        self.asked = tuple(dict.fromkeys(filter(None, self.divider.split(settings.get(self.questions, "").strip()))))
        if self.questions and not self.asked:
            raise self.wrong(f"needs {self.questions}", "docs/settings.md says what to write there.")
        self.url = settings.get("url", self.url).rstrip("/")
        if not origin(self.url):
            raise self.wrong(f"cannot ask “{self.url[:80]}”", "Write an address like https://….")
        own = "url" in settings
        self._allowed = {origin(self.url)} if own else set[str]()
        self._fetcher = fetcher
        self._pace = fetcher.pace(self.name, 0.0 if own else self.pause)

    def wrong(self, what: str, hint: str) -> SettingsError:
        """The error that says what is wrong with the settings."""
        return SettingsError(f"The source “{self.name}” {what}.", hint)

    def pages(self, asked: Asked) -> AsyncIterator[Sequence[Entry]]:
        """The replies to a question, one after the other. Raises FetchError where it cannot be asked further."""
        raise NotImplementedError

    async def fetch(self, cursor: Any, now: datetime) -> Fetched:
        """Ask every question for what appeared since the last look that answered it."""
        before = cursor if isinstance(cursor, dict) else {}
        entries: list[Entry] = []
        after: dict[str, Any] = {}
        told: list[tuple[str, str]] = []
        for question in self.asked or ("",):
            known = before.get(question)
            since = _since(day(text(known, "until")), now)
            found: list[Entry] = []
            try:
                async for page in self.pages(Asked(question, since, now)):
                    found += page
            except FetchError as error:
                # What came so far is kept; the question is asked for the same days again.
                told.append((error.outcome, f"{question}: {error}" if question else str(error)))
                after |= {question: known} if known else {}
            else:
                seen = set(map(text, items(known, "seen")))
                marks = [_mark(each) for each in found if isinstance(each, Record)]
                fresh = sum(mark not in seen for mark in marks)
                after[question] = {"until": now.astimezone(UTC).date().isoformat(), "seen": marks[:MOST_SEEN]}
                told.append(self.outcome(found, fresh, since, now))
            entries += found
        return Fetched(entries, after, *_together(told))

    def outcome(self, found: Sequence[Entry], fresh: int, since: date, now: datetime) -> tuple[str, str]:
        """How a question went that was answered: fresh or quiet, and why in words."""
        return ("fresh", f"{fresh} new") if fresh else ("quiet", f"nothing new since {since}")

    async def get(
        self, read: Read, path: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> tuple[list[Entry], bytes]:
        """One reply, read and as it came. Raises FetchError also for a reply that is none."""
        url = f"{self.url}{path}"
        response = await self._fetcher.get(url, params, headers=headers or {}, allowed=self._allowed, pace=self._pace)
        found = await asyncio.to_thread(lambda: list(read(response.body, place(url))))
        for each in found:
            if isinstance(each, Rejected) and each.kind == REPLY:
                raise FetchError(f"{each.where}: {each.why}", passing=True)
        return found, response.body

    @property
    def contact(self) -> dict[str, str]:
        """The parameter by which services are told whom to write to, where that is a mail address."""
        return {"mailto": self._fetcher.contact} if "@" in self._fetcher.contact else {}


def _since(until: date | None, now: datetime) -> date:
    today = now.astimezone(UTC).date()
    if until is None or until > today:
        return today - timedelta(days=FIRST_DAYS)
    return max(until - timedelta(days=OVERLAP_DAYS), today - timedelta(days=LONGEST_DAYS))


def _mark(record: Record) -> str:
    """What tells an entry from others, in eight characters: it only says what is worth calling fresh."""
    return f"{crc32((str(record.identifiers[0]) if record.identifiers else record.page_url).encode()):08x}"


def _together(told: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The outcome of all questions: the worst, and why of each that came to it."""
    worst = next(outcome for outcome in _ORDER if any(outcome == each for each, _ in told))
    why = list(dict.fromkeys(said for outcome, said in told if outcome == worst))
    return worst, " · ".join(why[:5])
