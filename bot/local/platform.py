"""Posting into local channels, as a platform like any other: one message a delivery, found again by its id."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from db import posts
from db.store import Store
from domain.delivery import Absent, Delivery, Finding, Outcome, Sent
from domain.message import Message, weight

log = logging.getLogger(__name__)

CARDS, CHARACTERS = 20, 20_000


class LocalPlatform:
    """The store's own channels. What was posted is there at once, so a look-up always proves something."""

    settle = timedelta(0)

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store = store
        self.clock = clock

    def fits(self, message: Message) -> bool:
        """A page that is still pleasant to read."""
        return len(list(message.cards())) <= CARDS and weight(message) <= CHARACTERS

    async def send(self, delivery: Delivery) -> Outcome:
        """Post the message, in a transaction of its own."""
        number = await self.store.write(posts.add, delivery.channel, delivery.id, delivery.message, self.clock())
        log.debug("platform=local posted as %d", number)
        return Sent(str(number))

    async def find(self, delivery: Delivery) -> Finding:
        """Look for the post."""
        number = await self.store.read(posts.find, delivery.id)
        return Absent() if number is None else Sent(str(number))
