"""slack: what setting up the app takes, its manifest and a key."""

from __future__ import annotations

import json

import click

from bot.cli.frame import QUIET, settings
from bot.commands import COMMANDS
from bot.slack.manifest import manifest as made


@click.group(short_help="What setting up the Slack app takes")
def slack() -> None:
    """Show what setting up the Slack app takes: docs/slack.md says how."""


@slack.command(short_help="The app's manifest")
@click.option("--url", default="", metavar="URL", help="Where Slack reaches us, if not PAPERROUND_PAGE_URL.")
def manifest(url: str) -> None:
    """Print the manifest to create the app from, as JSON, by the settings: the mode, the URL, and links as cards."""
    found = settings(QUIET)
    app = made(
        COMMANDS, socket=found.slack_mode == "socket", url=url or found.page_url, unfurl=found.slack_unfurl
    )  # fmt: skip
    click.echo(json.dumps(app, indent=2))


@slack.command(short_help="A new key for PAPERROUND_SLACK_TOKEN_KEY")
def key() -> None:
    """Print a new key for PAPERROUND_SLACK_TOKEN_KEY, by which workspaces' tokens are encrypted in the store."""
    from bot.slack.install import new_key  # noqa: PLC0415  # loads cryptography and the server it is for: the manifest comes 0.3 s sooner without

    click.echo(new_key())
