"""Socket Mode: the connection that we open, over which Slack tells us what people do."""

from __future__ import annotations

import asyncio
import contextlib

from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.heard import Once
from bot.slack.outcomes import REFUSED
from bot.slack.web import LOG, Web, replied
from bot.slack.workspaces import refusal
from domain.errors import PaperroundError, PlatformRefusedError

PING_SECONDS = 5  # how often the connection is tried; after four that fail the library makes it anew
# The library looks for a connection that broke only so often, and what people do meanwhile has three seconds.
LOOK_SECONDS = 0.5
LOST_SECONDS = 25.0  # without a connection, and we begin anew
HINT = "Make an app-level token with the scope connections:write on the app's page Basic Information."


async def listen(web: Web, token: str, once: Once) -> None:
    """Hear what Slack tells, until cancelled. Raises PlatformRefusedError where the app-level token serves no more."""
    client = _Client(web, token)

    async def heard(_: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        asked = AsyncBoltRequest(mode="socket_mode", body=request.payload, headers=build_headers(request))
        began = asyncio.get_running_loop().time()
        with once.tasks.hearing():
            await send_async_response(client, request, await once(asked, request.envelope_id), began)

    client.socket_mode_request_listeners.append(heard)
    try:
        client.wss_uri = await client.issue_new_wss_url()
        connecting = asyncio.ensure_future(client.connect())  # type: ignore[no-untyped-call]  # slack_sdk says no type of its result
        try:
            await _watched(client)
        finally:
            connecting.cancel()
    finally:
        await client.close()  # type: ignore[no-untyped-call]  # slack_sdk says no type of its result


async def check(web: Web, token: str) -> None:
    """Try the app-level token. Raises PaperroundError with how to mend it."""
    reply = await replied(web.client(token), "apps.connections.open")
    if not reply.ok:
        raise refusal(reply, "SLACK_APP_TOKEN", HINT)


async def _watched(client: _Client) -> None:
    """Return never; raise once the token is refused, or nothing has come through for too long.

    The library tries one address for ever, and Slack's serve once: a new client begins with a new one.
    """
    now = asyncio.get_running_loop().time
    there = now()
    while now() - there < LOST_SECONDS:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(client.refused.wait(), LOOK_SECONDS)
            raise client.error
        if await client.is_connected():
            there = now()
        elif client.current_session is not None and client.current_session.closed:
            with contextlib.suppress(TimeoutError, PaperroundError):
                await asyncio.wait_for(client.connect_to_new_endpoint(), LOST_SECONDS)
    raise PaperroundError("The connection to Slack was lost.", "It is made anew by itself.")


class _Client(SocketModeClient):
    """slack_sdk's client, which connects again for ever, but for a token that is refused."""

    def __init__(self, web: Web, token: str) -> None:
        super().__init__(app_token=token, logger=LOG, web_client=web.client(None), ping_interval=PING_SECONDS)
        self.web = web
        self.refused = asyncio.Event()
        self.error: PaperroundError = PlatformRefusedError("Slack refused the connection.", HINT)

    async def issue_new_wss_url(self) -> str:
        """Where to connect. Raises PaperroundError."""
        reply = await replied(self.web.client(self.app_token, patient=True), "apps.connections.open")
        if reply.ok:
            return str(reply.body["url"])
        error = refusal(reply, "SLACK_APP_TOKEN", HINT)
        if reply.error in REFUSED:
            self.error = error
            self.refused.set()
        raise error
