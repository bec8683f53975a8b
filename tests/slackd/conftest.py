"""A server, a workspace, and an app made of the libraries as they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.slackd.fixture import MANIFEST, judged
from tests.slackd.people import Workspace
from tests.slackd.server import Slackd


@asynccontextmanager
async def by_socket(slackd: Slackd, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    listening = AsyncSocketModeHandler(app, slackd.hub.app_token, ping_interval=0.2)
    await listening.connect_async()  # type: ignore[no-untyped-call]  # the library says no types
    await slackd.hub.changes.until(lambda: slackd.sockets.open)
    yield listening
    await listening.close_async()  # type: ignore[no-untyped-call]  # the library says no types


@pytest.fixture
async def slackd() -> AsyncIterator[Slackd]:
    async with judged(MANIFEST) as running:
        yield running


@pytest.fixture
def lab(slackd: Slackd) -> Workspace:
    return slackd.workspace()


@pytest.fixture
def client(slackd: Slackd, lab: Workspace) -> AsyncWebClient:
    return AsyncWebClient(lab.team.token, base_url=slackd.api, retry_handlers=[])


@pytest.fixture
def app(slackd: Slackd, client: AsyncWebClient) -> AsyncApp:
    return AsyncApp(client=client, signing_secret=slackd.hub.signing_secret)


@pytest.fixture
async def handler(slackd: Slackd, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app, listening by Socket Mode; listeners may be added while it does."""
    async with by_socket(slackd, app) as listening:
        yield listening
