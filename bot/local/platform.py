"""Posting into local channels, as a platform like any other: one message a delivery, found again by its id."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache

from db import posts
from db.store import Store
from digests.room import Room, Weight
from domain.delivery import Absent, Delivery, Finding, Outcome, Sent
from domain.message import Block, Button, Card, Message, weight

log = logging.getLogger(__name__)

CARDS, CHARACTERS = 20, 20_000

_KNOWN = 5_000  # papers of which the weight of what is shown everywhere alike is kept


def _takes(block: Block, _before: Block | None) -> Weight:
    """Cards, and characters as `weight` has them."""
    if not isinstance(block, Card):
        return 0, weight(Message((block,)))
    spans = block.title + block.text
    own = [len(span.text) + len(span.url) + (len(span.style) if span.style != "plain" else 0) for span in spans]
    alike = _alike(block.url, block.byline, block.facts, block.buttons, block.menu)
    return 1, alike + len(block.paper) + sum(own) + len(spans) * len("Span") + sum(map(len, block.matched))


@lru_cache(maxsize=_KNOWN)
def _alike(url: str, byline: str, facts: tuple[str, ...], buttons: tuple[Button, ...], menu: tuple[Button, ...]) -> int:
    return weight(Message((Card("", (), url, byline, facts, buttons=buttons, menu=menu),)))


ROOM = Room(_takes, lambda weight: weight[0] <= CARDS and weight[1] <= CHARACTERS)


class LocalPlatform:
    """The store's own channels. What was posted is there at once, so a look-up always proves something."""

    settle = timedelta(0)
    room = ROOM

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the message, in a transaction of its own."""
        number = await self.store.write(posts.add, delivery.channel, delivery.id, delivery.message, self.clock())
        log.debug("platform=local posted as %d", number)
        return Sent(str(number))

    async def find(self, delivery: Delivery) -> Finding:
        """Look for the post."""
        number = await self.store.read(posts.find, delivery.id)
        return Absent() if number is None else Sent(str(number))
