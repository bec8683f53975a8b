"""From an edition to the messages that carry it: headed, cut at a paper's edge where one is full. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import structs

from digests.cards import shortened
from digests.layouts import LAYOUTS, UNDER
from digests.room import Room, Weight
from domain.edition import Edition
from domain.message import Actions, Block, Button, Card, Heading, Message, Note, line, plain
from domain.schedule import Schedule

QUERIES, QUERY, TITLE, BYLINE = 3, 60, 200, 60  # how many, and characters, where a card is too large for a message


def lay_out(
    edition: Edition,
    schedule: Schedule,
    room: Room,
    notes: Sequence[str] = (),
    compacts: Mapping[str, str] | None = None,
) -> list[Message]:
    """The messages of an edition, in order; each of them fits.

    `room` is what one message of the platform holds. `notes` are sentences to add: about a source that is broken,
    say. A paper that no message can carry whole loses what matters least. `compacts` are the edition's queries as
    domain/compact.py has them, where they are at hand.
    """
    card = LAYOUTS[schedule.layout]
    cards = [card(item, compacts) for item in edition.seats]
    # How many parts there are stands in each heading, so it must be known first: cut with the longest heading.
    most = int("8" * len(str(len(cards) + 2)))
    longest = _heading(edition, schedule, most, most)
    pages, taken = _pages(cards, longest, room)
    closing = _closing(edition, notes, seated=bool(cards))
    if schedule.layout in UNDER and cards:
        many = f"{len(cards)} {'paper' if len(cards) == 1 else 'papers'} below."
        parts = len(pages) + 1
        first = _message(edition, schedule, (), [Note(line(many)), *closing], 1, parts)
        return [first, *(_below(_message(edition, schedule, p, (), n, parts)) for n, p in enumerate(pages, 2))]
    if closing and pages[-1] and not room.holds(room.filled(closing, pages[-1][-1], taken)):
        pages.append([])
    parts = len(pages)
    return [
        _message(edition, schedule, page, closing if part == parts else [], part, parts)
        for part, page in enumerate(pages, 1)
    ]


def _below(message: Message) -> Message:
    return Message(tuple(structs.replace(b, under=True) if isinstance(b, Heading) else b for b in message.blocks))


def _pages(cards: Sequence[Card], heading: Heading, room: Room) -> tuple[list[list[Card]], Weight]:
    """The cards below each heading, and how much the last of these messages then holds."""
    pages: list[list[Card]] = [[]]
    headed = taken = room.filled((heading,))
    for card in cards:
        added = room.filled((card,), pages[-1][-1] if pages[-1] else heading, taken)
        if room.holds(added):
            pages[-1].append(card)
            taken = added
            continue
        slimmest = card
        for slimmest in _slimmer(card):
            taken = room.filled((slimmest,), heading, headed)
            if room.holds(taken):
                break
        if pages[-1]:
            pages.append([])
        pages[-1].append(slimmest)
    return pages, taken


def _slimmer(card: Card) -> Iterator[Card]:
    """The card, then with less and less of what matters least."""
    yield card
    more = ("…",) if len(card.matched) > QUERIES else ()
    card = structs.replace(card, matched=(*(shortened(text, QUERY) for text in card.matched[:QUERIES]), *more))
    yield card
    card = structs.replace(card, text=())
    yield card
    card = structs.replace(card, menu=(), facts=(), byline=shortened(card.byline, BYLINE))
    yield card
    yield structs.replace(card, title=line(shortened(plain(card.title), TITLE)), matched=())


def _message(
    edition: Edition, schedule: Schedule, cards: Sequence[Card], closing: Sequence[Block], part: int, parts: int
) -> Message:
    return Message((_heading(edition, schedule, part, parts), *cards, *closing))


def _heading(edition: Edition, schedule: Schedule, part: int, parts: int) -> Heading:
    day = _day(edition.due_at, schedule.timezone)
    of = f" ({part}/{parts})" if parts > 1 else ""
    name = edition.channel.partition(":")[2]
    return Heading(f"Papers for {name} · {day} · No. {edition.number}{of}")


@lru_cache(maxsize=1_000)  # the same for all who are due at one time
def _day(due_at: datetime, timezone: str) -> str:
    day = due_at.astimezone(ZoneInfo(timezone))
    return f"{day:%A}, {day.day} {day:%B %Y}"


def _closing(edition: Edition, notes: Sequence[str], *, seated: bool) -> list[Block]:
    blocks: list[Block] = [Note(line(note)) for note in notes]
    if many := len(edition.held):
        blocks.append(Note(line(f"{many} more held back by this channel's limit.")))
        blocks.append(Actions((Button(f"Show {many} more", f"edition {edition.number} 2"),)))
    if not seated:
        blocks.append(Note(line("Nothing new matched this channel's subscriptions.")))
    return blocks
