"""The local platform: what was posted is there, once, as it was, and can be found (invariants 1, 4 and 7)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.local.platform import CARDS, CHARACTERS, LocalPlatform
from db import channels, outbox, posts
from db.store import Store
from digests.deliver import Courier
from domain.channel import PLATFORMS
from domain.delivery import Absent, Delivery, Sent, State
from domain.message import Card, Heading, Message, Note, line, weight
from domain.schedule import Schedule
from tests.bot.messages import ODD, PRINTED
from tests.digests.place import Clock, planned
from tests.papers import NOW

HERE, THERE = "local:general", "local:other"


def delivery(name: str = "one", channel: str = HERE, text: str = "Papers") -> Delivery:
    return Delivery(name, channel, 1, 1, 1, Message((Heading(text), Note(line("<b>", " & *more*")))), State.SENDING)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def platform(store: Store, clock: Clock) -> LocalPlatform:
    with store.writing() as connection:
        for name in (HERE, THERE):
            channels.ensure(connection, name, Schedule(), NOW)
    return LocalPlatform(store, clock)


def shown(store: Store, channel: str = HERE) -> list[posts.Post]:
    with store.reading() as connection:
        return posts.latest(connection, channel)


def test_it_is_one_of_the_platforms() -> None:
    assert HERE.partition(":")[0] in PLATFORMS


async def test_what_is_sent_stands_in_its_channel_as_it_was(
    store: Store, platform: LocalPlatform, clock: Clock
) -> None:
    sent = delivery()
    clock.tick(minutes=3)
    outcome = await platform.send(sent)
    (post,) = shown(store)
    assert outcome == Sent(str(post.number))
    assert (post.channel, post.message, post.posted_at) == (HERE, sent.message, NOW + timedelta(minutes=3))
    assert shown(store, THERE) == []


async def test_invariant_1_a_delivery_sent_twice_is_one_post(store: Store, platform: LocalPlatform) -> None:
    first = await platform.send(delivery())
    assert await platform.send(delivery(text="Other papers")) == first
    assert [post.message for post in shown(store)] == [delivery().message]


async def test_posts_stand_in_the_order_in_which_they_came(store: Store, platform: LocalPlatform) -> None:
    for name in ("b", "a", "c"):
        await platform.send(delivery(name, text=name))
    assert [post.message.blocks[0] for post in shown(store)] == [Heading("b"), Heading("a"), Heading("c")]


async def test_invariant_4_a_post_is_found_by_its_delivery_at_once(store: Store, platform: LocalPlatform) -> None:
    assert platform.settle == timedelta(0)
    assert await platform.find(delivery()) == Absent()
    outcome = await platform.send(delivery())
    assert await platform.find(delivery()) == outcome
    assert await platform.find(delivery("two")) == Absent()


async def test_invariant_4_a_send_that_is_given_up_has_ended_and_can_be_found(
    store: Store, platform: LocalPlatform
) -> None:
    """Whoever waits no longer knows nothing, but nothing comes later than that."""
    with store.writing():  # nobody else writes meanwhile
        sending = asyncio.create_task(platform.send(delivery()))
        await asyncio.sleep(0.05)
        sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert isinstance(await platform.find(delivery()), Sent)


def cards(many: int, text: str = "") -> Message:
    return Message((Heading(""), *(Card(f"p{n}", line("Lazy caching"), "", text=line(text)) for n in range(many))))


def test_invariant_7_a_message_has_so_many_cards_at_most(platform: LocalPlatform) -> None:
    assert platform.room.fits(cards(CARDS))
    assert not platform.room.fits(cards(CARDS + 1))


def test_invariant_7_a_message_has_so_much_text_at_most(platform: LocalPlatform) -> None:
    room = CHARACTERS - weight(cards(1, "x")) + 1
    assert platform.room.fits(cards(1, "x" * room))
    assert not platform.room.fits(cards(1, "x" * (room + 1)))


@pytest.mark.parametrize("message", [*ODD, *PRINTED], ids=range(len(ODD) + len(PRINTED)))
def test_a_message_has_as_much_text_as_is_reckoned(platform: LocalPlatform, message: Message) -> None:
    assert platform.room.filled(message.blocks) == (len(list(message.cards())), weight(message))


async def test_a_courier_brings_the_round_to_it(store: Store, platform: LocalPlatform, clock: Clock) -> None:
    planned(store, HERE, parts=3)
    planned(store, HERE, edition=2)
    assert await Courier(store, "local", platform, clock, "run").work() == 4
    headings = [block.text for post in shown(store) for block in post.message.blocks if isinstance(block, Heading)]
    assert headings == ["No. 1, 1/3", "No. 1, 2/3", "No. 1, 3/3", "No. 2, 1/1"]
    with store.reading() as connection:
        assert outbox.counts(connection) == {"sent": 4}
