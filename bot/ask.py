"""Where every question arrives, whatever the platform: words are read, rights checked, the command run."""

from __future__ import annotations

import logging

from bot.commands.again import kept_short
from bot.commands.base import Answer, Args, Asked, Command, Desk
from bot.commands.parts import pointed
from bot.commands.perform import perform, read
from domain.errors import PaperroundError, QueryError
from domain.message import Heading, Listing, Message, Note, line

log = logging.getLogger(__name__)


async def say(desk: Desk, asked: Asked, text: str) -> Answer:
    """Answer what someone typed after `/papers`. What went wrong is an answer too."""
    try:
        desk.rates.count(asked.person)
        command, args = read(desk.commands, text)
        return await _answered(desk, asked, command, args)
    except PaperroundError as error:
        return sorry(error)


async def ask(desk: Desk, asked: Asked, command: Command, args: Args) -> Answer:
    """Run a command; every button of the answer fits any platform. Raises PaperroundError when it cannot be done.

    Whoever asks too often is told so, whatever the platform. The command line does not come this way.
    """
    desk.rates.count(asked.person)
    return await _answered(desk, asked, command, args)


async def _answered(desk: Desk, asked: Asked, command: Command, args: Args) -> Answer:
    log.debug("person=%s channel=%s asks %s", asked.person, asked.channel, command.name)
    answer = await perform(desk, asked, command, args)
    return await kept_short(desk, asked, answer)


def sorry(error: PaperroundError) -> Answer:
    """The answer to what cannot be done: what, where, and what to do."""
    place = Note(pointed(error)) if isinstance(error, QueryError) and error.text else None
    hint = Listing((line(error.hint),)) if error.hint else None
    message = Message.of(Heading("That did not work"), Note(line(error.what)), place, hint)
    return Answer(message, {"error": error.what, "hint": error.hint})
