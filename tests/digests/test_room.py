"""What a message holds is reckoned block by block, and comes to what all of it is."""

from __future__ import annotations

from digests.room import ENDLESS, Room
from domain.message import Block, Card, Heading, Message, Note, line
from tests.rooms import blocks, both, cards

PAPER = Card("p1", line("Lazy caching"), "")


def lines(block: Block, before: Block | None) -> tuple[int, ...]:
    """Notes stand in one paragraph."""
    return (0 if isinstance(block, Note) and isinstance(before, Note) else 1,)


def test_a_message_fits_where_the_sum_of_its_blocks_does() -> None:
    room = both(blocks(3), cards(1))
    assert room.fits(Message.of(Heading("Papers"), PAPER, Heading("End")))
    assert not room.fits(Message.of(Heading("Papers"), PAPER, Heading("End"), Heading("More")))
    assert not room.fits(Message.of(PAPER, PAPER))


def test_what_a_block_takes_depends_on_what_stands_before_it() -> None:
    room = Room(lines, lambda found: found[0] <= 2)
    note = Note(line("a"))
    assert room.fits(Message.of(PAPER, note, note, note))
    assert not room.fits(Message.of(note, PAPER, note))
    assert room.filled((note,), note, (1,)) == room.filled((note, note)) == (1,)


def test_nothing_fits_anywhere_and_anything_where_there_is_no_end() -> None:
    assert cards(-1).fits(Message(()))
    assert ENDLESS.fits(Message((PAPER,) * 1_000))
