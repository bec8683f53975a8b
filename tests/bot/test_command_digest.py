"""digest, edition, mute, unmute, vote, why: what a channel gets, what it does not, and the reason for either."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from db import posts, schema
from domain.message import Note
from tests.bot.talk import ADA, BELA, DRAFTS, HERE, Talk, button, cards, heading, labels, marked, record, said, undated


def _rows(talk: Talk) -> dict[str, int]:
    tables = (schema.editions, schema.items, schema.deliveries, schema.posts)
    with talk.store.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


# What would go out, and letting it.


async def test_a_preview_records_nothing_and_shows_what_follows(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("subscribe graphs")
    preview = await stocked.ok("digest")
    assert preview.private
    assert "A preview: nothing was sent, nothing is recorded." in said(preview)
    assert set(_rows(stocked).values()) == {0}
    assert (await stocked.ok("digest preview")).data == preview.data
    sent = await stocked.press(preview, "Send it now")
    assert {name: sent.data[name] for name in preview.data} == dict(preview.data)
    with stocked.store.reading() as connection:
        (post,) = posts.latest(connection, HERE)
    assert [card.paper for card in post.message.cards()] == [item["paper"] for item in preview.data["items"]]
    assert cards(preview) == [item["paper"] for item in preview.data["items"]]


async def test_the_data_is_as_promised(stocked: Talk) -> None:
    await stocked.ok('subscribe "draft models"')
    await stocked.ok("subscribe verify")
    data = (await stocked.ok("digest")).data
    assert data == {
        "channel": HERE,
        "edition": 1,
        "items": [
            {
                "paper": "p2",
                "title": "Draft models for speculative decoding",
                "url": "https://arxiv.org/abs/2611.00002",
                "matched_by": ['"draft models"', "verify"],
                "late": False,
            }
        ],
        "held": [],
    }


async def test_sending_says_what_went_out_and_a_second_time_has_nothing_new(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    sent = await stocked.ok("digest now")
    assert heading(sent) == "Edition 1 of local:general: 3 papers, 1 message sent"
    assert not sent.private
    assert sent.data["deliveries"] == ["sent"]
    again = await stocked.ok("digest now")
    assert heading(again) == "Nothing new for local:general"
    assert "Nothing new matches this channel's subscriptions." in said(again)
    assert "The next digest is due Tuesday 17 November 2026, 09:00 Europe/Paris." in said(again)
    assert again.private
    assert (again.data["edition"], again.data["items"], again.data["held"]) == (None, [], [])
    assert "Nothing new" in heading(await stocked.ok("digest"))
    assert _rows(stocked)["editions"] == 1


async def test_a_paused_channel_can_be_sent_by_hand(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("schedule pause")
    assert (await stocked.ok("digest now")).data["edition"] == 1
    assert "Its schedule is paused." in said(await stocked.ok("digest now"))


async def test_a_channel_nobody_can_reach_is_said_and_keeps_its_papers(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding", channel="slack:T024/C061")
    assert len((await stocked.ok("digest", channel="slack:T024/C061")).data["items"]) == 3
    assert "slack:T024/C061 cannot be reached from here." in await stocked.fails(
        "digest now", channel="slack:T024/C061"
    )
    assert _rows(stocked)["editions"] == 0


async def test_a_channel_without_subscriptions_says_how_to_begin(talk: Talk) -> None:
    for text in ("digest", "digest now", "schedule", "why p1", "edition 1"):
        talk.take([record(1, "Graph")])
        assert "Begin with `subscribe`" in await talk.fails(text)


async def test_one_s_own_digest(stocked: Talk) -> None:
    await stocked.ok("subscribe graphs")
    await stocked.ok("subscribe survey to:me")
    preview = await stocked.ok("digest to:me")
    assert (preview.data["channel"], [i["paper"] for i in preview.data["items"]]) == (ADA, ["p4"])
    sent = await stocked.press(preview, "Send it now")
    assert heading(sent) == "Edition 1 of local:ada: 1 paper, 1 message sent"
    assert [item["paper"] for item in (await stocked.ok("digest")).data["items"]] == ["p3"]
    assert (await stocked.ok("edition 1 to:me")).data["channel"] == ADA
    assert (await stocked.ok("why p4 to:me")).data["state"] == "sent"


async def test_what_was_left_on_its_way_goes_out_first(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("digest now")
    with stocked.store.writing() as connection:
        connection.execute(schema.posts.delete())
        connection.execute(schema.deliveries.update().values(state="planned"))
    stocked.take([record(9, "Decoding once more")])
    assert (await stocked.ok("digest now")).data["edition"] == 2
    with stocked.store.reading() as connection:
        assert [len(list(post.message.cards())) for post in posts.latest(connection, HERE)] == [3, 1]


async def test_what_could_not_be_sent_is_said(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("digest now")
    with stocked.store.writing() as connection:
        connection.execute(schema.deliveries.update().values(state="paused", try_at=stocked.now.replace(year=2027)))
    stocked.take([record(9, "Decoding once more")])
    sent = await stocked.ok("digest now")
    assert heading(sent) == "Edition 2 of local:general: 1 paper, 0 of 1 messages sent"
    assert "The rest is tried again by itself: planned." in said(sent)


# Held back, and shown all the same.


async def test_what_is_held_back_can_be_paged_to(talk: Talk) -> None:
    talk.take([record(n, f"Graph {n}") for n in range(1, 29)])
    await talk.ok("subscribe graphs")
    await talk.ok("schedule limit 4")
    sent = await talk.ok("digest now")
    assert len(sent.data["items"]) == 4
    assert len(sent.data["held"]) == 24
    assert {held["why"] for held in sent.data["held"]} == {"over the limit of 4"}
    assert set(sent.data["held"][0]) == {"paper", "title", "why"}
    with talk.store.reading() as connection:
        (post,) = posts.latest(connection, HERE)
    more = next(each for block in post.message.blocks for each in getattr(block, "buttons", ()) if "more" in each.label)
    pages = [await talk.ok("edition 1"), await talk.ok(more.command)]
    while "Next" in labels(pages[-1]):
        pages.append(await talk.press(pages[-1], "Next"))
    assert [len(cards(page)) for page in pages] == [4, 10, 10, 4]
    shown = [paper for page in pages for paper in cards(page)]
    assert shown == [i["paper"] for i in sent.data["items"]] + [h["paper"] for h in sent.data["held"]]
    assert "Page 2 of 4: held back by the limit" in said(pages[1])
    assert pages[1].data["items"][0]["place"] == "held"
    assert cards(await talk.press(pages[2], "Previous")) == cards(pages[1])
    assert cards(await talk.ok("edition 1 99")) == cards(pages[3])
    assert cards(await talk.ok("edition 1 0")) == cards(pages[0])
    assert heading(pages[0]) == "Edition 1 of local:general, Monday 16 November 2026, 13:00 Europe/Paris"


async def test_an_edition_that_is_not_there_is_said(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    assert "It had none yet." in await stocked.fails("edition 1")
    await stocked.ok("digest now")
    assert "The latest is 1." in await stocked.fails("edition 2")
    assert "is no number" in await stocked.fails("edition one")
    assert "is no number" in await stocked.fails("edition 1 x")


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


# Why.


async def test_why_a_paper_was_sent(stocked: Talk) -> None:
    await stocked.ok('subscribe "speculative decoding" -survey')
    await stocked.ok("subscribe graphs")
    await stocked.ok("digest now")
    answer = await stocked.ok("why p2")
    assert answer.data["state"] == "sent"
    assert answer.data["edition"] == 1
    assert answer.data["reason"] == (
        'In edition 1 of Monday 16 November 2026, 13:00 Europe/Paris. It matched "speculative decoding" -survey.'
    )
    assert answer.data["matched"] == [
        {"subscription": 1, "query": '"speculative decoding" -survey', "terms": ['"speculative decoding"']}
    ]
    assert answer.data["unmatched"] == [{"subscription": 2, "query": "graphs", "missing": ["it has no graphs"]}]
    assert marked(answer) == ["speculative decoding"]
    assert '1. "speculative decoding" -survey matches by "speculative decoding"' in said(answer)


async def test_why_shows_the_words_of_a_subscription_that_is_gone(stocked: Talk) -> None:
    await stocked.ok("subscribe verify")
    await stocked.ok("digest now")
    await stocked.ok("unsubscribe 1")
    answer = await stocked.ok("why p2")
    assert answer.data["state"] == "sent"
    assert marked(answer) == ["verify"]
    assert answer.data["matched"] == []


async def test_why_a_paper_was_held_back(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("schedule limit 1")
    held = (await stocked.ok("digest now")).data["held"][0]["paper"]
    answer = await stocked.ok(f"why {held}")
    assert answer.data["state"] == "held"
    assert "Held back from edition 1 of Monday 16 November 2026, 13:00 Europe/Paris: over the limit of 1." in said(
        answer
    )


async def test_why_a_late_paper_says_so(talk: Talk) -> None:
    talk.take(DRAFTS[:1])
    await talk.ok("subscribe decoding")
    await talk.ok("digest now")
    talk.pass_(days=1)
    talk.take([record(5, "Decoding that came late", days_ago=1)])
    assert (await talk.ok("digest now")).data["items"][0]["late"] is True
    assert "13:00 Europe/Paris, late." in said(await talk.ok("why p2"))


async def test_why_a_paper_comes_next(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    answer = await stocked.ok("why p1")
    assert (answer.data["state"], answer.data["edition"]) == ("next", None)
    assert "It will be in the next edition" in said(answer)
    assert "That is due Tuesday 17 November 2026, 09:00 Europe/Paris." in said(answer)
    await stocked.ok("schedule pause")
    assert "That is paused." in said(await stocked.ok("why p1"))


async def test_why_a_muted_paper_is_muted_before_and_after(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("mute survey")
    for _ in range(2):
        answer = await stocked.ok("why p4")
        assert answer.data["state"] == "muted"
        assert "It matches, and is muted by survey." in said(answer)
        await stocked.ok("digest now")
    await stocked.ok("unmute survey")
    assert (await stocked.ok("why p4")).data["state"] == "next"


@pytest.mark.parametrize(
    ("query", "missing"),
    [
        ("graphs", "it has no graphs"),
        ("decoding -lazy", "it has lazy, which is excluded"),
        ("decoding cat:cs.LG", "it is not cat:cs.LG"),
        ("decoding -cat:cs.CL", "it is cat:cs.CL, which is excluded"),
        ("decoding (graphs OR trees)", "it has no graphs OR trees"),
        ("decoding -(lazy OR eager)", "it has lazy OR eager, which is excluded"),
        ("decoding author:bela", "it has no author:bela"),
        ("decoding upvotes:>9", "it is not upvotes:>9"),
        ("decoding graphs trees", "it has no graphs; it has no trees"),
    ],
)
async def test_why_no_subscription_matches(stocked: Talk, query: str, missing: str) -> None:
    await stocked.ok(f"subscribe {query}")
    answer = await stocked.ok("why p1")
    assert answer.data["state"] == "dropped"
    assert "No subscription of this channel matches it." in said(answer)
    assert "; ".join(answer.data["unmatched"][0]["missing"]) == missing
    assert f"does not match: {missing}" in said(answer)


async def test_why_says_each_step_that_drops_a_paper(talk: Talk) -> None:
    talk.take([record(1, "Graph one", days_ago=20), record(2, "Graph two", days_ago=5)])
    talk.take([undated(3, "Graph three"), record(4, "Graph four")], archive=True)
    undone = await talk.ok("subscribe graphs")
    assert "It is of 2026-10-27; papers are new for 14 days." in said(await talk.ok("why p1"))
    assert "It is of 2026-11-11, and what matches it counts from 2026-11-13 on." in said(await talk.ok("why p2"))
    for archived in ("p3", "p4"):
        answer = await talk.ok(f"why {archived}")
        assert answer.data["state"] == "dropped"
        assert "It came with an archive, and archives are never announced." in said(answer)
    await talk.press(undone, "Undo")
    assert "This channel has no subscriptions." in said(await talk.ok("why p4"))
    assert (await talk.ok("digest")).data["items"] == []


async def test_why_agrees_with_the_digest(stocked: Talk) -> None:
    stocked.take([record(9, "Old decoding", days_ago=9), undated(8, "Undated decoding")])
    await stocked.ok("subscribe decoding")
    await stocked.ok("mute lazy")
    coming = {item["paper"] for item in (await stocked.ok("digest")).data["items"]}
    for paper in ("p1", "p2", "p3", "p4", "p5", "p6"):
        assert ((await stocked.ok(f"why {paper}")).data["state"] == "next") == (paper in coming)


async def test_why_shows_the_abstract_where_it_matched(stocked: Talk) -> None:
    await stocked.ok("subscribe verify")
    answer = await stocked.ok("why p2")
    quiet = [block for block in answer.message.blocks if isinstance(block, Note) and block.quiet]
    assert len(quiet) == 1
    assert marked(answer) == ["verify"]
    assert button(await stocked.ok("search verify"), "Why").command == "why p2"
