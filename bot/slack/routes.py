"""What Slack and browsers reach over HTTP: events, and installing the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_sdk.signature import SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.settings import Secret
from bot.slack.heard import Once
from bot.slack.manifest import EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH

LARGEST = 2_000_000  # bytes of what Slack tells at once; a view has 250 kB at most


def events(once: Once, secret: Secret) -> Sequence[BaseRoute]:
    """Where Slack tells what happens. Only what it signed within five minutes is heard."""
    verifier = SignatureVerifier(secret)

    async def heard(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not verifier.is_valid_request(body, dict(request.headers)):
            return PlainTextResponse("not signed by Slack", 401)
        with once.tasks.hearing():
            return to_starlette_response(await once(to_async_bolt_request(request, body)))

    return [Route(EVENTS_PATH, heard, methods=["POST"])]


def installing(flow: AsyncOAuthFlow) -> Sequence[BaseRoute]:
    """Where one installs the app into a workspace."""

    def page(handle: Callable[..., Awaitable[BoltResponse]]) -> Callable[[Request], Awaitable[Response]]:
        async def shown(request: Request) -> Response:
            return to_starlette_response(await handle(to_async_bolt_request(request, b"")))

        return shown

    return [
        Route(INSTALL_PATH, page(flow.handle_installation), methods=["GET"]),
        Route(REDIRECT_PATH, page(flow.handle_callback), methods=["GET"]),
    ]


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
