"""The whole product, in a workspace: the commands over a real store, Slack's front, and a Slack that judges them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import pytest

from bot.commands import COMMANDS
from bot.slack import pace
from bot.slack.manifest import manifest
from db.store import Store
from tests.bot.slack.lab import Lab, running
from tests.bot.talk import DRAFTS
from tests.slackd.fixture import judged
from tests.slackd.people import Workspace
from tests.slackd.server import Slackd

SCALE = 50  # times as fast as Slack everything may go, and goes

Begin: TypeAlias = Callable[..., AbstractAsyncContextManager[Lab]]


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CHANNEL_SECONDS", "WORKSPACE_SECONDS", "TIER_3_SECONDS"):
        monkeypatch.setattr(pace, name, getattr(pace, name) / SCALE)


@pytest.fixture
async def slackd() -> AsyncIterator[Slackd]:
    """A Slack that knows the app by the manifest it asks to be known by."""
    async with judged(manifest(COMMANDS, unfurl=True), SCALE) as running_server:
        yield running_server


@pytest.fixture
def begin(slackd: Slackd, store: Store) -> Begin:
    """Starts the product, in a workspace of its own if none is given; settings may be given."""

    @asynccontextmanager
    async def start(workspace: Workspace | None = None, **settings: Any) -> AsyncIterator[Lab]:
        async with running(slackd, store, workspace or slackd.workspace(), **settings) as lab:
            yield lab

    return start


@pytest.fixture
async def lab(begin: Begin) -> AsyncIterator[Lab]:
    """The product, running in a workspace with a few papers."""
    async with begin() as made:
        made.take(DRAFTS)
        yield made
        await asyncio.sleep(0)
