"""§4.7 and §4.10 under load: everybody is answered in time, and nothing is sent faster than Discord allows."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from bot.discord.guard import PER_SECOND
from db.store import Store
from tests.bot.discord.house import House, record, with_limit
from tests.discordd.faults import CALLBACK, SEND, Fault
from tests.discordd.people import Person, Told
from tests.discordd.rates import MESSAGES
from tests.discordd.server import Discordd
from tests.discordd.world import Place
from tests.machine import kept_waiting


@pytest.fixture(autouse=True)
def quick(discordd: Discordd) -> None:
    """Other tests hold Discord's description against the same messages; these are about time."""
    discordd.described = False


def percentiles(seconds: list[float]) -> str:
    """How long it took: half of them, 95 of a hundred, and the longest, in milliseconds."""
    there = sorted(seconds)
    shown = (there[len(there) // 2], there[len(there) * 95 // 100], there[-1])
    return "p50 {:.0f} ms, p95 {:.0f} ms, max {:.0f} ms".format(*(each * 1000 for each in shown))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three seconds of ours: for what else the machine does, everybody has more patience here."""
    for name in ("discordd.interactions", "discordd.people"):
        monkeypatch.setattr(f"tests.{name}.FIRST_SECONDS", 30.0)
    monkeypatch.setattr("bot.discord.reply.FIRST_SECONDS", 29.9)


@pytest.mark.usefixtures("patient")
async def test_two_hundred_at_once_are_answered_while_sixty_papers_go_out(house: House) -> None:
    house.server.rates.by_route[MESSAGES] = (5, 0.5)
    house.take([record(n, f"Sparse planning, part {n}", "A long story. " * 30) for n in range(100, 160)])
    house.follow(house.place.channel, "planning", schedule=with_limit(60))
    people = [Person(house.server, f"reader{n}").join(house.guild) for n in range(40)]
    asking = [("search", {"query": "decoding"}), ("subscriptions", {}), ("bookmark", {"paper": "p2"})]
    asking += [("abstract", {"paper": "p1"}), ("status", {})]
    async with house.opened():
        begun = house.server.faults.add(Fault(SEND, then=lambda: None))
        delivering = asyncio.create_task(house.deliver())
        await begun.met.wait()
        before, waited = kept_waiting(), [0.0]
        house.server.faults.add(Fault(CALLBACK, times=200, then=lambda: waited.append(kept_waiting() - before)))
        told: list[Told] = await asyncio.gather(
            *(people[n % 40].slash(house.place, verb, **more) for n in range(200) for verb, more in [asking[n % 5]])
        )
        await delivering
        while (await house.counts()).keys() != {"sent"}:
            await house.courier.work()
    print(f"\n200 interactions: acknowledged in {percentiles([each.of.took for each in told])}")
    print(f"of which the machine did something else for {waited[-1] * 1000:.0f} ms")
    assert max(each.of.took for each in told) - waited[-1] < 3
    assert all(each.messages for each in told)
    assert sorted(house.shown()) == sorted(f"Sparse planning, part {n}" for n in range(100, 160))
    assert house.server.rates.exceeded == 0


async def _all_due(server: Discordd, store: Store, many: int, per_second: int) -> float:
    """So many channels of forty guilds on four shards, all due now; returns how long it took, Discord's best being 1.

    `per_second` is how many requests Discord takes.
    """
    server.rates.everything = (per_second, 1.0)
    server.gateway.shards, server.gateway.window = 4, 0.0
    house = House.beside(server, store)
    house.take([record(n, f"Sparse planning, part {n}") for n in range(3)])
    owner = server.world.user("owner")
    guilds = [server.world.guild(f"Lab {n}", owner, shard=n % 4) for n in range(min(40, many))]
    places = [server.world.place(guilds[n % len(guilds)], f"c{n}") for n in range(many)]
    for place in places:
        house.follow(place.channel, "planning")
    async with house.opened():
        assert len(server.gateway.up()) == 4
        readers = [Person(server, f"reader{n}").join(guilds[n]) for n in range(4)]
        planned = await house.plan()
        assert planned == many
        began, busy, before = time.monotonic(), time.process_time(), kept_waiting()
        delivering = asyncio.create_task(house.courier.work())
        told = await asyncio.gather(*(readers[n].slash(places[n], "search", query="planning") for n in range(4)))
        assert all(each.of.took - (kept_waiting() - before) < 3 for each in told), "each shard is heard meanwhile"
        assert await delivering == many
        took, busy, waited = time.monotonic() - began, time.process_time() - busy, kept_waiting() - before
    for place in places:
        assert sorted(house.shown(place)) == [f"Sparse planning, part {n}" for n in range(3)]
    assert server.rates.exceeded == 0, "no 429 of ours"
    best = many / per_second
    print(
        f"\n{many} channels due at once over 4 shards: {took:.1f} s, {took / best:.2f} times the best {best:.1f} s;",
        end="",
    )
    print(f" {busy:.1f} s of a processor, the test server's share included; {waited:.1f} s without one")
    return (took - waited) / best


@pytest.mark.usefixtures("patient")
async def test_many_channels_due_at_once_come_as_fast_as_discord_allows(
    discordd: Discordd, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both rates at two fifths, so that it is they that count and not the machine."""
    monkeypatch.setattr("bot.discord.guard.PER_SECOND", PER_SECOND * 2 / 5)
    assert await _all_due(discordd, store, 60, 20) < 2


@pytest.mark.faults
@pytest.mark.usefixtures("patient")
async def test_a_thousand_channels_due_at_once_come_as_fast_as_discord_allows(discordd: Discordd, store: Store) -> None:
    assert await _all_due(discordd, store, 1_000, 50) < 2


async def test_a_break_in_the_middle_of_everything_loses_no_question(house: House) -> None:
    house.take([record(n, f"Sparse planning, part {n}") for n in range(100, 120)])
    places: list[Place] = [house.server.world.place(house.guild, f"c{n}") for n in range(10)]
    for place in places:
        house.follow(place.channel, "planning")
    chance = random.Random(7)
    async with house.opened():
        delivering = asyncio.create_task(house.deliver())
        asking = []
        for number in range(60):
            if number in {15, 30, 45}:
                how = chance.choice(["drop", "reconnect", "resumable"])
                if how == "drop":
                    house.server.gateway.drop()
                elif how == "reconnect":
                    await house.server.gateway.reconnect()
                else:
                    await house.server.gateway.invalidate(resumable=True)
            asking.append(
                asyncio.create_task(house.ada.slash(house.place, "search", query=f"decoding since:{number + 1}d"))
            )
            await asyncio.sleep(0)
        told = await asyncio.gather(*asking)
        await delivering
        resumed = house.server.gateway.resumed
    assert all(each.messages for each in told)
    assert resumed >= 1
    for place in places:
        assert len(house.shown(place)) == 10


async def test_a_session_that_is_lost_is_begun_anew_at_the_same_address(home: House) -> None:
    (session,) = home.server.gateway.up()
    await home.server.gateway.invalidate()
    async with asyncio.timeout(10), home.server.gateway.changed:
        await home.server.gateway.changed.wait_for(lambda: home.server.gateway.up() not in ([], [session]))
    assert (await home.ada.slash(home.place, "search", query="decoding")).messages
