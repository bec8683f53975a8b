"""What an edition shows, holds back and mutes."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.edition import Edition, Item, Place
from domain.paper import Paper

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_items_by_their_place_in_the_order_shown() -> None:
    places = (Place.SEAT, Place.HELD, Place.SEAT, Place.MUTED, Place.HELD)
    items = tuple(Item(Paper(n, "A", NOW), place, (1,), ("a",)) for n, place in enumerate(places))
    edition = Edition("local:general", 1, NOW, NOW, items)
    numbers = [[item.paper.number for item in part] for part in (edition.seats, edition.held, edition.muted)]
    assert numbers == [[0, 2], [1, 4], [3]]
