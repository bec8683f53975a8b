"""§4.7, §4.10: many people and many channels at once: acknowledged in time, as fast as Slack lets, never faster."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from statistics import quantiles

import pytest

from bot.slack import pace
from db import channels, schema
from db.store import Store
from domain.parse import parse
from domain.schedule import Schedule
from tests.bot.slack.conftest import SCALE
from tests.bot.slack.lab import Lab
from tests.machine import kept_waiting
from tests.papers import records
from tests.slackd.rates import TEAM_A_MINUTE, TEAM_BURST

COMMANDS, PAPERS = 200, 60
CHANNELS, FEW = 300, 120


@pytest.mark.parametrize("seed", [1])
async def test_invariant_10_two_hundred_commands_during_a_digest_are_heard_in_time_and_once(
    lab: Lab, seed: int
) -> None:
    dice = random.Random(seed)
    lab.take(records(PAPERS, seed=7))
    ada = lab.person()
    room = lab.room("digest", ada)
    await lab.asks(ada, room, "subscribe part")
    await lab.asks(ada, room, "schedule limit 60")
    await lab.due(lab.name(room))
    people = [lab.person(f"p{number}") for number in range(COMMANDS)]
    rooms = [lab.room(f"r{number}", person) for number, person in enumerate(people)]
    lab.slackd.sending.again_seconds = 0.01
    lab.slackd.sending.loses = lambda envelope: envelope.deliveries == 1 and dice.random() < 0.3
    before = len(lab.slackd.sending.sent)
    delivering = asyncio.create_task(lab.deliver())
    texts = ("search diffusion", "bookmark p1", "subscribe diffusion", "help", "trending 2w")
    doings = [
        person.types(where, texts[number % len(texts)])
        for number, (person, where) in enumerate(zip(people, rooms, strict=True))
    ]
    heard = list(lab.slackd.sending.sent[before:])
    await asyncio.gather(*(doing.heard() for doing in doings))
    await delivering
    await lab.idle()
    seconds = sorted(envelope.seconds or 99.0 for envelope in heard)
    cut = quantiles(seconds, n=100)
    again = sum(envelope.deliveries > 1 for envelope in heard)
    print(
        f"\n{COMMANDS} commands, {again} told again: acknowledged after p50 {cut[49]:.3f} s, p95 {cut[94]:.3f} s, "
        f"max {seconds[-1]:.3f} s"
    )
    assert len(seconds) == COMMANDS
    assert seconds[-1] < 3
    assert again > COMMANDS / 10
    asked = Counter(post.asked for where in rooms for post in where.posts if post.asked)
    assert set(asked) == {doing.made.number for doing in doings}, "every one is answered"
    for number, where in enumerate(rooms):
        if number % len(texts) == 2:
            assert await lab.queries(lab.name(where)) == ["diffusion"], "done once"
    found = lab.papers(room)
    assert len(found) == len(set(found)) == PAPERS


def _subscribe(store: Store, names: list[str], at: object) -> None:
    with store.writing() as connection:
        for name in names:
            made = channels.ensure(connection, name, Schedule(limit=5, layout="compact"), at)  # type: ignore[arg-type]  # it is a time
            channels.subscribe(connection, made.id, parse("part"), "slack:T1/U1", at)  # type: ignore[arg-type]  # the same
        connection.execute(schema.channels.update().values(next_due=at))


async def _all_due(lab: Lab, scale: float, many: int = CHANNELS) -> float:
    """How many times as long as Slack allows at best it takes."""
    lab.take(records(5, seed=8))
    rooms = [lab.room(f"c{number:03}") for number in range(many)]
    _subscribe(lab.store, [lab.name(room) for room in rooms], lab.time.now())
    began, before = time.monotonic(), kept_waiting()
    await lab.deliver()
    took, waited = time.monotonic() - began, kept_waiting() - before
    assert await lab.states() == {"sent": many}
    assert all(len(set(lab.papers(room))) == len(lab.papers(room)) == 5 for room in rooms)
    best = (many - TEAM_BURST) / (TEAM_A_MINUTE / 60 * scale)
    print(
        f"\n{many} channels due at once, rates times {scale:g}: delivered in {took:.1f} s, "
        f"{waited:.1f} s of them without a processor, "
        f"{took / best:.2f} times what Slack's rates allow at best ({best:.1f} s), "
        f"{sum(each.error == 'ratelimited' for each in lab.slackd.hub.refusals)} answers of 429"
    )
    assert not lab.slackd.hub.refusals
    return (took - waited) / best


async def test_invariant_7_many_channels_due_at_once_provoke_no_429(lab: Lab) -> None:
    await _all_due(lab, SCALE, FEW)


@pytest.mark.faults
async def test_invariant_7_three_hundred_channels_at_slack_s_own_rates(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CHANNEL_SECONDS", "WORKSPACE_SECONDS", "TIER_3_SECONDS"):
        monkeypatch.setattr(pace, name, getattr(pace, name) * SCALE)
    lab.slackd.hub.rates.scale = 1.0
    assert await _all_due(lab, 1.0) < 1.3
