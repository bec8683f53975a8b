"""again: a command too long for a button, kept by the store and named by a number."""

from __future__ import annotations

from msgspec import structs
from msgspec.structs import replace

from bot.commands.base import Answer, Args, Asked, Command, Desk, Param
from bot.commands.parts import whole
from bot.commands.perform import perform, read
from db import tickets
from domain.errors import NotFoundError, PaperroundError
from domain.message import Actions, Block, Button, Card, Message

# Characters of a button's command. Slack's menus take 75, Discord's buttons 100 with what is put before:
# https://docs.slack.dev/reference/block-kit/composition-objects/option-object
# https://discord.com/developers/docs/components/reference#anatomy-of-a-component-custom-id
LONGEST = 75


async def kept_short(desk: Desk, asked: Asked, answer: Answer) -> Answer:
    """The answer with every button's command short enough; longer ones are kept, and the button names them."""
    long = {b.command: "" for block in answer.message.blocks for b in _buttons(block) if len(b.command) > LONGEST}
    for command in long:
        data = {"command": command}
        number = await desk.store.write(tickets.issue, "again", asked.person, asked.channel, data, asked.now)
        long[command] = f"again {number}"
    if not long:
        return answer

    def short(buttons: tuple[Button, ...]) -> tuple[Button, ...]:
        return tuple(structs.replace(button, command=long.get(button.command, button.command)) for button in buttons)

    def block(of: Block) -> Block:
        match of:
            case Card(buttons=buttons, menu=menu):
                return structs.replace(of, buttons=short(buttons), menu=short(menu))
            case Actions(buttons):
                return Actions(short(buttons))
            case _:
                return of

    return replace(answer, message=Message(tuple(map(block, answer.message.blocks))))


def _buttons(block: Block) -> tuple[Button, ...]:
    match block:
        case Card(buttons=buttons, menu=menu):
            return (*buttons, *menu)
        case Actions(buttons):
            return buttons
        case _:
            return ()


async def in_place(desk: Desk, asked: Asked, text: str) -> bool:
    """Whether what a button asks replaces the private answer it stands under, when it can be done."""
    try:
        command, args = read(desk.commands, text)
        if command is COMMAND:
            command, _ = await behind(desk, asked, args)
    except PaperroundError:
        return False
    return command.in_place


async def _run(desk: Desk, asked: Asked, args: Args) -> Answer:
    command, kept = await behind(desk, asked, args)
    return await perform(desk, asked, command, kept)


async def behind(desk: Desk, asked: Asked, args: Args) -> tuple[Command, dict[str, str]]:
    """The command that a number stands for, and its arguments. Raises PaperroundError where that is none of theirs."""
    number = whole(args.get("number", ""), COMMAND.examples[0])
    ticket = await desk.store.read(tickets.get, number)
    # Somebody else's question is nobody's business, though its number is easily guessed.
    if ticket is None or ticket.kind != "again" or ticket.person != asked.person:
        raise NotFoundError(f"There is nothing under {number}.", "Use the buttons of your own answers.")
    return read(desk.commands, ticket.data["command"])


COMMAND = Command(
    "again",
    "Run a long command that a button stands for",
    _run,
    params=(Param("number", "the number on the button", "number"),),
    examples=("again 7",),
    hidden=True,
    in_channel=False,
)
