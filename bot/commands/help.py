"""help: the commands, or one of them with examples."""

from __future__ import annotations

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.rights import forms
from domain.errors import UsageError
from domain.message import Actions, Button, Heading, Listing, Message, Note, Span, line
from domain.spelling import nearest

QUERY = 'diffusion "language model" -survey author:hinton cat:cs.CL since:30d'
OFFERED = ("subscriptions", "bookmarks", "trending", "status")


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    verb = args.get("verb", "").lower()
    if not verb:
        shown = [command for command in desk.commands.values() if not command.hidden]
        message = Message.of(
            Heading("What you can ask"),
            Listing(tuple(line(Span(c.usage, "code"), f" · {c.meaning}") for c in shown)),
            Note(line("A query: ", Span(QUERY, "code"))),
            Actions(tuple(Button(name.capitalize(), name) for name in OFFERED)),
        )
        return Answer(message, {"commands": [_data(command) for command in shown]})
    command = desk.commands.get(verb)
    if command is None:
        near = nearest(verb[:40], desk.commands, allowed=1 if len(verb) < 5 else 2)
        raise UsageError(
            f"There is no command “{verb[:40]}”.", f"Did you mean {near[0]}?" if near else "help lists them."
        )
    told = [line(Span(p.name, "code"), f" · {p.meaning}{'' if p.required else ' (optional)'}") for p in command.params]
    examples = [line(Span(example, "code")) for example in command.examples]
    message = Message.of(
        Heading(command.usage),
        Note(line(command.meaning + ".")),
        Note(line(f"For {_may(command)}."), quiet=True),
        Listing(tuple(told)) if told else None,
        Listing(tuple(examples)) if examples else None,
    )
    return Answer(message, _data(command))


def _may(command: Command) -> str:
    said = [form.who if form.words == command.name else f"`{form.words}`: {form.who}" for form in forms([command])]
    return "; ".join(said)


def _data(command: Command) -> dict[str, object]:
    examples = list(command.examples)
    return {"name": command.name, "usage": command.usage, "meaning": command.meaning, "examples": examples}


COMMAND = Command(
    "help",
    "What you can ask, or how to write one command",
    _run,
    params=(Param("verb", "a command", "verb", required=False),),
    examples=("help", "help subscribe"),
    in_channel=False,
)
