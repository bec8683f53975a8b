"""Rooms for tests: messages that hold so many of something."""

from __future__ import annotations

from digests.room import Room
from domain.message import Card, Message, weight


def cards(most: int) -> Room:
    return Room(lambda block, _: (int(isinstance(block, Card)),), lambda found: found[0] <= most)


def blocks(most: int) -> Room:
    return Room(lambda _block, _before: (1,), lambda found: found[0] <= most)


def characters(most: int) -> Room:
    return Room(lambda block, _: (weight(Message((block,))),), lambda found: found[0] <= most)


def both(one: Room, other: Room) -> Room:
    """What both have room for, each of which has one measure."""
    return Room(
        lambda block, before: one.takes(block, before) + other.takes(block, before),
        lambda found: one.holds(found[:1]) and other.holds(found[1:]),
    )
