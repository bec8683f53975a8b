"""What one message of a platform holds, reckoned block by block, so that cutting makes no message. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import add
from typing import TypeAlias

from msgspec import Struct

from domain.message import Block, Message

Weight: TypeAlias = tuple[int, ...]


class Room(Struct, frozen=True):
    """A platform's limits on one message, in measures of its own that add up.

    `takes` is what a block takes of each where it stands after another one, or first (None); `holds` whether one
    message has room for a sum of that. They may err on the side of less room, never of more.
    """

    takes: Callable[[Block, Block | None], Weight]
    holds: Callable[[Weight], bool]

    def fits(self, message: Message) -> bool:
        """Whether one message carries all of this."""
        return not message.blocks or self.holds(self.filled(message.blocks))

    def filled(self, blocks: Iterable[Block], before: Block | None = None, taken: Weight = ()) -> Weight:
        """What is taken when these come after a block up to which so much is."""
        for block in blocks:
            weight = self.takes(block, before)
            taken = tuple(map(add, taken, weight)) if taken else weight
            before = block
        return taken


ENDLESS = Room(lambda _block, _before: (), lambda _weight: True)
