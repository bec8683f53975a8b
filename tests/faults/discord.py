"""A Paperround and a Discord with many channels of all kinds, all due, and what must be so in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import select

from db import schema
from db.store import Store
from domain.delivery import MOVES, State
from tests.bot.discord.house import House, record, with_limit
from tests.bot.discord.reading import cards
from tests.discordd.faults import POST_THREAD
from tests.discordd.rates import MESSAGES
from tests.discordd.server import Discordd
from tests.discordd.world import FORUM, Place, Stored
from tests.faults.town import Count

LIMIT = 16  # papers, in two messages or more an edition


def prepared(server: Discordd, store: Store, many: int) -> tuple[House, list[Place]]:
    """So many channels due: of every five three are of text, one shows editions in threads, one is a forum."""
    server.rates.by_route |= {MESSAGES: (10_000, 1.0), POST_THREAD: (10_000, 1.0)}
    server.rates.everything = (10_000, 1.0)
    server.expect(10003, 160004)  # of a thread that was not begun, when it is looked into; of one that was, begun again
    house = House.beside(server, store)
    house.take([record(n, f"Sparse planning, part {n}", "A story to tell. " * 20) for n in range(LIMIT)])
    places = []
    for number in range(many):
        place = server.world.place(house.guild, f"c{number}", FORUM if number % 5 == 4 else 0)
        layout = "thread" if number % 5 == 3 else "rich"
        house.follow(place.channel, "planning", schedule=with_limit(LIMIT, layout=layout))
        places.append(place)
    return house, places


async def finished(house: House) -> None:
    """Let time pass until nothing is left to deliver, as long as a real outage would take."""
    async with house.opened(listening=False):
        await house.courier.recover(own=True)
        for _ in range(40):
            await house.deliver()
            if (await house.counts()).keys() == {"sent"}:
                return
            await house.moved(timedelta(seconds=31))
    raise AssertionError(await house.counts())


def _posted(house: House, place: Place) -> list[Stored]:
    threads = [each for each in house.server.world.places.values() if each.parent is place]
    return [stored for each in (place, *threads) for stored in each.posted]


async def counted(house: House, places: Sequence[Place]) -> Count:
    """What came of it, by what is in the channels."""
    posted = {place.name: _posted(house, place) for place in places}
    shown = Counter((name, card.title) for name, there in posted.items() for stored in there for card in cards(stored))
    doubled, lost = shown.total() - len(shown), LIMIT * len(places) - len(shown)
    expected = sum((await house.counts()).values())
    return Count(len(places), expected, sum(map(len, posted.values())), doubled, lost)


def check(house: House, places: Sequence[Place]) -> None:
    """Each paper once in each channel, in the order it was planned in; each delivery sent once, by allowed moves."""
    for place in places:
        threads = [each for each in house.server.world.places.values() if each.parent is place]
        shown = [card.title for stored in _posted(house, place) for card in cards(stored)]
        assert Counter(shown) == Counter({f"Sparse planning, part {n}": 1 for n in range(LIMIT)}), place.name
        assert len(threads) == (1 if place.type == FORUM or int(place.name[1:]) % 5 == 3 else 0), place.name
        with house.store.reading() as connection:
            planned = connection.execute(
                select(schema.papers.c.title)
                .join(schema.items, schema.items.c.paper == schema.papers.c.number)
                .where(schema.items.c.channel == place.channel, schema.items.c.place == "seat")
                .order_by(schema.items.c.position)
            ).scalars()
            assert shown == list(planned), f"{place.name} is out of order"
    with house.store.reading() as connection:
        moved: dict[str, list[str]] = {}
        for row in connection.execute(select(schema.moves).order_by(schema.moves.c.number)):
            moved.setdefault(row.delivery, []).append(row.state)
    for states in moved.values():
        assert all(State(b) in MOVES[State(a)] for a, b in pairwise(states)), states
        assert states[-1] == State.SENT
        assert states.count("sent") == 1
