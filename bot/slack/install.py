"""Installing into many workspaces: OAuth, and their tokens in the store, encrypted."""

from __future__ import annotations

import logging
import secrets
from logging import Logger
from typing import Any
from urllib.parse import urljoin

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.front import Clock
from bot.settings import Secret, Settings
from bot.slack.life import Life
from bot.slack.manifest import INSTALL_PATH, REDIRECT_PATH, scopes
from bot.slack.web import LOG, Web
from bot.slack.workspaces import Workspace, introduced
from db import workspaces as kept
from domain.errors import PaperroundError, SettingsError

log = logging.getLogger(__name__)

STATE_SECONDS = 600  # in which one has agreed


def new_key() -> str:
    """A key to encrypt tokens by."""
    return Fernet.generate_key().decode()


def lock(keys: str) -> MultiFernet:
    """What encrypts by the first of these keys and decrypts by any. Raises SettingsError."""
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError:
        raise SettingsError(
            "PAPERROUND_SLACK_TOKEN_KEY is no key, and tokens of workspaces are kept only encrypted.",
            "`paperround slack key` makes one.",
        ) from None


class Installs(AsyncInstallationStore):
    """The workspaces that installed the app, in the store and at hand."""

    def __init__(self, clock: Clock, life: Life, keys: Secret) -> None:
        self.store = life.store
        self.clock = clock
        self.life = life
        self.workspaces = life.workspaces
        self.lock = lock(keys)

    @property
    def logger(self) -> Logger:
        """Where the library writes."""
        return LOG

    async def load(self) -> None:
        """Have every workspace's token at hand. One that no key opens is left out, and said."""
        for team in await self.store.read(kept.every):
            try:
                token = Secret(self.lock.decrypt(team.token.encode()).decode())
            except InvalidToken:
                log.error("team=%s its token was encrypted by another key than PAPERROUND_SLACK_TOKEN_KEY", team.team)  # noqa: TRY400  # the line says the cause; the trace is of the library that decrypts
                continue
            self.workspaces.put(Workspace(team.team, token, team.bot, team.bot_id, team.bot_name, team.name))

    async def check(self) -> None:
        """Raise PaperroundError unless every token can be read."""
        for team in await self.store.read(kept.every):
            if self.workspaces.of(team.team) is None:
                raise PaperroundError(
                    f"The token of {team.name} was encrypted by another key.",
                    "Put that key into PAPERROUND_SLACK_TOKEN_KEY, after a comma, or install the app there again.",
                )

    async def async_save(self, installation: Installation) -> None:
        """Keep what a workspace gave us, and go on with its channels."""
        token = Secret(installation.bot_token or "")
        found = await introduced(self.life.web, Workspace(installation.team_id or "", token))
        encrypted = self.lock.encrypt(token.encode()).decode()
        team = kept.Team(found.team, found.name, found.bot, found.bot_id, found.bot_name, encrypted)
        await self.store.write(kept.put, team, self.clock())
        self.workspaces.put(found)
        log.info("team=%s installed the app", found.team)
        await self.life.go_on(await self.life.of_team(found.team), self.clock())

    async def forget(self, team: str) -> None:
        """The workspace gave the app up: its token is good for nothing."""
        self.workspaces.drop(team)
        await self.store.write(kept.drop, team)


class _States(AsyncOAuthStateStore):
    """What ties the end of an installation to its beginning: sealed by our key and short-lived, so nothing is kept."""

    def __init__(self, seal: MultiFernet) -> None:
        self.seal = seal

    @property
    def logger(self) -> Logger:
        return LOG

    async def async_issue(self, *args: Any, **more: Any) -> str:
        return self.seal.encrypt(secrets.token_bytes(16)).decode()

    async def async_consume(self, state: str) -> bool:
        try:
            self.seal.decrypt(state, ttl=STATE_SECONDS)
        except InvalidToken:
            return False
        return True


def flow(settings: Settings, web: Web, installs: Installs) -> AsyncOAuthFlow:
    """The library's flow, which asks Slack at our address and keeps what it gets with us."""
    if not settings.slack_client_secret:
        raise SettingsError(
            "SLACK_CLIENT_ID needs SLACK_CLIENT_SECRET.", "Both are on the app's page Basic Information."
        )
    asked = AsyncOAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=sorted(scopes(unfurl=settings.slack_unfurl)),
        redirect_uri=f"{settings.page_url}{REDIRECT_PATH}" if settings.page_url else None,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=urljoin(web.url, "/oauth/v2/authorize"),
        installation_store=installs,
        state_store=_States(installs.lock),
        logger=LOG,
    )
    return AsyncOAuthFlow(client=web.client(None), logger=LOG, settings=asked)
