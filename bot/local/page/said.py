"""What was asked on the page, and answered: like a chat's private answers, kept while the process runs."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from bot.commands.base import Answer

KEPT = 200


class Exchange(Struct, frozen=True):
    """A question as it was typed or pressed, and its answer."""

    number: int
    channel: str
    asked: str
    answer: Answer
    at: datetime


class Said:
    """The latest exchanges of all channels, the oldest first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Exchange] = OrderedDict()
        self._last = 0

    def add(self, channel: str, asked: str, answer: Answer, now: datetime) -> Exchange:
        """Keep an exchange; the oldest is forgotten for it."""
        self._last += 1
        made = self._kept[self._last] = Exchange(self._last, channel, asked, answer, now)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return made

    def put(self, number: int, asked: str, answer: Answer) -> Exchange:
        """Let another answer take an exchange's place."""
        made = self._kept[number] = replace(self._kept[number], asked=asked, answer=answer)
        return made

    def get(self, number: int) -> Exchange | None:
        """The exchange of this number, if it is still kept."""
        return self._kept.get(number)

    def of(self, channel: str) -> list[Exchange]:
        """What was said in a channel."""
        return [each for each in self._kept.values() if each.channel == channel]
