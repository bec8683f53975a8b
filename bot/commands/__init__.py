"""The commands, by their verb. A new one is one file and one line here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from bot.commands.base import Command

# Each is loaded when it is asked for: the command line asks for one.
MODULES: dict[str, str] = {
    "search": "bot.commands.search",
    "subscribe": "bot.commands.subscribe",
    "backtest": "bot.commands.backtest",
    "unsubscribe": "bot.commands.unsubscribe",
    "subscriptions": "bot.commands.subscriptions",
    "bookmark": "bot.commands.bookmark",
    "keep": "bot.commands.keep",
    "unbookmark": "bot.commands.unbookmark",
    "bookmarks": "bot.commands.bookmarks",
    "export": "bot.commands.export",
    "digest": "bot.commands.digest",
    "schedule": "bot.commands.schedule",
    "mute": "bot.commands.mute",
    "unmute": "bot.commands.unmute",
    "trending": "bot.commands.trending",
    "similar": "bot.commands.similar",
    "abstract": "bot.commands.abstract",
    "why": "bot.commands.why",
    "history": "bot.commands.history",
    "vote": "bot.commands.vote",
    "submit": "bot.commands.submit",
    "status": "bot.commands.status",
    "resend": "bot.commands.resend",
    "allow": "bot.commands.allow",
    "help": "bot.commands.help",
    "undo": "bot.commands.undo",
    "edit": "bot.commands.edit",
    "edition": "bot.commands.edition",
    "more": "bot.commands.more",
    "again": "bot.commands.again",
}


class _Loaded(Mapping[str, Command]):
    """The commands of the modules above."""

    def __getitem__(self, verb: str) -> Command:
        command: Command = import_module(MODULES[verb]).COMMAND
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(MODULES)

    def __len__(self) -> int:
        return len(MODULES)


COMMANDS: Mapping[str, Command] = _Loaded()
