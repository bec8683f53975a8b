"""What buttons stand for: kept for ever, used once."""

from __future__ import annotations

from db import tickets
from db.store import Store
from db.tickets import Ticket
from tests.papers import NOW


def test_a_ticket_is_issued_and_used_once(store: Store) -> None:
    with store.writing() as connection:
        number = tickets.issue(connection, "undo", "local:me", "local:general", {"action": "mute", "mute": 3}, NOW)
        expected = Ticket(number, "undo", "local:me", "local:general", {"action": "mute", "mute": 3}, NOW, None)
        assert tickets.get(connection, number) == expected
        assert tickets.use(connection, number, NOW)
        assert not tickets.use(connection, number, NOW)
    with store.reading() as connection:
        used = tickets.get(connection, number)
        assert used is not None
        assert used.used_at == NOW


def test_numbers_go_up_and_others_are_nobodys(store: Store) -> None:
    with store.writing() as connection:
        numbers = [tickets.issue(connection, "more", "", "", {}, NOW) for _ in range(3)]
        assert numbers == sorted(set(numbers))
        assert tickets.get(connection, 99) is None
        assert not tickets.use(connection, 99, NOW)
