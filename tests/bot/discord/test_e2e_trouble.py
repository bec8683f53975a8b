"""§4.10 when things go wrong: the first answer comes in time whatever the store does, and survives lost requests."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from db import shelf
from tests.bot.discord.house import House
from tests.discordd.faults import CALLBACK, Fault, status
from tests.discordd.interactions import DEFER

EDIT = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"


async def test_a_busy_store_delays_the_answer_and_not_the_acknowledgement(home: House) -> None:
    busy = sqlite3.connect(home.store.path, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    came = home.server.faults.add(Fault(CALLBACK))
    asking = asyncio.create_task(home.ada.slash(home.place, "bookmark", paper="p1"))
    await came.met.wait()
    (question,) = home.server.interactions.by_token.values()
    async with asyncio.timeout(3), question.changed:
        await question.changed.wait_for(lambda: question.answer)
    assert question.answer == DEFER
    assert not question.complete
    busy.execute("ROLLBACK")
    busy.close()
    told = await asking
    assert told.of.took < 3
    assert await home.store.read(shelf.bookmarked, home.ada.id, 1)


async def test_completion_that_takes_too_long_offers_nothing_in_time(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forever(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr("bot.complete.argument", forever)
    assert await home.ada.complete(home.place, "search", "query", "decod") == []


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(CALLBACK, drop=True), id="lost"),
        pytest.param(Fault(CALLBACK, drop=True, done=True), id="taken-then-lost"),
        pytest.param(Fault(CALLBACK, refusal=status(503)), id="503"),
        pytest.param(Fault(CALLBACK, refusal=status(502), done=True), id="taken-then-502"),
        pytest.param(Fault(EDIT, refusal=status(500)), id="answer-500"),
        pytest.param(Fault(EDIT, drop=True), id="answer-lost"),
    ],
)
async def test_a_question_is_answered_though_a_request_is_lost(home: House, fault: Fault) -> None:
    home.server.expect(40060)
    home.server.faults.add(fault)
    told = await home.ada.slash(home.place, "bookmark", paper="p1")
    assert fault.met.is_set()
    assert told.of.took < 3
    assert "Speculative decoding" in told.text
    assert len(told.messages) == 1


async def test_who_waits_no_longer_changes_nothing(home: House) -> None:
    home.server.expect(10062)
    late = home.server.faults.add(Fault(CALLBACK, wait=asyncio.Event()))
    data = home.ada._filled(home.place, "bookmark", {"paper": "p1"})
    question = home.server.interactions.make(2, home.ada.user, home.place, data)
    home.server.gateway.tell("INTERACTION_CREATE", home.server.interactions.payload(question), home.guild)
    await late.met.wait()
    question.began -= 3.1
    assert late.wait
    late.wait.set()
    # Asked after it, answered after it.
    await home.ada.slash(home.place, "bookmarks")
    assert await home.store.read(shelf.bookmarks, home.ada.id) == []


async def test_what_breaks_inside_is_said_and_nothing_of_it(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("bot.ask.perform", broken)
    told = await home.ada.slash(home.place, "bookmarks")
    assert "That did not work" in told.text
    assert "secret" not in told.text
