"""The commands, by their verb. A new one is one file and one line here."""

from __future__ import annotations

from bot.commands import (
    abstract,
    again,
    allow,
    backtest,
    bookmark,
    bookmarks,
    digest,
    edit,
    edition,
    export,
    more,
    mute,
    schedule,
    search,
    similar,
    status,
    subscribe,
    subscriptions,
    trending,
    unbookmark,
    undo,
    unmute,
    unsubscribe,
    vote,
    why,
)
from bot.commands import (
    help as help_,
)
from bot.commands.base import Command

COMMANDS: dict[str, Command] = {
    "search": search.COMMAND,
    "subscribe": subscribe.COMMAND,
    "backtest": backtest.COMMAND,
    "unsubscribe": unsubscribe.COMMAND,
    "subscriptions": subscriptions.COMMAND,
    "bookmark": bookmark.COMMAND,
    "unbookmark": unbookmark.COMMAND,
    "bookmarks": bookmarks.COMMAND,
    "export": export.COMMAND,
    "digest": digest.COMMAND,
    "schedule": schedule.COMMAND,
    "mute": mute.COMMAND,
    "unmute": unmute.COMMAND,
    "trending": trending.COMMAND,
    "similar": similar.COMMAND,
    "abstract": abstract.COMMAND,
    "why": why.COMMAND,
    "vote": vote.COMMAND,
    "status": status.COMMAND,
    "allow": allow.COMMAND,
    "help": help_.COMMAND,
    "undo": undo.COMMAND,
    "edit": edit.COMMAND,
    "edition": edition.COMMAND,
    "more": more.COMMAND,
    "again": again.COMMAND,
}
