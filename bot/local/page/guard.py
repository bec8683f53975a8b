"""Who is let in: our own host, our own pages' forms, and with a token only who knows it."""

from __future__ import annotations

import hashlib
import hmac
import socket
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.settings import Settings

COOKIE = "paperround"
DAYS = 30  # until one enters the token again
LOGIN = "/login"
OPEN = (LOGIN, "/static/", "/healthz", "/readyz")
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}
# Scripts, styles and everything else from our own files only: https://www.w3.org/TR/CSP3/
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    # Not "no-referrer": with that a form's Origin is "null", as if it came from anywhere (https://fetch.spec.whatwg.org/).
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}

Refuse = Callable[[Request, HTTPStatus, str, str], Response]


class Guard:
    """In front of every view: refuses foreign hosts and foreign sites' requests, asks for the token if there is one."""

    def __init__(self, app: ASGIApp, settings: Settings, refuse: Refuse) -> None:
        self.app = app
        self.settings = settings
        self.refuse = refuse
        self.outside = urlsplit(settings.page_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        request = Request(scope, receive)
        answer = self._refused(request)
        try:
            await (answer or self.app)(scope, receive, sealed)
        except HTTPException as error:  # what the router and the files refuse by themselves
            status = HTTPStatus(error.status_code)
            await self.refuse(request, status, f"{status.phrase}.", "")(scope, receive, sealed)

    def _refused(self, request: Request) -> Response | None:
        if not self._our_host(request.headers.get("host", "")):
            what = "This page is not served under that name."
            hint = "Set PAPERROUND_PAGE_URL to the address that people use, if it is one of yours."
            return self.refuse(request, HTTPStatus.MISDIRECTED_REQUEST, what, hint)
        if _foreign(request):
            what = "That came from another site, so nothing was done."
            return self.refuse(request, HTTPStatus.FORBIDDEN, what, "Do it on the page itself.")
        # The path that is served: an address put together again has the host's word in it.
        if self._known(request) or request.scope["path"].startswith(OPEN):
            return None
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
        what = "The page asks for its token first."
        return self.refuse(request, HTTPStatus.UNAUTHORIZED, what, f"Enter it at {LOGIN}.")

    def _our_host(self, host: str) -> bool:
        # A name that an attacker points at this address (DNS rebinding) is none of ours; addresses cannot be pointed.
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in {*LOOPBACK_NAMES, self.outside.hostname}:
            return True
        page = self.settings.page
        if page is None or page.loopback:
            return False
        try:
            ip_address(name)
        except ValueError:
            return name in {page.host.lower(), socket.gethostname().lower()}
        return True

    def _known(self, request: Request) -> bool:
        token = self.settings.page_token
        if not token:
            return True
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and same(given.strip(), token):
            return True
        return same(request.cookies.get(COOKIE, ""), session(token))


def _foreign(request: Request) -> bool:
    """Whether another site's page makes the browser ask this; only following a link here is fine."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if request.method in {"GET", "HEAD"}:
        followed = request.headers.get("sec-fetch-mode", "navigate") == "navigate"
        return site not in {"same-origin", "none"} and not followed
    origin = request.headers.get("origin")
    if site not in {"same-origin", "none"}:
        return True
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are one, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode(errors="replace"), wanted.encode())


def session(token: str) -> str:
    """What the cookie holds: proof that its owner entered the token, from which nobody learns the token."""
    return hmac.new(token.encode(), b"paperround page session", hashlib.sha256).hexdigest()


def let_in(response: Response, settings: Settings) -> None:
    """Remember in the reader's browser that the token was entered."""
    secure = settings.page_url.startswith("https:")
    response.set_cookie(
        COOKIE, session(settings.page_token), max_age=DAYS * 86_400, httponly=True, samesite="strict", secure=secure
    )


LONGEST_FORM = 64_000  # bytes
MOST_FIELDS = 40


async def form(request: Request) -> dict[str, str]:
    """The fields of a submitted form; those of one name joined by commas. Raises ValueError for what is none."""
    body = b""
    async for some in request.stream():
        body += some
        if len(body) > LONGEST_FORM:
            raise ValueError("longer than any form of ours")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise ValueError("not sent as a form sends it")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return {name: ",".join(values) for name, values in fields.items()}
