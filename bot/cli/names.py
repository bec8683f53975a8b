"""Names that the shell completes from the store."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import click
from click.shell_completion import CompletionItem

from bot.settings import load
from db import channels
from db.store import Store
from domain.channel import channel_id

FIRST = "local:general"


class Channel(click.ParamType[str]):
    """A channel's id, completed from those there are."""

    name = "channel"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id in its one spelling."""
        return channel_id(str(value))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The channels there are, or the first one there could be."""
        return [CompletionItem(name) for name in _known() or [FIRST] if name.startswith(incomplete)]


def _known() -> list[str]:
    # A key press makes no store, says nothing of what is wrong with one, and waits for nobody.
    try:
        with closing(Store(load().database_url)) as store:
            if not store.path.is_file():
                return []
            with store.reading() as connection:
                return [channel.id for channel in channels.every(connection)]
    except Exception:
        return []
