"""§4.1, §4.4, §4.5: whatever Slack does with a digest, each channel ends with each paper once, or is told why not."""

from __future__ import annotations

from collections import Counter

import pytest

from db import outbox
from tests.bot.slack.conftest import Begin
from tests.bot.slack.lab import Lab, read
from tests.papers import records
from tests.slackd.faults import Answered, Dropped, Fault, Slow
from tests.slackd.people import Person
from tests.slackd.world import Room

PAPERS = 12


async def due(lab: Lab, many: int = 1) -> tuple[Person, list[Room]]:
    """Channels whose digest is due now."""
    lab.take(records(PAPERS, seed=4))
    ada = lab.person()
    rooms = [lab.room(f"c{number}", ada) for number in range(many)]
    for room in rooms:
        await lab.asks(ada, room, "subscribe for")
        await lab.asks(ada, room, "schedule limit 12 layout compact")
    await lab.due(*map(lab.name, rooms))
    return ada, rooms


def once(lab: Lab, room: Room) -> bool:
    found = lab.papers(room)
    return len(found) == len(set(found)) == PAPERS


FAULTS: dict[str, tuple[Fault, str]] = {
    "429": (Answered("ratelimited", status=429, retry_after=3), "retry"),
    "ratelimited": (Answered("ratelimited"), "retry"),
    "an error nobody knows": (Answered("something_new"), "retry"),
    "5xx": (Answered(status=503), "unknown"),
    "fatal_error": (Answered("fatal_error"), "unknown"),
    "no JSON": (Answered(body="<html>"), "unknown"),
    "dropped before": (Dropped(taken=False), "unknown"),
    "dropped after": (Dropped(), "unknown"),
    "dropped after, hidden for a while": (Dropped(hidden=15), "unknown"),
    "slow": (Slow(0.3), "sent"),
}


@pytest.mark.parametrize("what", FAULTS)
async def test_invariant_4_it_arrives_once_whatever_went_wrong(lab: Lab, what: str) -> None:
    _, [room] = await due(lab)
    fault, state = FAULTS[what]
    lab.slackd.hub.fail("chat.postMessage", fault)
    await lab.deliver()
    assert await lab.states() == {state: 1}
    if state == "unknown":
        await lab.courier.work()
        assert await lab.states() == {"unknown": 1}, "not before it has settled"
    await lab.settle(31)
    assert await lab.states() == {"sent": 1}
    assert once(lab, room)


PERMANENT = {
    "invalid_blocks": "dead",
    "msg_too_long": "dead",
    "channel_not_found": "paused",
    "not_in_channel": "paused",
    "is_archived": "paused",
    "invalid_auth": "paused",
    "token_revoked": "paused",
    "account_inactive": "paused",
}


@pytest.mark.parametrize("error", PERMANENT)
async def test_invariant_5_what_cannot_be_posted_rests_and_comes_when_access_returns(lab: Lab, error: str) -> None:
    _, [room] = await due(lab)
    lab.slackd.hub.fail("chat.postMessage", Answered(error))
    await lab.deliver()
    await lab.idle()
    assert await lab.states() == {PERMANENT[error]: 1}
    assert lab.papers(room) == []
    if PERMANENT[error] == "paused":
        channel = await lab.channel(lab.name(room))
        assert channel
        assert channel.stopped
        await lab.settle(571)
        assert once(lab, room)
        assert await lab.states() == {"sent": 1}


async def test_invariant_4_twenty_connections_dropped_after_acceptance_leave_each_paper_once(lab: Lab) -> None:
    _, rooms = await due(lab, 20)
    plan = lab.slackd.hub.fail("chat.postMessage", Dropped(hidden=10), times=20)
    await lab.deliver()
    assert plan.met == 20
    assert await lab.states() == {"unknown": 20}
    for _ in range(5):  # few at a time: Slack's histories are asked for no more often than they may be
        if await lab.states() != {"sent": 20}:
            await lab.settle(61)
    assert all(once(lab, room) for room in rooms)
    assert await lab.states() == {"sent": 20}
    assert len(lab.slackd.hub.requests("chat.postMessage")) == 20, "nothing was sent twice"


async def test_invariant_4_what_is_not_there_after_all_is_sent_again(lab: Lab) -> None:
    _, rooms = await due(lab, 4)
    lab.slackd.hub.fail("chat.postMessage", Dropped(taken=False), times=4)
    await lab.deliver()
    await lab.settle(31)
    assert Counter(once(lab, room) for room in rooms) == {True: 4}


async def test_invariant_4_a_history_that_cannot_be_read_proves_nothing(lab: Lab) -> None:
    _, [room] = await due(lab)
    lab.slackd.hub.fail("chat.postMessage", Dropped())
    lab.slackd.hub.fail("conversations.history", Answered("fatal_error"))
    lab.slackd.hub.fail("conversations.history", Answered(status=500))
    # A request that changes nothing is repeated once by aiohttp where a kept connection turned out to be closed.
    lab.slackd.hub.fail("conversations.history", Dropped(), times=2)
    await lab.deliver()
    for _ in range(3):
        await lab.settle(31)
        assert await lab.states() == {"unknown": 1}
        lab.time.pass_(300)
    await lab.settle(600)
    assert await lab.states() == {"sent": 1}
    assert once(lab, room)


async def test_invariant_4_an_unknown_part_of_a_thread_is_found_in_it(lab: Lab) -> None:
    lab.take(records(30, seed=5))
    ada = lab.person()
    room = lab.room("general", ada)
    await lab.asks(ada, room, "subscribe for")
    await lab.asks(ada, room, "schedule limit 30 layout thread")
    await lab.due(lab.name(room))
    lab.slackd.hub.fail("chat.postMessage", Dropped(), when=lambda args: bool(args.get("thread_ts")), after=1)
    await lab.deliver()
    assert "unknown" in await lab.states()
    await lab.settle(31)
    await lab.settle(31)
    assert set(await lab.states()) == {"sent"}
    found = lab.papers(room)
    assert len(found) == len(set(found)) == 30


async def test_invariant_5_a_channel_that_fails_holds_up_no_other(lab: Lab) -> None:
    _, rooms = await due(lab, 5)
    bad = rooms[0]
    lab.slackd.hub.fail("chat.postMessage", Answered(status=500), times=5, when=lambda args: args["channel"] == bad.id)
    await lab.deliver()
    assert [once(lab, room) for room in rooms] == [False, True, True, True, True]


async def test_a_restart_while_slack_has_what_we_do_not_know_of_sends_nothing_twice(begin: Begin) -> None:
    async with begin() as lab:
        _, [room] = await due(lab)
        lab.slackd.hub.fail("chat.postMessage", Dropped())
        await lab.deliver()
    async with begin(workspace=lab.workspace) as later:
        later.time.pass_(31)
        await later.courier.work()
        assert await later.states() == {"sent": 1}
        [sent] = await later.store.read(outbox.of_edition, lab.name(room), 1)
        assert sent.state == "sent"
    assert once(lab, room)
    assert "Papers for" in read(room.posts[-1])
