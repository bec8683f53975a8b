"""resend: what is dead or unknown goes out again because a person says so, and the ledger says who."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import channels, ledger, outbox, schema
from domain.delivery import Delivery, Move, State
from domain.edition import Edition
from domain.message import Heading, Message
from tests.bot.lived_in import stuck
from tests.bot.talk import ADA, BELA, HERE, Talk, heading, labels, said
from tests.digests.place import ways
from tests.papers import NOW


@pytest.fixture
async def begun(talk: Talk) -> Talk:
    """A desk on a store with a channel that follows something."""
    await talk.ok("subscribe drafts")
    return talk


async def posts(talk: Talk) -> list[str | None]:
    return list(await talk.store.read(lambda c: c.execute(select(schema.posts.c.delivery)).scalars().all()))


async def test_what_is_dead_is_sent_again_once(begun: Talk) -> None:
    await begun.store.write(stuck)
    answer = await begun.ok("resend stuck")
    assert heading(answer) == "Edition 2 of local:general is sent"
    assert (answer.data["before"], answer.data["state"]) == ("dead", "sent")
    assert await posts(begun) == ["stuck"]
    assert "sent already" in await begun.fails("resend stuck")
    assert await posts(begun) == ["stuck"]


async def test_invariant_11_a_clock_that_was_set_back_keeps_nobody_from_it(begun: Talk) -> None:
    await begun.store.write(stuck)
    begun.pass_(hours=-5)
    assert (await begun.ok("resend stuck")).data["state"] == "sent"


async def test_invariant_4_the_ledger_says_who_sent_it_again(begun: Talk) -> None:
    await begun.store.write(stuck)
    await begun.ok("resend stuck", person=BELA)
    assert ways(begun.store)["stuck"] == [
        *(State.PLANNED, State.CLAIMED, State.SENDING, State.DEAD),
        *(State.RETRY, State.CLAIMED, State.SENDING, State.SENT),
    ]
    with begun.store.reading() as connection:
        why = schema.moves.c.why
        said_ = connection.execute(select(why).where(schema.moves.c.state == State.RETRY)).scalars().all()
    assert said_ == [f"sent again by {BELA}"]


async def test_invariant_4_what_may_have_arrived_is_looked_for_before_a_person_sends_it_again(begun: Talk) -> None:
    unknown = await begun.store.write(stuck, State.UNKNOWN)
    begun.pass_(seconds=119)
    refused = await begun.fails("resend stuck")
    assert "may have arrived" in refused
    assert "from 12:02 UTC on" in refused
    with begun.store.writing() as connection:  # looking once more does not begin the wait anew
        assert outbox.move(connection, unknown, "", Move(State.UNKNOWN, begun.now, "no answer"), begun.now)
    begun.pass_(seconds=1)
    answer = await begun.ok("resend stuck")
    assert answer.data["before"] == "unknown"
    assert "it is there twice now" in said(answer)


async def test_what_goes_on_by_itself_soon_needs_nobody(begun: Talk) -> None:
    await begun.store.write(stuck, State.RETRY)
    assert "That message is retry: it goes on by itself." in await begun.fails("resend stuck")


async def test_what_waits_for_access_is_tried_at_once_when_a_person_says_it_is_back(begun: Talk) -> None:
    await begun.store.write(stuck, State.PAUSED)
    await begun.store.write(channels.stop, HERE, "not_in_channel")
    status = await begun.ok("status")
    assert (await begun.press(status, "Send again: Edition 2")).data["state"] == "sent"
    assert await posts(begun) == ["stuck"]
    assert "rest" not in said(await begun.ok("status"))


async def test_only_who_may_change_the_channel_may(begun: Talk) -> None:
    await begun.store.write(stuck)
    await begun.ok("allow managers", manager=True)
    assert "Only managers may change" in str((await begun.say("resend stuck", person=BELA)).data)
    assert await posts(begun) == []
    assert (await begun.ok("resend stuck", person=BELA, manager=True)).data["state"] == "sent"


async def test_other_channels_know_nothing_of_it(begun: Talk) -> None:
    await begun.store.write(stuck)
    for who in ({"channel": "local:other"}, {"channel": "local:other", "manager": True}):
        assert "has no message “stuck”" in str((await begun.say("resend stuck", **who)).data)
    assert "local:ada has no message" in str((await begun.say("resend stuck to:me", person=ADA)).data)
    assert "has no message “nothing”" in await begun.fails("resend nothing")


async def test_where_its_platform_is_not_connected_it_waits_for_that(begun: Talk) -> None:
    there = "slack:T1/C1"
    await begun.ok("subscribe drafts", channel=there)

    with begun.store.writing() as connection:
        planned = Delivery("far", there, 1, 1, 2, Message.of(Heading("Far")))
        ledger.record(connection, Edition(there, 1, NOW, NOW, ()), [planned])
        (claimed,) = outbox.claim(connection, "gone", NOW, 1, platform="slack")
        sending = outbox.move(connection, claimed, "gone", Move(State.SENDING), NOW)
        assert sending
        outbox.move(connection, sending, "gone", Move(State.DEAD, None, "msg_too_long"), NOW)
    answer = await begun.ok("resend far", channel=there)
    assert heading(answer) == "Edition 1, message 1 of 2 of slack:T1/C1 goes out again"
    assert answer.data["state"] == "retry"


async def test_status_offers_it_where_a_person_is_needed(begun: Talk) -> None:
    await begun.store.write(stuck, State.UNKNOWN)
    assert "Send again: Edition 2" not in labels(await begun.ok("status"))
    begun.pass_(minutes=2)
    status = await begun.ok("status")
    assert labels(status) == ["Send again: Edition 2"]
    assert labels(await begun.ok("status", channel="local:other")) == []
    assert (await begun.press(status, "Send again: Edition 2")).data["channel"] == HERE
    assert labels(await begun.ok("status")) == []


async def test_status_offers_only_a_few(begun: Talk) -> None:
    for edition in range(2, 9):
        await begun.store.write(stuck, State.DEAD, f"stuck{edition}", edition)
    assert len(labels(await begun.ok("status"))) == 3
