"""§4.5 through Discord: what is gone, forbidden, removed or down rests with all kept, is told once, and comes back."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.upkeep import kept_up
from db import channels
from domain.channel import Channel
from domain.errors import PlatformRefusedError
from tests.bot.discord.house import House
from tests.bot.discord.reading import cards
from tests.discordd import world as w
from tests.discordd.faults import HISTORY, SEND, Fault
from tests.discordd.people import Seen
from tests.discordd.world import Place


async def channel(home: House, place: Place | None = None) -> Channel:
    return await home.store.read(channels.existing, (place or home.place).channel)


async def stopped(home: House, place: Place) -> str:
    """Why a channel rests, once it does."""
    return await _until(home, place, rests=True)


async def back(home: House, place: Place) -> None:
    """Once it goes on."""
    await _until(home, place, rests=False)


async def _until(home: House, place: Place, *, rests: bool) -> str:
    """What the gateway tells takes a moment to be written down; each look is a turn of the event loop and the store."""
    for _ in range(2_000):
        why = (await channel(home, place)).stopped
        if bool(why) is rests:
            return why
    raise AssertionError(f"{place.channel} {'goes on' if not rests else 'rests'}: {why}")


def told(place: Place) -> list[str]:
    return [Seen(stored).text for stored in place.posted if not cards(stored)]


@pytest.fixture
def other(house: House) -> Place:
    """Another channel of the guild, followed, where the digest goes as usual."""
    place = house.server.world.place(house.guild, "other")
    house.follow(place.channel, "decoding", due=False)
    return place


@pytest.fixture
def followed(house: House) -> Place:
    """A channel beside the system's, followed and due."""
    place = house.server.world.place(house.guild, "papers")
    house.follow(place.channel, "decoding")
    return place


async def test_a_permission_taken_away_lets_the_channel_rest_until_it_is_back(house: House, followed: Place) -> None:
    house.server.expect(50013, 50001)
    async with house.opened() as home:
        home.server.grant(followed, deny=w.SEND)
        assert "Send Messages" in await stopped(home, followed)
        await home.deliver()
        assert followed.posted == []
        assert await home.subscribed(followed.channel) == ["decoding"]
        home.server.grant(followed)
        await back(home, followed)
        await home.courier.work()
        assert len(home.shown(followed)) == 3
    assert len(told(home.place)) == 1


async def test_a_refusal_that_comes_with_a_send_rests_the_channel_and_is_told_once(
    house: House, followed: Place
) -> None:
    house.server.expect(50013)
    house.server.world.grant(followed, deny=w.SEND)  # and nobody is told of it
    async with house.opened(listening=False) as home:
        await home.deliver()
        assert await home.counts() == {"paused": 1}
        assert "permission" in (await channel(home, followed)).stopped
        for _ in range(3):
            await home.moved(timedelta(minutes=10))
            await home.courier.work()
        await home.front.life.told()  # no delivery waits for that
        assert len(told(home.place)) == 1
        asked = len(home.server.asked(SEND))
        home.server.world.grant(followed)
        await home.moved(timedelta(minutes=10))
        await home.courier.work()
        assert await home.counts() == {"sent": 1}
        assert len(home.server.asked(SEND)) == asked + 1
    assert len(home.shown(followed)) == 3
    assert (await channel(home, followed)).stopped == ""


async def test_a_deleted_channel_rests_and_its_people_are_told(house: House, followed: Place) -> None:
    house.server.expect(10003)
    async with house.opened() as home:
        home.server.delete(followed)
        assert "deleted" in await stopped(home, followed)
        await home.deliver()
        assert await home.subscribed(followed.channel) == ["decoding"]
    assert len(told(home.place)) == 1
    assert "rest" in told(home.place)[0]


async def test_a_removed_bot_rests_all_and_comes_back_with_everything(
    house: House, followed: Place, other: Place
) -> None:
    house.server.expect(50001, 50013, 10004, 50007)
    async with house.opened() as home:
        home.server.kick(home.guild)
        assert "removed" in await stopped(home, followed)
        assert "removed" in await stopped(home, other)
        await home.deliver()
        for _ in range(2_000):  # being told holds up nobody, so it may come a moment later
            if told(home.server.world.direct(home.guild.owner)):
                break
            await channel(home, followed)
        assert len(told(home.server.world.direct(home.guild.owner))) == 1, "the owner, since no channel is left"
        home.server.add(home.guild)
        await back(home, followed)
        await back(home, other)
        await home.courier.work()
    assert len(home.shown(followed)) == 3
    assert await home.subscribed(other.channel) == ["decoding"]


async def test_an_outage_rests_the_channels_and_tells_nobody(house: House, followed: Place) -> None:
    async with house.opened() as home:
        home.server.outage(home.guild)
        assert "unavailable" in await stopped(home, followed)
        home.server.add(home.guild)
        await back(home, followed)
        await home.deliver()
    assert len(home.shown(followed)) == 3
    assert told(home.place) == []


async def test_one_channels_trouble_is_no_others(house: House, followed: Place, other: Place) -> None:
    house.server.expect(50013)
    house.follow(other.channel)
    house.server.world.grant(followed, deny=w.SEND)
    async with house.opened(listening=False) as home:
        await home.deliver()
    assert len(home.shown(other)) == 3
    assert await home.counts() == {"sent": 1, "paused": 1}


async def test_permissions_are_looked_at_before_following_and_the_missing_one_is_named(home: House) -> None:
    home.server.grant(home.place, deny=w.SEND | w.HISTORY)
    refused = await home.boss.slash(home.place, "subscribe", query="decoding")
    assert "Send Messages" in refused.text
    assert "Read Message History" in refused.text
    assert await home.subscribed() == []
    await home.boss.slash(home.place, "subscribe", query="decoding", to="me")
    assert await home.subscribed(home.boss.id) == ["decoding"]


async def test_a_revoked_token_stops_asking_and_begins_again_when_it_is_taken(house: House, followed: Place) -> None:
    house.server.expect(401)
    async with house.opened(listening=False) as home:
        home.server.revoked = True
        for _ in range(30):
            await home.deliver()
            await home.moved(timedelta(minutes=1))
        assert len(home.server.rates.invalid) <= 6, "half an hour of a refused token"
        with pytest.raises(PlatformRefusedError, match="token"):
            await home.front.listen(home.desk)
        home.server.revoked = False
        home.front.guard.knock()
        await home.moved(timedelta(minutes=61))
        await home.courier.work()
        assert await home.counts() == {"sent": 1}
    assert len(home.shown(followed)) == 3


async def test_direct_messages_that_are_closed_rest_that_persons_digest(house: House) -> None:
    house.server.expect(50007)
    house.follow(house.ada.id, "decoding")
    house.ada.user.closed = True
    async with house.opened(listening=False) as home:
        await home.deliver()
        assert await home.counts() == {"paused": 1}
        home.ada.user.closed = False
        await home.moved(timedelta(minutes=10))
        await home.courier.work()
    assert len(home.shown(home.server.world.direct(home.ada.user))) == 3


async def test_a_message_that_cannot_be_looked_for_stays_unknown(house: House, followed: Place) -> None:
    async with house.opened(listening=False) as home:
        home.server.world.grant(followed, deny=w.HISTORY)
        home.server.faults.add(Fault(SEND, drop=True, done=True))
        await home.deliver()
        for _ in range(4):
            await home.moved(timedelta(minutes=11))
            await home.courier.work()
        assert await home.counts() == {"unknown": 1}, "§4.4: neither lost nor sent"
        assert home.server.asked(HISTORY)
        home.server.world.grant(followed)
        await home.moved(timedelta(minutes=11))
        await home.courier.work()
        assert await home.counts() == {"sent": 1}
    assert len(home.shown(followed)) == 3


async def test_the_gateway_is_kept_up(house: House) -> None:
    """What `run` does: a connection that is closed for good is begun again."""
    async with house.opened(listening=False) as home:
        keeping = asyncio.create_task(kept_up("discord", home.front, home.desk))
        await home.server.gateway.until()
        home.server.gateway.sessions.clear()
        await home.server.gateway.close(4009)
        await home.server.gateway.until_down()
        await home.server.gateway.until()
        assert (await home.ada.slash(home.place, "search", query="decoding")).messages
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
