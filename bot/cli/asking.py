"""The commands that chats know, on the command line: made from the one registry, read by the one reader."""

from __future__ import annotations

from typing import Any

import click

from bot import ask
from bot.cli.frame import asked, show, with_desk
from bot.commands import COMMANDS
from bot.commands.base import Answer, Command, Desk
from bot.commands.search import MAX_LIMIT
from db import channels
from domain.channel import channel_id

# What a query begins with may look like an option: `-survey` is not one.
_LOOSE = {"ignore_unknown_options": True}


class Channel(click.ParamType[str]):
    """A channel's id, completed from those there are."""

    name = "channel"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id in its one spelling."""
        return channel_id(str(value))

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """The channels there are, and the first one there could be."""

        async def names(here: Desk) -> list[str]:
            return [channel.id for channel in await here.store.read(channels.every)]

        known = with_desk(names) or ["local:general"]
        return [click.shell_completion.CompletionItem(name) for name in known if name.startswith(incomplete)]


def commands() -> list[click.Command]:
    """One command of the command line for each of the registry that is not only for buttons."""
    return [_command(command) for command in COMMANDS.values()]


def _command(command: Command) -> click.Command:
    params: list[click.Parameter] = []
    if command.in_channel:
        params.append(click.Argument(["channel"], type=Channel()))
    if command.params:
        words = " ".join(command.usage.split()[1:]).replace("[", "").replace("]", "")
        params.append(click.Argument(["words"], nargs=-1, metavar=words or None, type=click.UNPROCESSED))
    params.append(click.Option(["--json", "as_json"], is_flag=True, help="Answer as JSON."))
    if command.name == "search":
        limit = click.IntRange(1, MAX_LIMIT)
        params.append(click.Option(["--limit"], type=limit, default=10, show_default=True, help="How many at most."))
    if command.name == "digest":
        params.append(click.Option(["--send"], is_flag=True, help="Let it go out, and record it."))
    if command.name == "export":
        params.append(click.Option(["--output"], type=click.File("w", lazy=True), help="Write to this file."))
    examples = "\n".join(f"  paperround {_placed(example, command)}" for example in command.examples)
    return click.Command(
        command.name,
        callback=_callback(command),
        params=params,
        help=f"{command.meaning}.\n\n\b\nFor example:\n{examples}" if examples else f"{command.meaning}.",
        short_help=command.meaning,
        context_settings=_LOOSE,
        hidden=command.hidden,
    )


def _placed(example: str, command: Command) -> str:
    verb, _, rest = example.partition(" ")
    quoted = f" '{rest}'" if '"' in rest else f" {rest}" if rest else ""
    return f"{verb}{' local:general' if command.in_channel else ''}{quoted}"


def _callback(command: Command) -> Any:
    def callback(
        words: tuple[str, ...] = (),
        channel: str = "local:general",
        as_json: bool = False,
        send: bool = False,
        limit: int | None = None,
        output: Any = None,
    ) -> None:
        text = " ".join(words)
        click.get_current_context().obj = text
        args: dict[str, str] = ask.arguments(command, text)
        if send:
            args["when"] = "now"
        if limit is not None:
            args["limit"] = str(limit)

        async def work(here: Desk) -> Answer:
            return await ask.ask(here, asked(channel), command, args)

        answer = with_desk(work)
        if output is not None:
            output.write(answer.data["content"])
            click.echo(f"{answer.data['entries']} written to {output.name}", err=True)
            return
        show(answer, as_json=as_json)

    return callback
