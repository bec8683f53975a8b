"""The forms: the same words as typed ones, by the same parsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.commands.base import Answer
from bot.slack.answer import Where
from bot.slack.rich import Json

if TYPE_CHECKING:
    from bot.slack.asking import Asking


def channel_of(view: Json) -> str:
    """The channel a modal is about."""
    return ""


def offered(command: str, answer: Answer) -> tuple[Json, ...]:
    """The forms that go with a command."""
    return ()


async def opened(asking: Asking, where: Where, text: str, trigger: str) -> bool:
    """Open a form, if the text stands for one."""
    return False
