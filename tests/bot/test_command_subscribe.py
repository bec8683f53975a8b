"""subscribe, edit, unsubscribe, subscriptions: what a channel follows, and what that would have brought."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from db import channels, schema
from db.store import Store
from domain.message import Bars
from tests.bot.talk import ADA, BELA, HERE, Talk, button, heading, labels, record, said, undated
from tests.papers import TODAY

KEYS = {"channel", "query", "subscription", "backtest", "warnings", "corrected"}


async def test_an_answer_says_what_is_followed_and_when_it_comes(stocked: Talk) -> None:
    answer = await stocked.ok('subscribe "speculative decoding" OR drafts')
    assert heading(answer) == 'Now following "speculative decoding" OR drafts'
    assert "Subscription 1 of local:general, daily 09:00 Europe/Paris limit 10 layout rich." in said(answer)
    assert "Next digest: Tuesday 17 November 2026, 09:00 Europe/Paris." in said(answer)
    assert labels(answer) == ["Undo", "Edit", "Preview"]
    assert answer.private
    assert set(answer.data) == KEYS
    assert (answer.data["channel"], answer.data["subscription"]) == (HERE, 1)
    assert (answer.data["warnings"], answer.data["corrected"]) == ([], None)


async def test_a_new_channel_begins_in_the_asker_s_timezone_where_it_is_known(stocked: Talk) -> None:
    answer = await stocked.ok("subscribe drafts", timezone="America/New_York")
    assert "daily 09:00 America/New_York" in said(answer)


async def test_the_backtest_counts_thirty_days_by_the_day_of_announcement(talk: Talk) -> None:
    talk.take([record(n, f"Graph {n}", days_ago=days) for n, days in enumerate([0, 0, 0, 1, 5, 29, 30, 400, -1], 1)])
    answer = await talk.ok("subscribe graphs")
    found = answer.data["backtest"]
    assert {name: found[name] for name in ("days", "papers", "per_day", "peak")} == {
        "days": 30,
        "papers": 6,
        "per_day": 0.2,
        "peak": 3,
    }
    assert [paper["paper"] for paper in found["examples"]] == ["p3", "p2", "p1", "p4", "p5"]
    assert found["examples"][0] == {"paper": "p3", "title": "Graph 3", "url": "https://arxiv.org/abs/2611.00003"}
    bars = next(block for block in answer.message.blocks if isinstance(block, Bars))
    assert (len(bars.counts), bars.counts[-1], bars.counts[-2], bars.counts[0]) == (30, 3, 1, 1)
    assert "0.2 papers a day over the last 30 days, at most 3." in said(answer)


async def test_what_came_with_an_archive_and_has_no_date_was_never_announced(talk: Talk) -> None:
    talk.take([undated(1, "Graph one"), record(2, "Graph two", days_ago=3)], archive=True)
    talk.take([undated(3, "Graph three")])
    found = (await talk.ok("subscribe graphs")).data["backtest"]
    assert [paper["paper"] for paper in found["examples"]] == ["p3", "p2"]
    assert found["papers"] == 2


async def test_what_is_rare_is_not_said_to_be_nothing(talk: Talk) -> None:
    talk.take([record(1, "Graph one", days_ago=3)])
    assert (await talk.ok("subscribe graphs")).data["backtest"]["per_day"] == 0.03


async def test_too_broad_is_said_by_what_an_edition_of_the_channel_holds(talk: Talk) -> None:
    talk.take([record(n, f"Graph {n}", days_ago=n % 30) for n in range(1, 91)])
    assert (await talk.ok("subscribe graphs")).data["warnings"] == []
    await talk.ok("schedule mondays")
    await talk.ok("subscribe graph*")
    assert "That is about 21 papers an edition, and this channel's editions show 10." in said(
        await talk.ok("subscribe graph*")
    )


async def test_empty_is_said(stocked: Talk) -> None:
    answer = await stocked.ok("subscribe crystallography")
    assert answer.data["warnings"] == [
        "Nothing of the last 30 days matches. It will bring papers when there are some.",
    ]
    assert answer.data["backtest"]["examples"] == []


async def test_covered_is_said_only_where_all_of_it_is(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    covered = (await stocked.ok('subscribe "speculative decoding"')).data["warnings"]
    assert covered == ["Subscription 1 (decoding) already brings all of these."]
    assert (await stocked.ok("subscribe decoding OR graphs")).data["warnings"] == []
    assert (await stocked.ok("subscribe diffusion OR survey")).data["warnings"] == [
        "Subscription 3 (decoding OR graphs) already brings all of these."
    ]


async def test_covered_by_several_together_is_said(stocked: Talk) -> None:
    await stocked.ok("subscribe graphs")
    await stocked.ok("subscribe survey")
    assert (await stocked.ok("subscribe graphs OR survey")).data["warnings"] == [
        "The other subscriptions together already bring all of these."
    ]


async def test_a_corrected_text_is_offered_and_not_taken(stocked: Talk) -> None:
    answer = await stocked.ok("subscribe speclative decoding")
    assert answer.data["query"] == "speclative decoding"
    assert answer.data["corrected"] == "speculative decoding"
    assert "Did you mean speculative decoding?" in said(answer)
    assert (await stocked.ok("subscriptions")).data["subscriptions"][0]["query"] == "speclative decoding"
    taken = await stocked.press(answer, "Follow that instead")
    assert heading(taken) == "Now following speculative decoding"
    listed = (await stocked.ok("subscriptions")).data["subscriptions"]
    assert [(s["subscription"], s["query"]) for s in listed] == [(1, "speculative decoding")]


async def test_subscribing_twice_is_one_subscription(stocked: Talk) -> None:
    await stocked.ok("subscribe draft models")
    again = await stocked.ok('subscribe "Models"  draft')
    assert heading(again) == "Already following draft models"
    assert again.data["subscription"] == 1
    assert labels(again) == ["Edit", "Preview"]  # there is nothing to undo
    assert len((await stocked.ok("subscriptions")).data["subscriptions"]) == 1


async def test_numbers_are_never_used_again(stocked: Talk) -> None:
    for query in ("a", "b", "c"):
        await stocked.ok(f"subscribe {query}")
    await stocked.ok("unsubscribe 3")
    await stocked.ok("unsubscribe b")
    stocked.pass_(days=30)
    with stocked.store.writing() as connection:
        channels.sweep(connection, stocked.now)
    assert (await stocked.ok("subscribe d")).data["subscription"] == 4
    assert (await stocked.ok("subscribe b")).data["subscription"] == 5


async def test_undo_of_a_subscription_works_once(stocked: Talk) -> None:
    answer = await stocked.ok("subscribe drafts")
    assert heading(await stocked.press(answer, "Undo")) == "Subscription 1 is gone again"
    assert (await stocked.ok("subscriptions")).data["subscriptions"] == []
    assert "That was undone already." in str((await stocked.press(answer, "Undo")).data["error"])


@pytest.mark.parametrize("named", ["1", "#1", "drafts", '"draft"', "DRAFT"])
async def test_unsubscribing_by_number_or_query_and_undo(stocked: Talk, named: str) -> None:
    await stocked.ok("subscribe drafts")
    gone = await stocked.ok(f"unsubscribe {named}")
    assert gone.data == {"channel": HERE, "query": "drafts", "subscription": 1}
    assert (await stocked.ok("subscriptions")).data["subscriptions"] == []
    assert heading(await stocked.press(gone, "Undo")) == "Subscription 1 is back"
    assert (await stocked.ok("subscriptions")).data["subscriptions"][0]["subscription"] == 1
    assert "already" in str((await stocked.press(gone, "Undo")).data["error"])


async def test_unsubscribing_from_what_is_not_there_says_what_is(stocked: Talk) -> None:
    assert "It has none." in await stocked.fails("unsubscribe 1")
    await stocked.ok('subscribe "speculative decoding"')
    assert 'Did you mean "speculative decoding"?' in await stocked.fails('unsubscribe "speculative decodings x"')
    assert 'It has: 1 ("speculative decoding").' in await stocked.fails("unsubscribe 7")
    assert "It has: 1" in await stocked.fails("unsubscribe ((")
    await stocked.ok("subscribe 2048")
    assert (await stocked.ok("unsubscribe 2048")).data["subscription"] == 2  # no number, but a query


async def test_undo_brings_nothing_back_twice(stocked: Talk) -> None:
    await stocked.ok("subscribe drafts")
    gone = await stocked.ok("unsubscribe 1")
    await stocked.ok("subscribe drafts")
    assert "Subscription 2 follows that by now." in str((await stocked.press(gone, "Undo")).data["error"])
    assert [s["subscription"] for s in (await stocked.ok("subscriptions")).data["subscriptions"]] == [2]


async def test_undo_is_for_seven_days(stocked: Talk) -> None:
    await stocked.ok("subscribe drafts")
    gone = await stocked.ok("unsubscribe 1")
    stocked.pass_(days=6, hours=23)
    late = await stocked.ok("mute x")
    with stocked.store.writing() as connection:
        assert channels.sweep(connection, stocked.now) == 0
    stocked.pass_(hours=2)
    assert "more than 7 days ago" in str((await stocked.press(gone, "Undo")).data["error"])
    assert heading(await stocked.press(late, "Undo")) == "No longer muted"


async def test_others_who_may_change_the_channel_may_undo(stocked: Talk) -> None:
    answer = await stocked.ok("subscribe drafts")
    await stocked.ok(f"allow {ADA}")
    assert "Only" in str((await stocked.press(answer, "Undo", person=BELA)).data["error"])
    assert "gone again" in heading(await stocked.press(answer, "Undo", person=BELA, manager=True))


async def test_subscriptions_are_listed(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("subscribe graphs", person=BELA)
    await stocked.ok("mute survey")
    answer = await stocked.ok("subscriptions")
    assert answer.data == {
        "channel": HERE,
        "schedule": "daily 09:00 Europe/Paris limit 10 layout rich",
        "next": "2026-11-17T08:00:00+00:00",
        "subscriptions": [
            {"subscription": 1, "query": "decoding", "per_week": 0.7, "created_by": ADA},
            {"subscription": 2, "query": "graphs", "per_week": 0.2, "created_by": BELA},
        ],
        "mutes": ["survey"],
        "stopped": "",
    }
    assert heading(answer) == "local:general follows 2 queries"
    assert "1. decoding · 0.7 papers a week" in said(answer)
    assert "Muted: survey" in said(answer)
    assert "Next digest: Tuesday 17 November 2026, 09:00 Europe/Paris" in said(answer)


async def test_a_paused_or_resting_channel_says_so(stocked: Talk, store: Store) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("schedule pause")
    with store.writing() as connection:
        channels.stop(connection, HERE, "the channel is archived")
    answer = await stocked.ok("subscriptions")
    assert answer.data["next"] is None
    assert "Next digest: paused" in said(answer)
    assert "Deliveries rest: the channel is archived." in said(answer)
    assert "paused" in said(await stocked.ok("subscribe graphs"))


async def test_a_channel_without_any_says_how_to_begin(talk: Talk) -> None:
    assert "Begin with `subscribe`" in await talk.fails("subscriptions")
    undone = await talk.ok("subscribe x")
    await talk.press(undone, "Undo")
    assert "Nothing yet." in said(await talk.ok("subscriptions"))


async def test_one_s_own_subscriptions_are_apart(stocked: Talk) -> None:
    await stocked.ok("subscribe graphs")
    mine = await stocked.ok("subscribe decoding to:me")
    assert (mine.data["channel"], mine.data["subscription"]) == (ADA, 1)
    assert button(mine, "Edit").command == "edit 1 to:me"
    preview = await stocked.press(mine, "Preview")
    assert preview.data["channel"] == ADA
    assert [item["paper"] for item in preview.data["items"]] == ["p2", "p1", "p4"]
    assert "edit 1 to:me decoding" in said(await stocked.press(mine, "Edit"))
    await stocked.ok("edit 1 to:me lazy")
    assert (await stocked.ok("subscriptions")).data["subscriptions"][0]["query"] == "graphs"
    assert (await stocked.ok("subscriptions to:me")).data["subscriptions"][0]["query"] == "lazy"
    assert "It has none" in await stocked.fails("unsubscribe 1 to:me", person=BELA)
    assert (await stocked.ok("unsubscribe 1 to:me")).data["channel"] == ADA


async def test_an_offer_to_follow_something_else_is_one_s_own_too(stocked: Talk) -> None:
    await stocked.ok("subscribe graphs")
    mine = await stocked.ok("subscribe speclative to:me")
    await stocked.press(mine, "Follow that instead")
    assert (await stocked.ok("subscriptions to:me")).data["subscriptions"][0]["query"] == "speculative"
    assert (await stocked.ok("subscriptions")).data["subscriptions"][0]["query"] == "graphs"


async def test_editing_keeps_the_number_and_undo_brings_all_of_it_back(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    created = stocked.now
    stocked.pass_(days=5)
    edited = await stocked.ok('edit 1 "draft models"')
    assert heading(edited) == 'Now following "draft models"'
    assert "before: decoding" in said(edited)
    assert set(edited.data) == KEYS
    assert edited.data["backtest"]["papers"] == 1
    assert labels(edited) == ["Undo", "Edit", "Preview"]
    assert await _created(stocked) == stocked.now  # it begins anew
    assert "follows decoding again" in heading(await stocked.press(edited, "Undo"))
    assert await _created(stocked) == created
    assert "already" in str((await stocked.press(edited, "Undo")).data["error"])


async def _created(talk: Talk) -> datetime:
    found: datetime = await talk.store.read(lambda c: c.execute(select(schema.subscriptions.c.created_at)).scalar_one())
    return found.astimezone(UTC)


async def test_the_same_in_other_words_does_not_begin_anew(stocked: Talk) -> None:
    await stocked.ok("subscribe drafts models")
    created = stocked.now
    stocked.pass_(days=5)
    await stocked.ok("edit 1 models draft")
    assert await _created(stocked) == created
    assert (await stocked.ok("subscriptions")).data["subscriptions"][0]["query"] == "models draft"


async def test_editing_what_is_not_there_or_into_another_is_refused(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("subscribe graphs")
    assert "has no subscription “3”" in await stocked.fails("edit 3 x")
    assert "Subscription 2 of local:general follows that already." in await stocked.fails("edit 1 Graph")
    assert "parenthesis" in await stocked.fails("edit 1 (x")
    assert [s["query"] for s in (await stocked.ok("subscriptions")).data["subscriptions"]] == ["decoding", "graphs"]


async def test_edit_without_a_query_says_how(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    answer = await stocked.ok("edit 1")
    assert answer.data == {"channel": HERE, "query": "decoding", "subscription": 1}
    assert "Write edit 1 decoding, changed." in said(answer)


async def test_the_first_edition_reaches_three_days_back_and_edits_count_from_then(talk: Talk) -> None:
    talk.take([record(n, f"Graph {n}", days_ago=n) for n in range(6)])
    answer = await talk.ok("subscribe graphs")
    preview = await talk.press(answer, "Preview")
    assert sorted(item["title"] for item in preview.data["items"]) == ["Graph 0", "Graph 1", "Graph 2", "Graph 3"]


async def test_a_query_with_an_age_is_counted_as_of_today(talk: Talk) -> None:
    talk.take([record(n, f"Graph {n}", days_ago=n) for n in range(10)])
    assert (await talk.ok("subscribe graphs since:2d")).data["backtest"]["papers"] == 3
    assert (await talk.ok(f"subscribe graphs before:{TODAY}")).data["backtest"]["papers"] == 9


async def test_many_papers_are_counted_without_being_loaded(talk: Talk) -> None:
    many = [replace(record(n, f"Graph {n}", days_ago=n % 30), identifiers=()) for n in range(1, 1001)]
    talk.take(many)
    found = (await talk.ok("subscribe graphs")).data["backtest"]
    assert (found["papers"], found["per_day"], found["peak"], len(found["examples"])) == (1000, 33.3, 34, 5)
