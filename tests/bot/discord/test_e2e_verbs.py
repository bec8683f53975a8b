"""Every verb through Discord: typed by people, answered in time, and the store is as it should be after each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.commands import COMMANDS
from db import channels, shelf
from tests.bot.discord.house import House
from tests.bot.discord.reading import cards
from tests.discordd.people import Told

Scenario = Callable[[House], Awaitable[Told]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(of: Scenario) -> Scenario:
    """What is done with the verb that the function is called after."""
    SCENARIOS[of.__name__.rstrip("_")] = of
    return of


@scenario
async def search(home: House) -> Told:
    told = await home.ada.slash(home.place, "search", query="decoding")
    titles = {card.title for card in cards(told.messages[0])}
    assert titles == {
        "Speculative decoding with lazy drafts",
        "Draft models for speculative decoding",
        "A survey of speculative decoding",
    }
    return told


@scenario
async def subscribe(home: House) -> Told:
    told = await home.boss.slash(home.place, "subscribe", query="decoding")
    assert await home.subscribed() == ["decoding"]
    assert {"Undo", "Edit", "Preview"} <= set(told.seen.labels)
    await home.boss.slash(home.place, "subscribe", query="graphs", to="me")
    assert await home.subscribed(home.boss.id) == ["graphs"]
    return told


@scenario
async def backtest(home: House) -> Told:
    told = await home.ada.slash(home.place, "backtest", query="decoding")
    assert await home.subscribed() == []
    assert "paper" in told.text
    return told


@scenario
async def unsubscribe(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.boss.slash(home.place, "unsubscribe", query="decoding")
    assert await home.subscribed() == []
    await home.boss.press(home.place, told.seen, "Undo")
    assert await home.subscribed() == ["decoding"]
    return told


@scenario
async def subscriptions(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.ada.slash(home.place, "subscriptions")
    assert "decoding" in told.text
    return told


@scenario
async def bookmark(home: House) -> Told:
    told = await home.ada.slash(home.place, "bookmark", paper="p1", note="for Monday #club")
    kept = await home.store.read(shelf.bookmarked, home.ada.id, 1)
    assert kept
    assert (kept.note, kept.tags) == ("for Monday", ("club",))
    return told


@scenario
async def unbookmark(home: House) -> Told:
    await home.ada.slash(home.place, "bookmark", paper="p1")
    told = await home.ada.slash(home.place, "unbookmark", paper="p1")
    assert await home.store.read(shelf.bookmarks, home.ada.id) == []
    await home.ada.press(home.place, told.seen, "Undo")
    assert await home.store.read(shelf.bookmarked, home.ada.id, 1)
    return told


@scenario
async def bookmarks(home: House) -> Told:
    await home.ada.slash(home.place, "bookmark", paper="p3", note="read again")
    told = await home.ada.slash(home.place, "bookmarks")
    assert "Diffusion for graphs" in told.text
    assert "read again" in told.text
    return told


@scenario
async def export(home: House) -> Told:
    await home.ada.slash(home.place, "bookmark", paper="p3")
    told = await home.ada.slash(home.place, "export", format="bibtex")
    (content,) = told.seen.files.values()
    assert "Diffusion for graphs" in content
    return told


@scenario
async def digest(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.boss.slash(home.place, "digest")
    assert len(cards(told.messages[0])) == 3
    assert home.shown() == []
    public = await home.boss.slash(home.place, "digest", when="now")
    assert len(home.shown()) == 3
    assert await home.counts() == {"sent": 1}
    assert "Edition 1" in public.text
    return told


@scenario
async def schedule(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.boss.slash(home.place, "schedule", words="mon,wed 18:30 Europe/Paris limit 7")
    after = (await home.store.read(channels.existing, home.place.channel)).schedule
    assert (after.limit, after.timezone, len(after.days)) == (7, "Europe/Paris", 2)
    await home.boss.press(home.place, told.seen, "Undo")
    assert (await home.store.read(channels.existing, home.place.channel)).schedule.limit == 10
    return told


@scenario
async def mute(home: House) -> Told:
    told = await home.boss.slash(home.place, "mute", query="survey")
    assert [each.mute.query.text for each in (await _mutes(home))] == ["survey"]
    return told


@scenario
async def unmute(home: House) -> Told:
    await home.boss.slash(home.place, "mute", query="survey")
    told = await home.boss.slash(home.place, "unmute", query="survey")
    assert await _mutes(home) == []
    return told


async def _mutes(home: House) -> list[channels.Numbered]:
    return (await home.store.read(channels.mutes, [home.place.channel])).get(home.place.channel, [])


@scenario
async def trending(home: House) -> Told:
    told = await home.ada.slash(home.place, "trending", age="7d")
    assert cards(told.messages[0])[0].title == "Draft models for speculative decoding"
    return told


@scenario
async def similar(home: House) -> Told:
    told = await home.ada.slash(home.place, "similar", paper="p1")
    assert "speculative decoding" in told.text
    return told


@scenario
async def abstract(home: House) -> Told:
    told = await home.ada.slash(home.place, "abstract", paper="p3")
    assert "Nothing about decoders." in told.text
    return told


@scenario
async def why(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.ada.slash(home.place, "why", paper="p1")
    assert "decoding" in told.text
    return told


@scenario
async def vote(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.ada.slash(home.place, "vote", paper="p1", value="up")
    voted = (await home.store.read(shelf.votes, [home.place.channel]))[home.place.channel]
    assert [(paper.number, value) for paper, value in voted] == [(1, 1)]
    return told


@scenario
async def status(home: House) -> Told:
    return await home.ada.slash(home.place, "status")


@scenario
async def allow(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    refused = await home.ada.slash(home.place, "subscribe", query="graphs")
    assert "may change" in refused.text
    assert await home.subscribed() == ["decoding"]
    told = await home.boss.slash(home.place, "allow", who="everyone")
    await home.ada.slash(home.place, "subscribe", query="graphs")
    assert await home.subscribed() == ["decoding", "graphs"]
    return told


@scenario
async def help_(home: House) -> Told:
    told = await home.ada.slash(home.place, "help")
    assert "subscribe" in told.text
    return told


@scenario
async def edit(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.boss.slash(home.place, "edit", subscription="1", query="graphs")
    assert await home.subscribed() == ["graphs"]
    return told


@scenario
async def history(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    await home.boss.slash(home.place, "digest", when="now")
    told = await home.ada.slash(home.place, "history", paper="p1")
    assert "arxiv" in told.text
    assert "dition 1" in told.text
    return told


@scenario
async def submit(home: House) -> Told:
    told = await home.ada.slash(home.place, "submit", paper="https://arxiv.org/abs/2611.00001")
    assert "Already here" in told.text
    assert "Speculative decoding with lazy drafts" in told.text
    return told


@scenario
async def edition(home: House) -> Told:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    await home.boss.slash(home.place, "digest", when="now")
    told = await home.ada.slash(home.place, "edition", number=1)
    assert "Speculative decoding with lazy drafts" in told.text
    return told


@pytest.mark.parametrize("verb", sorted(SCENARIOS))
async def test_a_verb_does_what_it_says_in_private_and_in_time(home: House, verb: str) -> None:
    told = await SCENARIOS[verb](home)
    assert told.messages[0].private
    assert told.of.took < 3
    assert "did not work" not in told.text


def test_every_verb_is_driven() -> None:
    assert set(SCENARIOS) == {command.name for command in COMMANDS.values() if not command.hidden}
