"""mute, unmute, vote: what a channel would rather not see, and what it would rather see first."""

from __future__ import annotations

from digests.round import plan_due
from tests.bot.talk import ADA, BELA, HERE, Talk, heading, labels, record, said

# Muting.


async def test_muted_papers_stay_away_and_come_while_they_are_new(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    muted = await stocked.ok("mute survey")
    assert heading(muted) == "Muted: survey"
    assert muted.data == {"channel": HERE, "mute": "survey"}
    sent = await stocked.ok("digest now")
    assert sorted(item["paper"] for item in sent.data["items"]) == ["p1", "p2"]
    assert sent.data["held"] == [{"paper": "p4", "title": "A survey of speculative decoding", "why": "muted by survey"}]
    nothing = await stocked.ok("digest now")
    assert nothing.data["edition"] is None
    assert "What is new and matches this channel's subscriptions is muted: 1 paper." in said(nothing)
    back = await stocked.ok("unmute Surveys")
    assert heading(back) == "No longer muted: survey"
    assert [item["paper"] for item in (await stocked.ok("digest now")).data["items"]] == ["p4"]


async def test_what_is_unmuted_too_late_is_past(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("mute survey")
    await stocked.ok("digest now")
    stocked.pass_(days=14)
    await plan_due(stocked.store, stocked.now, stocked.desk.rooms, stocked.desk.new_id)  # nothing was missed
    await stocked.ok("unmute survey")
    assert (await stocked.ok("digest")).data["items"] == []


async def test_muting_and_unmuting_are_undone_once(stocked: Talk) -> None:
    muted = await stocked.ok("mute survey")
    assert heading(await stocked.press(muted, "Undo")) == "No longer muted"
    assert "already" in str((await stocked.press(muted, "Undo")).data["error"])
    assert "It mutes nothing." in await stocked.fails("unmute survey")
    await stocked.ok("mute survey")
    again = await stocked.ok("mute Survey")
    assert heading(again) == "Already muted: survey"
    assert labels(again) == []
    assert "It mutes: survey." in await stocked.fails("unmute graphs")
    back = await stocked.ok("unmute survey")
    assert heading(await stocked.press(back, "Undo")) == "Muted again"
    await stocked.ok("unmute survey")
    assert "It mutes nothing." in await stocked.fails("unmute survey")


async def test_what_is_muted_for_one_is_not_muted_for_the_channel(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("subscribe decoding to:me")
    assert (await stocked.ok("mute survey to:me")).data["channel"] == ADA
    assert "p4" in [item["paper"] for item in (await stocked.ok("digest")).data["items"]]
    assert "p4" not in [item["paper"] for item in (await stocked.ok("digest to:me")).data["items"]]
    assert "p4" in [item["paper"] for item in (await stocked.ok("digest to:me", person=HERE)).data["items"]]
    assert (await stocked.ok("unmute survey to:me")).data["channel"] == ADA


# Votes.


async def test_votes_move_papers_and_hide_none(talk: Talk) -> None:
    talk.take([record(n, title) for n, title in enumerate(("Old graph coloring", "Old graph drawing"), 1)])
    await talk.ok("subscribe graph")
    await talk.ok("digest now")
    talk.take([record(3, "More graph coloring"), record(4, "More graph drawing")])
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p4", "p3"]
    voted = await talk.ok("vote p1 up")
    assert heading(voted) == "👍 More like this"
    assert voted.data == {
        "channel": HERE,
        "paper": "p1",
        "title": "Old graph coloring",
        "vote": "up",
        "before": "none",
    }
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p3", "p4"]
    changed = await talk.ok("vote p1 down", person=ADA)
    assert changed.data["before"] == "up"
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p4", "p3"]
    assert heading(await talk.press(changed, "Undo")) == "Your vote is as it was"
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p3", "p4"]
    assert "already" in str((await talk.press(changed, "Undo")).data["error"])
    await talk.ok("vote p1 none")
    assert [item["paper"] for item in (await talk.ok("digest")).data["items"]] == ["p4", "p3"]


async def test_everyone_has_a_vote_in_each_channel(stocked: Talk) -> None:
    mine = await stocked.ok("vote p1 up")
    assert (await stocked.ok("vote p1 up", person=BELA)).data["before"] == "none"
    assert (await stocked.ok("vote p1 up", channel="local:other")).data["before"] == "none"
    assert (await stocked.press(mine, "Undo", person=BELA)).data["error"] == "That was somebody else's."
    assert "needs up, down, or none" in await stocked.fails("vote p1")
