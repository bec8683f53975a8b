"""Slack as the house meets it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.commands.base import Desk
from bot.front import Clock
from bot.settings import NO_SECRET, Settings
from bot.slack import hear, socket
from bot.slack.answer import Saying
from bot.slack.asking import Asking, Tasks
from bot.slack.heard import Once
from bot.slack.pace import Pace
from bot.slack.platform import SlackPlatform
from bot.slack.web import LOG, Web
from bot.slack.workspaces import Workspace, Workspaces, introduced
from db.store import Store
from domain.errors import SettingsError

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

SOCKET = "socket"


class SlackFront:
    """Slack by one token, or by those of every workspace that installed the app."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.web = Web(settings.slack_api_url)
        self.pace = Pace()
        self.workspaces = Workspaces(settings.slack_bot_token)
        self.platform = SlackPlatform(store, clock, self.web, self.workspaces, self.pace)
        self.tasks = Tasks()
        self._once: Once | None = None

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """In HTTP mode, where Slack tells us things."""
        return []

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """A session, while it lasts. Slack is asked nothing yet: it may be down."""
        async with self.web:
            try:
                yield
            finally:
                await self.tasks.end()

    async def listen(self, desk: Desk) -> None:
        """Hear what people ask. Raises PlatformRefusedError where a token is refused."""
        await self.workspaces.introduce(self.web)
        if self.settings.slack_mode == SOCKET:
            if not self.settings.slack_app_token:
                raise SettingsError("Slack's Socket Mode needs SLACK_APP_TOKEN.", socket.HINT)
            await socket.listen(self.web, self.settings.slack_app_token, self._hearing(desk))
        else:
            self._hearing(desk)
            await asyncio.Event().wait()

    async def check(self) -> str:
        """Try the token. Raises PaperroundError with how to mend it."""
        there = [await introduced(self.web, workspace) for workspace in self.workspaces.all()]
        return f"connected to {', '.join(each.name for each in there)}." if there else "no workspace has the app yet."

    def _hearing(self, desk: Desk) -> Once:
        """What handles everything that Slack tells, each once."""
        if self._once is None:

            async def authorize(team_id: str | None) -> AuthorizeResult:
                # Known here, so that asking Slack delays no acknowledgement.
                workspace = self.workspaces.of(team_id or "") or Workspace(team_id or "", NO_SECRET)
                return AuthorizeResult(
                    enterprise_id=None,
                    team_id=workspace.team,
                    bot_user_id=workspace.bot,
                    bot_id=workspace.bot_id,
                    bot_token=workspace.token,
                )

            app = AsyncApp(
                logger=LOG,
                client=self.web.client(None, patient=True),
                authorize=authorize,
                request_verification_enabled=False,  # done before anything is remembered of a request
            )
            asking = Asking(desk, self.clock, self.web, self.workspaces, Saying(self.web, self.pace))
            hear.register(app, asking, self.tasks)

            async def handle(request: AsyncBoltRequest) -> BoltResponse:
                response = await app.async_dispatch(request)
                # What nobody here asked to hear is heard all the same, or Slack would tell it again.
                return BoltResponse(status=200) if response.status == 404 else response

            self._once = Once(handle)
        return self._once
