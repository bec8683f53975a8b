"""Editions in threads and in forums, when somebody removes half of one while the other half is on its way."""

from __future__ import annotations

import pytest

from bot.discord.limits import THREAD_NAME
from tests.bot.discord.house import House, record, with_limit
from tests.discordd import world as w
from tests.discordd.faults import POST_THREAD, SEND, Fault
from tests.discordd.world import Place

MANY = 24  # papers: three messages of cards
TITLES = sorted(f"Sparse planning, part {n:02}" for n in range(MANY))


@pytest.fixture
def many(house: House) -> House:
    """A house with an edition of several messages to come."""
    house.take([record(n, title) for n, title in enumerate(TITLES, 100)])
    return house


def threads(house: House) -> list[Place]:
    return [place for place in house.server.world.places.values() if place.type == w.THREAD]


async def test_the_layout_thread_posts_one_message_and_the_papers_in_a_thread_under_it(many: House) -> None:
    many.follow(many.place.channel, "planning", schedule=with_limit(MANY, layout="thread"))
    async with many.opened(listening=False):
        await many.deliver()
    (first,) = many.place.posted
    (thread,) = threads(many)
    assert thread.id == first.id
    assert thread.parent is many.place
    assert sorted(many.shown(thread)) == TITLES
    assert many.shown() == []
    assert len(thread.name) <= THREAD_NAME
    assert "No. 1" in thread.name
    assert str(many.place.id) not in thread.name


async def test_a_thread_that_is_removed_midway_is_begun_again(many: House) -> None:
    many.server.expect(10003)
    many.follow(many.place.channel, "planning", schedule=with_limit(MANY, layout="thread"))
    gone: list[str] = []

    def remove() -> None:
        (thread,) = threads(many)
        gone.extend(many.shown(thread))
        many.server.world.remove(thread)

    many.server.faults.add(Fault(SEND, after=1, then=remove))
    async with many.opened(listening=False):
        await many.deliver()
        assert (await many.counts()).keys() == {"sent"}
    (thread,) = threads(many)
    assert gone
    assert sorted([*gone, *many.shown(thread)]) == TITLES


async def test_papers_whose_first_message_is_removed_come_in_the_channel(many: House) -> None:
    many.server.expect(10003, 10008)
    many.follow(many.place.channel, "planning", schedule=with_limit(MANY, layout="thread"))
    many.server.faults.add(Fault(SEND, then=many.place.messages.clear))
    async with many.opened(listening=False):
        await many.deliver()
        assert (await many.counts()).keys() == {"sent"}
    assert threads(many) == []
    assert sorted(many.shown()) == TITLES


async def test_a_forum_s_post_that_is_removed_midway_goes_on_in_another(many: House) -> None:
    many.server.expect(10003)
    forum = many.server.world.place(many.guild, "papers", w.FORUM)
    many.follow(forum.channel, "planning", schedule=with_limit(MANY))
    gone: list[str] = []

    def remove() -> None:
        (post,) = threads(many)
        gone.extend(many.shown(post))
        many.server.world.remove(post)

    many.server.faults.add(Fault(POST_THREAD, then=remove))
    async with many.opened(listening=False):
        await many.deliver()
        assert (await many.counts()).keys() == {"sent"}
    (post,) = threads(many)
    assert gone
    assert sorted([*gone, *many.shown(post)]) == TITLES
    assert len(many.server.asked(POST_THREAD)) == 2
