"""A thousand papers that are hard to show: every message is taken, wakes nobody, and reads as the titles read."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pytest
from msgspec.structs import replace

from db.store import Store
from tests.bot.discord.hard import made, real
from tests.bot.discord.house import House, with_limit
from tests.bot.discord.reading import cards
from tests.discordd import markdown
from tests.discordd.rates import MESSAGES
from tests.discordd.server import Discordd
from tests.discordd.world import THREAD, Place

LIMIT = 50


def bare(text: str) -> str:
    """A text as it reads: without signs that are not seen, in one line."""
    seen = "".join(
        sign
        for sign in text.replace("\t", " ")
        if unicodedata.category(sign) not in {"Cc", "Cf", "Zl", "Zp"} or sign in "\n\r\x85\u2028\u2029\v\f"
    )
    return re.sub(r"\s+", " ", re.sub(r"[\n\r\x85\u2028\u2029\v\f]", " ", seen)).strip()


async def delivered(
    discordd: Discordd, store: Store, many: int, layout: str, **settings: Any
) -> list[tuple[str, Place]]:
    """So many hard papers, LIMIT to a channel; returns their titles with the channels they are in."""
    discordd.rates.everything = discordd.rates.usual = (10_000, 1.0)
    discordd.rates.by_route[MESSAGES] = (10_000, 1.0)
    discordd.described = many < 1_000  # a hundred in each layout are enough to hold its description against
    house = House.beside(discordd, store, **settings)
    records = [*real(many // 2)]
    records += made(many - len(records))
    places = []
    for at in range(0, many, LIMIT):
        place = discordd.world.place(house.guild, f"c{at}")
        here = [replace(record, title=f"{record.title} batch{at}") for record in records[at : at + LIMIT]]
        assert len(set(house.take(here))) == len(here), "each is a paper of its own"
        house.follow(place.channel, f"batch{at}", schedule=with_limit(LIMIT, layout=layout))
        places += [(record.title, place) for record in here]
    async with house.opened(listening=False):
        await house.deliver()
    assert set(await house.counts()) == {"sent"}
    return places


async def check(discordd: Discordd, places: list[tuple[str, Place]]) -> None:
    """Each title is read once where it belongs, and nothing wakes or hides anybody."""
    for place in {place for _, place in places}:
        there = [place, *(each for each in discordd.world.places.values() if each.parent is place)]
        posted = [stored for each in there for stored in each.posted]
        assert [stored.pings for stored in posted if stored.pings] == []
        read = [bare(card.title) for stored in posted for card in cards(stored)]
        wanted = [bare(title) for title, where in places if where is place]
        missing = [title for title in wanted if not any(_reads(title, each) for each in read)]
        assert not missing, [(title, [each for each in read if each[-4:] == title[-4:]]) for title in missing[:6]]
        assert len(read) == len(wanted)
        for stored in posted:
            for card in cards(stored):
                for mark in (markdown.PING, markdown.SPOILER, markdown.EMOJI, markdown.TIME):
                    assert mark not in card.text, card
                assert not any("evil.example" in link for link in card.links), card


def _reads(title: str, shown: str) -> bool:
    return shown == title or (shown.endswith("…") and len(shown) > 40 and title.startswith(shown[:-1].rstrip()))


@pytest.mark.parametrize("many", [150, pytest.param(1_000, marks=pytest.mark.faults)])
async def test_hard_papers_read_as_they_are(discordd: Discordd, store: Store, many: int) -> None:
    places = await delivered(discordd, store, many, "rich")
    await check(discordd, places)


@pytest.mark.parametrize("layout", ["compact", "thread"])
async def test_in_every_layout(discordd: Discordd, store: Store, layout: str) -> None:
    places = await delivered(discordd, store, 100, layout)
    await check(discordd, places)
    if layout == "thread":
        assert {
            each.type for _, place in places for each in discordd.world.places.values() if each.parent is place
        } == {THREAD}


async def test_as_embeds(discordd: Discordd, store: Store) -> None:
    await check(discordd, await delivered(discordd, store, 100, "rich", discord_embeds=True))
