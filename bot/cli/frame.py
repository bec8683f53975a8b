"""What every command of the command line shares: settings, the store, showing answers and errors."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from shutil import get_terminal_size
from typing import Any, TypeVar

import click

from bot import logs
from bot.commands.base import Answer, Asked, Desk
from bot.commands.parts import around
from bot.render.terminal import Screen, terminal
from bot.settings import Settings, load
from bot.wiring import PLATFORMS, connected, desk, fronts, now, opened
from domain.errors import PaperroundError, QueryError, UsageError
from domain.message import File, Message

T = TypeVar("T")
ME = "local:me"
DONE, COULD_NOT, WRONG_USE = 0, 1, 2
QUIET = "ERROR"  # commands say themselves what they did

json_option = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


def settings(level: str = "") -> Settings:
    """Read the settings and start the log, on standard error: at this level, unless everything is wanted."""
    found = load()
    logs.start(found, level)
    return found


def with_desk(work: Callable[[Desk], Coroutine[Any, Any, T]], level: str = QUIET, channel: str = "") -> T:
    """Run something with the store open and everything in place; of the platforms only the channel's."""
    found = settings(level)

    async def inside() -> T:
        with opened(found) as store:
            there = fronts(found, store, now, only={channel.partition(":")[0]} & {*PLATFORMS})
            async with connected(there):
                return await work(desk(store, found, now, there))

    return asyncio.run(inside())


def asked(channel: str) -> Asked:
    """The person at the keyboard, who may do everything here."""
    return Asked(ME, channel, now(), manager=True)


def show(answer: Answer, *, as_json: bool) -> None:
    """Print an answer: as JSON, or as one reads it. The content of a file goes out as it is."""
    if as_json:
        dump(answer.data)
        return
    files = [block for block in answer.message.blocks if isinstance(block, File)]
    if files:
        for file in files:
            click.echo(file.content, nl=False)
        return
    draw(answer.message, screen())


def draw(message: Message, on: Screen) -> None:
    """Print a message, in letters that the terminal or pipe can take: click would write UTF-8 where these are ASCII."""
    sys.stdout.write(terminal(message, on))
    sys.stdout.flush()


def screen() -> Screen:
    """What standard output is: a terminal with styles or without, and with colours unless https://no-color.org."""
    watched = sys.stdout.isatty()
    styled = watched and os.environ.get("TERM") != "dumb"
    return Screen(get_terminal_size().columns, watched, styled, styled and not os.environ.get("NO_COLOR"))


def dump(data: Mapping[str, Any]) -> None:
    """Print JSON, in letters that the terminal or pipe can take."""
    plain = "utf" not in (sys.stdout.encoding or "").lower()
    click.echo(json.dumps(data, ensure_ascii=plain, indent=2))


def complain(error: PaperroundError, *, as_json: bool) -> int:
    """Say what went wrong on standard error; returns the exit code."""
    if as_json:
        click.echo(json.dumps({"error": error.what, "hint": error.hint}), err=True)
    else:
        click.echo(error.what, err=True)
        if isinstance(error, QueryError) and error.text:
            before, place, after = around(error.text, error.start, error.end)
            click.echo(f"  {before}{place}{after}\n  {' ' * len(before)}{'^' * max(1, len(place))}", err=True)
        if error.hint:
            click.echo(error.hint, err=True)
    return WRONG_USE if isinstance(error, UsageError) else COULD_NOT
