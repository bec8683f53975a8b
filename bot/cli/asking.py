"""The commands that chats know, on the command line: made from the one registry, read by the one reader."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from bot.cli.frame import asked, dump, json_option, show, with_desk
from bot.cli.names import Channel
from bot.commands.base import Answer, Command, Desk
from bot.commands.parts import counted
from bot.commands.perform import arguments, perform
from bot.commands.search import MAX_LIMIT
from db import posts
from db.posts import Post
from domain.errors import PaperroundError, UsageError
from domain.spelling import nearest

# What a query begins with may look like an option, so there are no short ones: `-h` would eat into `-hinton`.
_LOOSE = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
_LIMIT = click.option("--limit", type=click.IntRange(1, MAX_LIMIT), default=10, show_default=True, help="At most.")
_SEND = click.option("--send", is_flag=True, help="Let it go out, and record it.")
_OUTPUT = click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
_OPTIONS = {"search": _LIMIT, "digest": _SEND, "export": _OUTPUT}


class _Words(click.Argument):
    """The words of a command: whatever is typed, completed where there is a choice."""

    def __init__(self, command: Command) -> None:
        metavar = " ".join(command.usage.split()[1:])
        super().__init__(["words"], nargs=-1, metavar=metavar, type=click.UNPROCESSED)
        self.choices = [param.choices for param in command.params if not param.keyed]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The choices of the argument that comes next."""
        at = len(ctx.params.get("words") or ())
        choices = self.choices[at] if at < len(self.choices) else ()
        return [CompletionItem(choice) for choice in choices if choice.startswith(incomplete)]


def made_of(command: Command) -> click.Command:
    """A command of the registry as one of the command line; those only for buttons are not shown."""
    examples = "\n".join(f"  paperround {_placed(example, command)}" for example in command.examples)
    made = click.Command(
        command.name,
        callback=_callback(command),
        help=f"{command.meaning}.\n\n\b\nFor example:\n{examples}" if examples else f"{command.meaning}.",
        short_help=command.meaning,
        context_settings=_LOOSE,
        hidden=command.hidden,
    )
    if command.in_channel:
        # The state of everything is worth asking for without naming a channel.
        made.params.append(click.Argument(["channel"], type=Channel(), required=command.name != "status"))
    if command.params:
        made.params.append(_Words(command))
    json_option(made)
    if command.name in _OPTIONS:
        _OPTIONS[command.name](made)
    return made


def _placed(example: str, command: Command) -> str:
    verb, _, rest = example.partition(" ")
    quoted = f" '{rest}'" if set(rest) & set("\"#()*'") else f" {rest}" if rest else ""
    return f"{verb}{' local:general' if command.in_channel else ''}{quoted}"


def _callback(command: Command) -> Any:
    def callback(
        words: tuple[str, ...] = (),
        channel: str | None = None,
        as_json: bool = False,
        send: bool = False,
        limit: int | None = None,
        output: Path | None = None,
    ) -> None:
        _no_options(words)
        args = arguments(command, " ".join(words))
        if send:
            args["when"] = "now"
        if limit is not None:
            args["limit"] = str(limit)

        async def work(here: Desk) -> tuple[Answer, list[Post]]:
            answer = await perform(here, asked(channel or ""), command, args)
            public = 0 if answer.private else len(answer.data["deliveries"])
            return answer, await here.store.read(posts.latest, channel, public) if channel and public else []

        answer, posted = with_desk(work, channel=channel or "")
        if output is None:
            show(answer, as_json=as_json)
            for post in posted if not as_json else ():
                click.echo()
                show(Answer(post.message), as_json=False)
        else:
            _write(answer, output, as_json=as_json)

    return callback


def _no_options(words: tuple[str, ...]) -> None:
    """Raise UsageError for what was meant as an option: no query has use for two dashes before a word."""
    known = ("--json", "--help", "--limit", "--send", "--output")
    for word in words:
        if word.startswith("--") and word[2:3].isalpha():
            near = nearest(word.partition("=")[0][:20], known, allowed=2)
            raise UsageError(
                f"There is no option {word[:40]} here.",
                f"Did you mean {near[0]}?" if near else "`--help` shows the options; to exclude a word write -word.",
            )


def _write(answer: Answer, output: Path, *, as_json: bool) -> None:
    try:
        output.write_text(answer.data["content"], encoding="utf-8", newline="")
    except OSError as error:
        raise PaperroundError(f"{output} cannot be written: {error.strerror}.", "Check the folder.") from error
    if as_json:
        dump({"format": answer.data["format"], "entries": answer.data["entries"], "file": str(output)})
    else:
        click.echo(f"{output}: {counted(answer.data['entries'], 'bookmark')}", err=True)
