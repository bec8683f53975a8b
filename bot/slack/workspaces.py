"""The workspaces that have the app, and their tokens."""

from __future__ import annotations

import logging

from msgspec import Struct

from bot.settings import Secret
from bot.slack.outcomes import REFUSED, Reply
from bot.slack.web import Web
from domain.errors import PaperroundError, PlatformRefusedError

log = logging.getLogger(__name__)


class Workspace(Struct, frozen=True):
    """One that has the app: its bot's token, user and name. `team` is empty until Slack has said which it is."""

    team: str
    token: Secret
    bot: str = ""
    bot_id: str = ""
    bot_name: str = ""
    name: str = ""


class Workspaces:
    """Each workspace's token, by its team. A token from the settings belongs to the one team that Slack says."""

    def __init__(self, token: Secret | None = None) -> None:
        self._one = Workspace("", token) if token else None
        self._many: dict[str, Workspace] = {}

    def of(self, team: str) -> Workspace | None:
        """The workspace, or None where the app is not installed (any longer)."""
        if self._one is not None:
            return self._one if self._one.team in {"", team} else None
        return self._many.get(team)

    def all(self) -> list[Workspace]:
        """Every workspace there is."""
        return [self._one] if self._one is not None else list(self._many.values())

    def put(self, workspace: Workspace) -> None:
        """From now on the workspace has this token."""
        self._many[workspace.team] = workspace

    def drop(self, team: str) -> None:
        """The workspace's token serves no more."""
        self._many.pop(team, None)

    async def introduce(self, web: Web) -> None:
        """Ask Slack whose the settings' token is. Raises PlatformRefusedError where it is nobody's."""
        if self._one is not None:
            self._one = await introduced(web, self._one)


async def introduced(web: Web, workspace: Workspace) -> Workspace:
    """The workspace as Slack knows it. Raises PlatformRefusedError, or PaperroundError where Slack is not there."""
    reply = await web.call(workspace.token, "auth.test", patient=True)
    if not reply.ok:
        raise refusal(reply, "SLACK_BOT_TOKEN", "Copy the bot token from the app's page OAuth & Permissions.")
    body = reply.body
    return Workspace(
        str(body.get("team_id", "")),
        workspace.token,
        str(body.get("user_id", "")),
        str(body.get("bot_id", "")),
        str(body.get("user", "")),
        str(body.get("team", "")),
    )


def refusal(reply: Reply, setting: str, hint: str) -> PaperroundError:
    """The error for a reply that is none of what was hoped for."""
    if reply.error in REFUSED:
        return PlatformRefusedError(f"{REFUSED[reply.error].capitalize()} ({setting}: {reply.error}).", hint)
    why = reply.failed or reply.error or f"status {reply.status}"
    return PaperroundError(f"Slack does not answer as it should: {why}.", "It is tried again by itself.")
