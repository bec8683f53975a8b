"""The app's manifest: what Slack is asked for, made from the commands, and why each permission is needed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.commands.base import Command

NAME = "Paperround"
EVENTS_PATH, INSTALL_PATH, REDIRECT_PATH = "/slack/events", "/slack/install", "/slack/oauth_redirect"
COMMAND, SHORTCUT = "/papers", "bookmark_papers"
DOMAINS = ("arxiv.org",)  # whose links become cards
DESCRIPTION = "Brings each channel its own digest of new research papers, at its own hour, exactly once."
LONG = (
    "Paperround brings new research papers to the channels of a team: each channel gets its own digest, at its own "
    "hour, of the papers its people asked for, and gets none of them twice. In the same channels people search, "
    "subscribe to queries, bookmark papers, and ask why one did or did not come."
)
HINT = 120  # characters; Slack takes 1,000 and shows fewer

# The fewest that it works with. An unknown send is looked up in the channel before anything is sent again, and only
# the channel's history tells.
SCOPES = {
    "app_mentions:read": "hear a mention: in threads, where Slack runs no commands, it is the only way to ask",
    "channels:history": "look up in a public channel whether a digest of unknown fate has arrived",
    "channels:read": "know the public channels I am in, and hear when one is archived or I am removed",
    "chat:write": "post digests and answers",
    "commands": "/papers and the shortcut",
    "files:write": "send you an export of your bookmarks as a file",
    "groups:history": "look up the same in private channels I was invited to",
    "groups:read": "know the private channels I am in, and hear when one is archived or I am removed",
    "im:history": "hear what you write to me directly, and look up digests there",
    "im:write": "send you a personal digest, files, and word of a channel that I can no longer reach",
    "users:read": "know your timezone, and whether you are a guest or an administrator",
}
UNFURL_SCOPES = {
    "links:read": "see arXiv links that are posted in channels I am in",
    "links:write": "show their papers below them",
}
EVENTS = (
    *("app_home_opened", "app_mention", "app_uninstalled", "channel_archive", "channel_deleted", "channel_left"),
    *("channel_unarchive", "group_archive", "group_deleted", "group_left", "group_unarchive"),
    *("member_joined_channel", "message.im", "tokens_revoked"),
)


def scopes(*, unfurl: bool = False) -> dict[str, str]:
    """The permissions to ask for, each with why."""
    return SCOPES | (UNFURL_SCOPES if unfurl else {})


def manifest(commands: Mapping[str, Command], *, socket: bool = True, url: str = "", unfurl: bool = False) -> Any:
    """The manifest as Slack reads it. `url` is where it reaches us, for HTTP mode (or an example) and to install."""
    here = url.rstrip("/") or "https://papers.example.org"
    shown = [command.name for command in commands.values() if not command.hidden]
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Search, subscribe, bookmark, schedule: papers for this channel",
        "usage_hint": _hint(shown),
        "should_escape": True,
    }
    events: dict[str, Any] = {"bot_events": sorted([*EVENTS, *(["link_shared"] if unfurl else [])])}
    interactivity: dict[str, Any] = {"is_enabled": True}
    if not socket:
        command["url"] = events["request_url"] = interactivity["request_url"] = f"{here}{EVENTS_PATH}"
    return {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {"name": NAME, "description": DESCRIPTION, "long_description": LONG},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME.lower(), "always_online": True},
            "slash_commands": [command],
            "shortcuts": [
                {
                    "name": "Bookmark papers",
                    "type": "message",
                    "callback_id": SHORTCUT,
                    "description": "Bookmarks every paper that a message links to",
                }
            ],
            **({"unfurl_domains": list(DOMAINS)} if unfurl else {}),
        },
        "oauth_config": {
            **({"redirect_urls": [f"{here}{REDIRECT_PATH}"]} if url else {}),
            "scopes": {"bot": sorted(scopes(unfurl=unfurl))},
        },
        "settings": {
            "event_subscriptions": events,
            "interactivity": interactivity,
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }


def _hint(verbs: list[str]) -> str:
    hint = ""
    for verb in verbs:
        longer = f"{hint} | {verb}" if hint else verb
        if len(longer) > HINT:
            return f"{hint} | …"
        hint = longer
    return hint
