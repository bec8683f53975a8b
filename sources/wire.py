"""One request over HTTP and its answer, bounded in time and size. Loaded only to ask: aiohttp takes a while."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from sources.addresses import Resolver, refused
from sources.answer import Patience, Response, place
from sources.base import FetchError
from sources.unpack import Body

MOVED = frozenset({301, 302, 303, 307, 308})
THROTTLED = frozenset({429, 503})
PASSING = frozenset({408, 425, 500, 502, 504, *THROTTLED})
LONGEST_HOLD = 3600.0  # seconds that a server may ask us to wait; what asks for more is asked again after these
_PIECE = 64 * 1024


def session(patience: Patience, allowed: Collection[str]) -> aiohttp.ClientSession:
    """A connection to be had, to the hosts of the open internet and those allowed; no cookies, no redirects."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=Resolver(allowed), use_dns_cache=False, force_close=True, limit=1),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,  # without a limit it is
        timeout=aiohttp.ClientTimeout(patience.total, sock_connect=patience.connect, sock_read=patience.silence),
    )


async def ask(
    opened: aiohttp.ClientSession, url: str, headers: Mapping[str, str], allowed: Collection[str], largest: int
) -> Response:
    """Ask once. A redirect is an answer; raises FetchError for all that is none."""
    here = _checked(url, allowed)
    try:
        async with opened.get(url, headers=headers, allow_redirects=False) as answer:
            found: dict[str, str] = {}
            for name, value in answer.headers.items():
                found.setdefault(name.lower(), value)
            if answer.status in MOVED or answer.status == 304:
                return Response(url, answer.status, found, b"", unchanged=answer.status == 304)
            if not 200 <= answer.status < 300:
                raise _refusal(here, answer.status, found)
            body = Body(here, found.get("content-encoding", ""), largest)
            async for piece in answer.content.iter_chunked(_PIECE):
                body.add(piece)
            return Response(url, answer.status, found, body.whole())
    except (TimeoutError, aiohttp.ClientError, ValueError) as error:
        raise _mishap(here, error) from None


def _checked(url: str, allowed: Collection[str]) -> str:
    """The place in words. Raises FetchError if one must not ask there."""
    here = place(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if parts.scheme not in {"http", "https"} or not host:
        raise FetchError(f"“{here[:80]}” is no address of the web.", "Addresses begin with https:// or http://.")
    if error := refused(host, port, allowed):
        raise error
    return here


def _refusal(here: str, status: int, headers: Mapping[str, str]) -> FetchError:
    if status in THROTTLED:
        wait = _seconds(headers.get("retry-after", ""))
        again = f", and to come again in {wait:.0f} s" if wait else ""
        said = f"{here} asks us to slow down{again} (status {status})."
        return FetchError(said, outcome="stalled", status=status, wait=wait, passing=True)
    hint = "Check the key in the settings." if status in {401, 403} else ""
    return FetchError(f"{here} answers with status {status}.", hint, status=status, passing=status in PASSING)


def _mishap(here: str, error: Exception) -> FetchError:
    match error:
        case TimeoutError():
            return FetchError(f"{here} does not answer in time.", outcome="stalled", passing=True)
        case aiohttp.ClientPayloadError():
            return FetchError(f"The answer of {here} ends in the middle.", passing=True)
        case aiohttp.ClientConnectorCertificateError():
            return FetchError(f"{here} shows a certificate that is not good.", "Is this machine's time right?")
        case aiohttp.ClientConnectorError():
            why = error.os_error.strerror or "no connection"
            return FetchError(f"{here} cannot be reached: {why}.", passing=True)
        case ValueError():  # of the libraries, for addresses and headers that nobody should send
            return FetchError(f"{here} cannot be asked: an address or a header is not well formed.")
        case _:
            return FetchError(f"{here} breaks off ({type(error).__name__}).", passing=True)


def _seconds(text: str) -> float | None:
    """What Retry-After says, a number or a date, in seconds from now, an hour at most; None if it says nothing."""
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text[:9]), LONGEST_HOLD)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - time.time()
    return min(max(seconds, 0.0), LONGEST_HOLD)
