"""Slack: the round in its workspaces. Everything of that platform is in this folder."""

from __future__ import annotations

from bot.front import Clock, Front
from bot.settings import Settings
from db.store import Store


def configured(settings: Settings, store: Store, clock: Clock) -> Front | None:
    """Slack as the settings have it, or None where they have no token and no client id."""
    if not (settings.slack_bot_token or settings.slack_client_id):
        return None
    from bot.slack.front import SlackFront  # noqa: PLC0415  # loads slack-bolt: who has no token starts 0.3 s sooner without

    return SlackFront(settings, store, clock)
