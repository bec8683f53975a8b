"""The one way out to the web: polite, bounded in time and size, and closed to the local network."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode, urljoin, urlsplit

from sources.answer import PATIENT, Patience, Response, place
from sources.base import FetchError
from sources.pace import Pace

LARGEST = 16 * 2**20  # bytes of an answer, as it comes and unpacked
REDIRECTS = 5
_NOTHING: Mapping[str, str] = MappingProxyType({})
_KEPT = {"etag": "If-None-Match", "last_modified": "If-Modified-Since"}


@dataclass(slots=True)
class Fetcher:
    """Fetches for every source. `contact` is whom a service can write to: an address, or the URL of a page.

    `local` names hosts of the local network that may be fetched from (`host` or `host:port`). `store` is the path
    of the store: beside it lie the files by which processes keep a common pace.
    """

    contact: str = ""
    local: Collection[str] = ()
    store: Path | None = None
    patience: Patience = PATIENT
    _held: dict[str, float] = field(default_factory=dict)

    def pace(self, name: str, seconds: float) -> Pace:
        """Turns at a service: give them with every request to it. Sources that share one share its name."""
        path = self.store.with_name(f"{self.store.name}.{name}.pace") if self.store else None
        return Pace(name, seconds, path)

    async def get(
        self,
        url: str,
        params: Mapping[str, str] = _NOTHING,
        *,
        headers: Mapping[str, str] = _NOTHING,
        validators: Mapping[str, str] = _NOTHING,
        allowed: Collection[str] = (),
        pace: Pace | None = None,
        largest: int = LARGEST,
    ) -> Response:
        """Fetch a URL with its parameters, following redirects, and again where that may help.

        `headers` (keys, say) go to the URL's own host and to no other that it redirects to. `validators` are those
        of the last response. `allowed` are hosts of the local network that a setting of the source names, as
        `origin` gives them. Raises FetchError for whatever is no answer with status 200 to 299 or 304.
        """
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params)
        if (wait := self._held.get(origin(url), 0.0) - time.monotonic()) > 0:
            said = f"{place(url)} asked to be left alone for another {wait:.0f} s."
            raise FetchError(said, outcome="stalled", wait=wait)
        sent = {**headers, **{_KEPT[name]: value for name, value in validators.items() if name in _KEPT}}
        known = {name.lower() for name in (*allowed, *self.local)}
        tried = 0
        while True:
            tried += 1
            try:
                return await self._follow(url, sent, known, pace, largest)
            except FetchError as error:
                jitter = random.uniform(0.5, 1.5)  # noqa: S311  # no secret
                pause = max(error.wait or 0.0, self.patience.pause * 2 ** (tried - 1) * jitter)
                if error.wait:
                    self._held[origin(url)] = time.monotonic() + error.wait
                if not error.passing or tried >= self.patience.tries or pause > self.patience.longest:
                    raise
            await asyncio.sleep(pause)

    async def _follow(
        self, url: str, headers: Mapping[str, str], allowed: Collection[str], pace: Pace | None, largest: int
    ) -> Response:
        from sources.wire import MOVED, ask, session  # noqa: PLC0415  # loads aiohttp: whoever knows the sources and asks none starts sooner without

        turn = pace or Pace(place(url), 0)
        at = url
        async with session(self.patience, allowed) as opened:
            for _ in range(REDIRECTS + 1):
                own = headers if origin(at) == origin(url) else _NOTHING
                asking = {"User-Agent": self._agent(), "Accept-Encoding": "gzip, deflate", **own}
                async with turn.turn(self.patience.total + self.patience.longest):
                    try:
                        response = await ask(opened, at, asking, allowed, largest)
                    except FetchError as error:
                        turn.hold(error.wait or 0.0)
                        raise
                if response.status not in MOVED:
                    return response
                at = _moved(at, response.headers.get("location", ""))
        raise FetchError(f"{place(url)} redirects more than {REDIRECTS} times.")

    def _agent(self) -> str:
        contact = " ".join(self.contact.encode("ascii", "ignore").decode().split())
        who = f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
        return f"Paperround ({who})" if who else "Paperround"


def _moved(url: str, to: str) -> str:
    try:
        return urljoin(url, to)
    except ValueError:
        raise FetchError(f"{place(url)} redirects to nowhere.") from None


def origin(url: str) -> str:
    """Host and port of a URL, `127.0.0.1:8000`: what a setting that holds the URL allows. Empty if it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname else ""
