"""Slack as the house meets it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncCallableAuthorize
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.commands.base import Desk
from bot.front import Clock
from bot.settings import LOOPBACK, NO_SECRET, Settings
from bot.slack import formed, hear, home, links, living, routes, socket
from bot.slack.answer import Saying
from bot.slack.asking import Asking
from bot.slack.heard import Once
from bot.slack.install import Installs, flow
from bot.slack.life import REMOVED, Life
from bot.slack.outcomes import REFUSED
from bot.slack.pace import Pace
from bot.slack.platform import SlackPlatform
from bot.slack.tasks import Tasks
from bot.slack.web import LOG, Web
from bot.slack.workspaces import Workspace, Workspaces, introduced
from db.store import Store
from domain.errors import SettingsError

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

log = logging.getLogger(__name__)

SOCKET, HTTP = "socket", "http"


class SlackFront:
    """Slack by one token, or by those of every workspace that installed the app. Raises SettingsError."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.web = Web(settings.slack_api_url)
        self.pace = Pace()
        self.tasks = Tasks()
        many = bool(settings.slack_client_id)
        self.workspaces = Workspaces(None if many else settings.slack_bot_token)
        self.life = Life(store, self.web, self.workspaces, self.pace, self.tasks)
        self.installs = Installs(clock, self.life, settings.slack_token_key) if many else None
        self.platform = SlackPlatform(clock, self.life)
        self._once: Once | None = None
        if settings.slack_mode == SOCKET and not settings.slack_app_token:
            raise SettingsError("Slack's Socket Mode needs SLACK_APP_TOKEN.", socket.HINT)
        if settings.page is None and (many or settings.slack_mode == HTTP):
            raise SettingsError("Slack cannot reach us where PAPERROUND_PAGE is off.", f"Set it to {LOOPBACK}, say.")
        if settings.slack_mode == HTTP and not settings.slack_signing_secret:
            raise SettingsError(
                "Slack's HTTP mode needs SLACK_SIGNING_SECRET.", "Copy it from the app's page Basic Information."
            )

    def routes(self, desk: Desk) -> Sequence[BaseRoute]:
        """Where Slack tells us things, in HTTP mode, and where one installs the app into a workspace."""
        found: list[BaseRoute] = []
        if self.settings.slack_mode == HTTP:
            found += routes.events(self._hearing(desk), self.settings.slack_signing_secret)
        if self.installs is not None:
            found += routes.installing(flow(self.settings, self.web, self.installs))
        return found

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """A session, while it lasts. Slack is asked nothing yet: it may be down."""
        async with self.web:
            if self.installs is not None:
                await self.installs.load()
            try:
                yield
            finally:
                await self.tasks.end()

    async def listen(self, desk: Desk) -> None:
        """Hear what people ask. Raises PlatformRefusedError where a token is refused."""
        await self.workspaces.introduce(self.web)
        for workspace in self.workspaces.all():  # the token is good, whatever it was before
            await self.life.returned(workspace.team, {REMOVED, *REFUSED.values()}, self.clock())
        once = self._hearing(desk)
        if self.settings.slack_mode == SOCKET:
            await socket.listen(self.web, self.settings.slack_app_token, once)
        else:
            await asyncio.Event().wait()

    async def check(self) -> str:
        """Try the tokens. Raises PaperroundError with how to mend it."""
        if self.installs is not None:
            await self.installs.check()
        there = [await introduced(self.web, workspace) for workspace in self.workspaces.all()]
        if self.settings.slack_mode == SOCKET:
            await socket.check(self.web, self.settings.slack_app_token)
        return f"connected to {', '.join(each.name for each in there)}." if there else "no workspace has the app yet."

    def _hearing(self, desk: Desk) -> Once:
        """What handles everything that Slack tells, each once."""
        if self._once is None:
            app = self._app()
            asking = Asking(desk, self.clock, self.web, self.workspaces, Saying(self.web, self.pace))
            hear.register(app, asking, self.tasks)
            formed.register(app, asking, self.tasks)
            home.register(app, asking, self.tasks, self.pace)
            links.register(app, asking, self.tasks, unfurl=self.settings.slack_unfurl)
            living.register(app, asking, self.life, self._forget)

            async def handle(request: AsyncBoltRequest) -> BoltResponse:
                response = await app.async_dispatch(request)
                # What nobody here asked to hear is heard all the same, or Slack would tell it again.
                return BoltResponse(status=200) if response.status == 404 else response

            self._once = Once(handle, self.tasks)
        return self._once

    def _app(self) -> AsyncApp:
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

        return AsyncApp(
            logger=LOG,
            client=self.web.client(None, patient=True),
            # As an object: beside a flow the library takes no function.
            authorize=AsyncCallableAuthorize(logger=LOG, func=authorize),  # type: ignore[arg-type]  # annotated as a function only; the code takes this too
            # Without a flow the library would make one of its own by what is in the environment.
            oauth_flow=flow(self.settings, self.web, self.installs) if self.installs is not None else None,
            request_verification_enabled=False,  # done before anything is remembered of a request
        )

    async def _forget(self, team: str) -> None:
        if self.installs is not None:
            await self.installs.forget(team)
