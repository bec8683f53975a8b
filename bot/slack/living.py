"""Hearing what becomes of channels and of the app itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp

from bot.slack.asking import Asking
from bot.slack.hear import team_of
from bot.slack.ids import ours
from bot.slack.life import LEFT, REMOVED, Life
from bot.slack.outcomes import CHANNEL, REFUSED
from bot.slack.rich import Json

# What an event of Slack means for a channel's deliveries.
RESTS = {
    "channel_archive": CHANNEL["is_archived"],
    "group_archive": CHANNEL["is_archived"],
    "channel_deleted": "the channel was deleted",
    "group_deleted": "the channel was deleted",
    "channel_left": LEFT,
    "group_left": LEFT,
}
RETURNS = ("channel_unarchive", "group_unarchive")
Heard = Callable[[Json, Json], Awaitable[None]]


def register(app: AsyncApp, asking: Asking, life: Life, forget: Callable[[str], Awaitable[None]]) -> None:
    """Let the app hear of it. `forget` drops the token of a workspace that gave the app up."""
    _channels(app, asking, life)

    async def gone(team: str, why: str) -> None:
        await forget(team)
        for name in await life.of_team(team):
            await life.rest(name, why)

    async def removed(body: Json) -> None:
        life.tasks.begin(gone(team_of(body), REMOVED))

    async def revoked(body: Json, event: Json) -> None:
        if (event.get("tokens") or {}).get("bot"):
            life.tasks.begin(gone(team_of(body), REFUSED["token_revoked"]))

    app.event("app_uninstalled")(removed)
    app.event("tokens_revoked")(revoked)


def _channels(app: AsyncApp, asking: Asking, life: Life) -> None:
    def resting(why: str) -> Heard:
        async def heard(body: Json, event: Json) -> None:
            asking.left(team_of(body), _channel(event))
            life.tasks.begin(life.rest(ours(team_of(body), _channel(event)), why))

        return heard

    async def returned(body: Json, event: Json) -> None:
        life.tasks.begin(life.go_on([ours(team_of(body), _channel(event))], asking.clock()))

    async def joined(body: Json, event: Json) -> None:
        workspace = asking.workspaces.of(team_of(body))
        if workspace and event.get("user") == workspace.bot:
            await returned(body, event)

    for kind, why in RESTS.items():
        app.event(kind)(resting(why))
    for kind in RETURNS:
        app.event(kind)(returned)
    app.event("member_joined_channel")(joined)


def _channel(event: Json) -> str:
    channel = event.get("channel")
    return str(channel.get("id") if isinstance(channel, dict) else channel)
