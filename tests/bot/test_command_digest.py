"""digest, edition: what a channel gets, and what its limit held back."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select

from db import posts, schema
from tests.bot.talk import ADA, HERE, Talk, cards, heading, labels, record, said


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


async def test_two_who_send_at_once_send_it_once(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    answers = await asyncio.gather(*(stocked.ok("digest now") for _ in range(4)))
    assert sorted(str(answer.data["edition"]) for answer in answers) == ["1", "None", "None", "None"]
    with stocked.store.reading() as connection:
        assert len(posts.latest(connection, HERE)) == 1


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
