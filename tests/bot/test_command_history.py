"""history: a paper's sources and editions, as far as they concern whoever asks."""

from __future__ import annotations

from msgspec.structs import replace

from tests.bot.talk import ADA, BELA, DRAFTS, HERE, Talk, heading, labels, record, said
from tests.papers import arxiv, doi


async def test_it_tells_where_a_paper_came_from(stocked: Talk) -> None:
    stocked.pass_(days=2)
    stocked.take([replace(DRAFTS[0], source="folder", where="pages/monday.html")])
    answer = await stocked.ok("history 2611.00001")
    assert heading(answer) == "The history of p1"
    assert "arxiv brought it on 16 November 2026" in said(answer)
    assert "folder brought it on 18 November 2026" in said(answer)
    assert "No edition here has had it." in said(answer)
    assert answer.data["sources"] == [
        {"source": "arxiv", "first_seen": "2026-11-16T12:00:00+00:00"},
        {"source": "folder", "first_seen": "2026-11-18T12:00:00+00:00"},
    ]
    assert labels(answer) == ["Bookmark", "Abstract"]


async def test_only_the_keeper_is_told_which_file_it_stood_in(stocked: Talk) -> None:
    stocked.take([replace(DRAFTS[0], source="folder", where="pages/monday.html")])
    assert "monday" not in str(await stocked.ok("history p1"))
    kept = await stocked.ok("history p1", channel="")
    assert [each["place"] for each in kept.data["sources"]] == ["", "pages/monday.html"]


async def test_it_tells_which_editions_carried_or_held_it_and_why(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("schedule limit 1")
    await stocked.ok("digest now")
    sent = await stocked.ok("history p2")
    (carried,) = sent.data["editions"]
    assert (carried["channel"], carried["edition"], carried["place"]) == (HERE, 1, "seat")
    assert carried["matched_by"] == ["decoding"]
    assert f"{HERE}: In edition 1 of Monday 16 November 2026, 13:00 Europe/Paris" in said(sent)
    assert labels(sent)[0] == "Edition 1"
    assert heading(await stocked.press(sent, "Edition 1")).startswith("Edition 1 of local:general")
    held = await stocked.ok("history p1")
    assert held.data["editions"][0]["place"] == "held"
    assert held.data["editions"][0]["why"]
    assert "Held back from edition 1" in said(held)


async def test_what_was_muted_is_told(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("mute survey")
    await stocked.ok("digest now")
    answer = await stocked.ok("history p4")
    assert [(each["edition"], each["place"]) for each in answer.data["editions"]] == [(None, "muted")]
    assert f"{HERE}: Muted: " in said(answer)
    assert "survey" in answer.data["editions"][0]["why"]


async def test_a_channel_sees_its_own_a_person_theirs_and_the_keeper_all(stocked: Talk) -> None:
    await stocked.ok("subscribe decoding")
    await stocked.ok("subscribe speculative", channel="local:other")
    await stocked.ok("subscribe lazy to:me")
    await stocked.ok("digest now")
    await stocked.ok("digest now", channel="local:other")
    await stocked.ok("digest now to:me")

    async def seen(**who: str) -> set[str]:
        return {each["channel"] for each in (await stocked.ok("history p1", **who)).data["editions"]}

    assert await seen() == {HERE, ADA}
    assert await seen(person=BELA) == {HERE}
    assert await seen(channel="local:other", person=BELA) == {"local:other"}
    assert await seen(channel="local:new", person=BELA) == set()
    assert await seen(channel="", person=BELA) == {HERE, "local:other", ADA}


async def test_one_s_own_bookmark_is_told_and_nobody_else_s(stocked: Talk) -> None:
    await stocked.ok("bookmark p1 for Friday #club")
    mine = await stocked.ok("history p1")
    assert "You bookmarked it on 16 November 2026: for Friday #club." in said(mine)
    assert mine.data["bookmark"]["tags"] == ["club"]
    assert "Bookmark" not in labels(mine)
    assert (await stocked.ok("history p1", person=BELA)).data["bookmark"] is None


async def test_what_went_out_before_it_was_known_to_be_the_same_is_told_too(talk: Talk) -> None:
    one = record(1, "Lazy drafts", identifiers=(arxiv(1),), abstract="We draft lazily, and it works.")
    other = replace(one, title="Drafting lazily", identifiers=(doi(1),), abstract="Another text, by the press office.")
    talk.take([one])
    await talk.ok("subscribe lazy OR lazily")
    await talk.ok("digest now")
    talk.take([other])
    await talk.ok("digest now")
    talk.take([replace(one, identifiers=(arxiv(1), doi(1)))])
    told = (await talk.ok("history p1")).data["editions"]
    assert [each["edition"] for each in told] == [2, 1]
    assert (await talk.ok("history p2")).data["editions"] == told
