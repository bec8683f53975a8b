"""What comes back from the web, and how long one waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from sources.base import FetchError
from sources.values import loads


class Patience(Struct, frozen=True):
    """How long and how often. All in seconds but `tries`.

    `silence` is how long an answer may pause, `total` how long all of it may take, `pause` what comes before the
    second try, and doubles. What a server asks us to wait beyond `longest` is left to a later look.
    """

    connect: float = 15.0
    silence: float = 30.0
    total: float = 120.0
    tries: int = 3
    pause: float = 1.0
    longest: float = 60.0


PATIENT = Patience()


class Response(Struct, frozen=True):
    """An answer. `url` is where it came from in the end; the names of `headers` are in small letters.

    `unchanged` says that nothing is new since the validators were given; the body is empty then.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    unchanged: bool = False

    @property
    def validators(self) -> dict[str, str]:
        """What to keep in the cursor and give with the next request, so that what has not changed is not sent."""
        found = {"etag": self.headers.get("etag", ""), "last_modified": self.headers.get("last-modified", "")}
        return {name: value for name, value in found.items() if value and len(value) <= 500}

    def json(self) -> Any:
        """The body read as JSON. Raises FetchError if it is none, or more than a list of papers is."""
        try:
            return loads(self.body)
        except ValueError:
            raise FetchError(f"{place(self.url)} answers with something else than JSON.", passing=True) from None


def place(url: str) -> str:
    """Where a URL leads, for people: its host and path, without parameters, which may hold keys."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.hostname or ''}{port}{parts.path}"[:200] or url.partition("?")[0][:80]
    except ValueError:
        return url.partition("?")[0][:80]
