"""A store in which things were said and done, and for every command what can be asked of it there."""

from __future__ import annotations

from sqlalchemy import Connection

from db import ledger, outbox
from domain.delivery import Delivery, Move, State
from domain.edition import Edition
from domain.message import Heading, Message
from tests.papers import NOW

LONG = " OR ".join(f"word{n}" for n in range(30)) + " OR drafts"
SETUP = ("subscribe drafts", "subscribe survey", "mute biology", "digest now", "bookmark p1", f"search {LONG}")
ARGUMENTS = {
    "search": "drafts",
    "subscribe": "graphs",
    "backtest": "graphs",
    "unsubscribe": "1",
    "subscriptions": "",
    "bookmark": "p1",
    "keep": "p2 p3",
    "unbookmark": "p1",
    "bookmarks": "",
    "export": "csv",
    "digest": "preview",
    "schedule": "",
    "mute": "chemistry",
    "unmute": "biology",
    "trending": "",
    "similar": "p1",
    "abstract": "p1",
    "why": "p1",
    "history": "p1",
    "vote": "p1 up",
    "submit": "p1",
    "status": "",
    "resend": "stuck",
    "allow": "everyone",
    "help": "",
    "undo": "1",  # of the first subscription
    "edit": "1 lazy",
    "edition": "1",
    "more": "2 search drafts",
    "again": "5",  # the long search's button
}


def stuck(connection: Connection, state: State = State.DEAD, name: str = "stuck", edition: int = 2) -> Delivery:
    """Another edition of the channel, whose one message came to this state when it was sent."""
    planned = Delivery(name, "local:general", edition, 1, 1, Message.of(Heading("An edition that was stuck")))
    ledger.record(connection, Edition("local:general", edition, NOW, NOW, ()), [planned])
    (claimed,) = outbox.claim(connection, "gone", NOW, 1, platform="local")
    sending = outbox.move(connection, claimed, "gone", Move(State.SENDING), NOW)
    assert sending
    moved = outbox.move(connection, sending, "gone", Move(state, NOW, "the platform said no"), NOW)
    assert moved
    return moved
