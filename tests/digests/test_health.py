"""§4.6: what a digest says of its sources. Broken is said once, quiet and late only where a schedule asks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from db import runs
from db.runs import Run
from db.store import Store
from domain.message import Note, plain
from domain.schedule import Schedule
from tests.digests.round import DAILY, DAY, DUE, HOUR, bring, deliveries, follow, plan


async def ran(store: Store, outcome: str, at: timedelta, source: str = "arxiv") -> None:
    await store.write(runs.record, Run(source, DUE + at, DUE + at, outcome, why=f"why it is {outcome}"))


async def notes(store: Store, number: int) -> list[str]:
    found = [plain(b.text) for d in await deliveries(store, number) for b in d.message.blocks if isinstance(b, Note)]
    return [note for note in found if "arxiv" in note or "hf" in note]


@pytest.mark.parametrize(("outcome", "said"), [("failed", "could not be read"), ("stalled", "has stood still")])
async def test_invariant_6_a_broken_source_is_said_once(store: Store, outcome: str, said: str) -> None:
    await follow(store)
    await ran(store, "fresh", -2 * HOUR)
    await ran(store, outcome, -HOUR)
    for day in range(3):
        await bring(store, day + 1)
        await ran(store, outcome, day * DAY)
        await plan(store, DUE + day * DAY)
    (note,) = await notes(store, 1)
    assert note.startswith(f"Papers may be missing here: arxiv {said} since Monday ")
    assert f"(why it is {outcome})" in note
    assert await notes(store, 2) == []
    assert await notes(store, 3) == []


async def test_invariant_6_it_is_said_again_when_it_breaks_anew(store: Store) -> None:
    await follow(store)
    for day in range(2):
        await bring(store, day + 1)
        await ran(store, "fresh", day * DAY - 2 * HOUR)
        await ran(store, "failed", day * DAY - HOUR)
        await plan(store, DUE + day * DAY)
        assert len(await notes(store, day + 1)) == 1


async def test_invariant_6_broken_is_said_even_where_nothing_matched(store: Store) -> None:
    await follow(store)
    await ran(store, "failed", -HOUR)
    assert await plan(store, DUE) == 1
    assert len(await notes(store, 1)) == 1
    assert await plan(store, DUE + DAY) == 0


async def test_invariant_6_quiet_and_late_are_silent(store: Store) -> None:
    await follow(store)
    await ran(store, "quiet", -HOUR)
    await ran(store, "waiting", -HOUR, "hf")
    assert await plan(store, DUE) == 0
    await bring(store, 1)
    await plan(store, DUE + DAY)
    assert await notes(store, 1) == []


async def test_a_hiccup_is_not_said(store: Store) -> None:
    await follow(store)
    await bring(store, 1)
    await ran(store, "failed", -timedelta(minutes=5))
    await plan(store, DUE)
    assert await notes(store, 1) == []


async def test_all_broken_sources_are_one_sentence(store: Store) -> None:
    await follow(store)
    await ran(store, "failed", -HOUR)
    await ran(store, "stalled", -HOUR, "hf")
    await plan(store, DUE)
    (note,) = await notes(store, 1)
    assert "arxiv could not be read" in note
    assert "hf has stood still" in note


async def test_invariant_6_three_sentences_for_who_asks_for_them(store: Store) -> None:
    await follow(store, schedule=Schedule(empty="say"))
    await ran(store, "quiet", -HOUR)
    await plan(store, DUE)
    assert await notes(store, 1) == ["arxiv has nothing to announce: why it is quiet."]
    await ran(store, "waiting", DAY)
    await plan(store, DUE + DAY)
    assert await notes(store, 2) == ["arxiv is not out yet: why it is waiting."]
    for day in (2, 3):
        await ran(store, "failed", (day - 1) * DAY + HOUR)
        await plan(store, DUE + day * DAY)
        (note,) = await notes(store, day + 1)
        assert "could not be read" in note


async def test_who_wants_to_hear_of_nothing_does_not(store: Store) -> None:
    await follow(store, schedule=Schedule(empty="never"))
    await ran(store, "failed", -HOUR)
    assert await plan(store, DUE) == 0
    assert DAILY.empty == "silent"
