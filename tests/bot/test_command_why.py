"""why: the words that matched, or the step that dropped the paper."""

from __future__ import annotations

import pytest

from domain.message import Note
from tests.bot.talk import DRAFTS, Talk, button, marked, record, said, undated


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
