"""The server as tests get it: with an app that asks for what is needed, and judged at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.slackd.refused import Json
from tests.slackd.server import Slackd

MANIFEST: Json = {
    "display_information": {"name": "Anything"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "anything"},
        "slash_commands": [{"command": "/papers", "description": "Papers"}],
        "shortcuts": [{"name": "Keep", "type": "message", "callback_id": "keep", "description": "Keeps it"}],
        "unfurl_domains": ["arxiv.org"],
    },
    "oauth_config": {
        "redirect_urls": ["http://127.0.0.1:9/slack/oauth_redirect"],
        "scopes": {
            "bot": [
                *("app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:write"),
                *("groups:read", "im:history", "im:read", "im:write", "links:read", "links:write", "users:read"),
            ]
        },
    },
    "settings": {
        "event_subscriptions": {
            "bot_events": ["app_home_opened", "app_mention", "channel_archive", "link_shared", "message.im"]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


@asynccontextmanager
async def judged(manifest: Json, scale: float = 1.0) -> AsyncIterator[Slackd]:
    """A running server; fails at the end if it refused what nobody expected, or something was acknowledged late."""
    async with Slackd(manifest, scale).running() as slackd:
        yield slackd
        assert not slackd.hub.unexpected, "\n".join(slackd.hub.unexpected)
