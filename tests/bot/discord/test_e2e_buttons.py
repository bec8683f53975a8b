"""Every button, menu, form, completion and context menu through Discord, the store looked at after each."""

from __future__ import annotations

import re
from typing import Any

import pytest

from db import channels, shelf
from tests.bot.discord.house import House, record, with_limit
from tests.bot.discord.reading import cards
from tests.discordd.people import Person, Seen
from tests.discordd.world import FORUM, Place, Stored


@pytest.fixture
async def digest(home: House) -> Stored:
    """A digest in the channel, of three papers, Ada's and everybody's to press on."""
    home.follow(home.place.channel, "decoding")
    await home.deliver()
    (stored,) = home.place.posted
    assert len(cards(stored)) == 3
    return stored


async def voted(home: House, channel: str | None = None) -> list[tuple[int, int]]:
    name = channel or home.place.channel
    found = await home.store.read(shelf.votes, [name])
    return [(paper.number, value) for paper, value in found.get(name, [])]


async def kept(home: House, person: Person) -> set[int]:
    return {paper.number for _, paper in await home.store.read(shelf.bookmarks, person.id)}


# What stands on a digest.


async def test_a_digests_bookmark_button_keeps_that_paper_for_whoever_pressed_it(home: House, digest: Stored) -> None:
    titles = [card.title for card in cards(digest)]
    before = dict(digest.data)
    for number in range(3):
        told = await home.ada.press(home.place, digest, "Bookmark", number)
        assert told.seen.private
        assert titles[number] in told.text
    assert await kept(home, home.ada) == {1, 2, 4}
    assert await kept(home, home.boss) == set()
    assert digest.data == before, "what was posted for all stays as it is"
    assert len(home.place.posted) == 1


async def test_a_digests_menu_does_each_thing_there_is_for_each_paper(home: House, digest: Stored) -> None:
    title = "Speculative decoding with lazy drafts"
    seen = (await home.ada.choose(home.place, digest, title)).seen
    assert seen.private
    assert {"Bookmark", "More like this", "Abstract", "Why", "👍", "👎"} <= set(seen.labels)
    assert "Drafts are verified in parallel." in (await home.ada.press(home.place, seen, "Abstract")).text
    assert "decoding" in (await home.ada.press(home.place, seen, "Why")).text
    assert "Draft models" in (await home.ada.press(home.place, seen, "More like this")).text
    await home.ada.press(home.place, seen, "👍")
    assert await voted(home) == [(1, 1)]
    await home.ada.press(home.place, seen, "👎")
    assert await voted(home) == [(1, -1)]
    assert len(home.place.posted) == 1


async def test_a_digests_buttons_work_after_a_restart(home: House, digest: Stored) -> None:
    await home.silence()
    home.server.gateway.sessions.clear()
    await home.listen()
    await home.ada.press(home.place, digest, "Bookmark")
    assert len(await kept(home, home.ada)) == 1
    assert home.server.syncs == 1, "the commands did not change, so they are not told again"


async def test_what_was_held_back_can_be_paged_to(home: House) -> None:
    home.take([record(n, f"Sparse planning, part {n}") for n in range(100, 130)])
    home.follow(home.place.channel, "planning", schedule=with_limit(5))
    await home.deliver()
    (stored,) = home.place.posted
    told = await home.ada.press(home.place, stored, "Show 25 more")
    pages = []
    for page in (2, 3, 4):
        await told.until(lambda told, page=page: f"Page {page} of" in told.text)  # type: ignore[misc]  # of this turn
        pages.append([card.title for each in told.messages for card in cards(each)])
        if page < 4:
            told = await home.ada.press(home.place, told.with_button("Next"), "Next")
    assert len({title for page in pages for title in page}) == 25
    assert not {title for page in pages for title in page} & set(home.shown())


# What stands on answers.


async def test_the_pager_of_a_search_changes_the_answer_it_stands_on(home: House) -> None:
    home.take([record(n, f"Sparse planning, part {n}") for n in range(100, 125)])
    told = await home.ada.slash(home.place, "search", query="planning")
    await told.until(lambda told: "Page 1 of 3" in told.text)
    stands_on = told.with_button("Next")
    turned = await home.ada.press(home.place, stands_on, "Next")
    await turned.until(lambda told: "Page 2 of 3" in told.text)
    assert turned.of.original is stands_on.stored
    back = await home.ada.press(home.place, turned.with_button("Previous"), "Previous")
    await back.until(lambda told: "Page 1 of 3" in told.text)


async def test_undo_edit_and_preview_stand_under_a_subscription(home: House) -> None:
    told = await home.boss.slash(home.place, "subscribe", query="decoding")
    previewed = await home.boss.press(home.place, told.seen, "Preview")
    assert len(cards(previewed.messages[0])) == 3
    form = await home.boss.press(home.place, told.seen, "Edit")
    (label,) = form.fields
    assert form.fields[label]["value"] == "decoding"
    await home.boss.submit(form, **{label: "decoding -survey"})
    assert await home.subscribed() == ["decoding -survey"]
    await home.boss.press(home.place, told.seen, "Undo")
    assert await home.subscribed() == []
    assert home.place.posted == []


async def test_who_may_not_change_a_channel_cannot_by_a_button_either(home: House) -> None:
    told = await home.boss.slash(home.place, "subscribe", query="decoding")
    (stored,) = [each.stored for each in told.messages[-1:]]
    stored.only = None  # as if it stood there for all
    refused = await home.ada.press(home.place, stored, "Undo")
    assert "did not work" in refused.text or "may" in refused.text
    assert await home.subscribed() == ["decoding"]


# Forms.


async def test_the_schedules_form_shows_what_is_and_takes_what_shall_be(home: House) -> None:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    told = await home.boss.slash(home.place, "schedule")
    form = await home.boss.press(home.place, told.seen, "Change…")
    assert {each.get("value") for each in form.fields.values()} >= {"09:00", "10"}
    changed = await home.boss.submit(form, at="18:30", timezone="Europe/Paris", limit="7", layout="compact")
    after = (await home.store.read(channels.existing, home.place.channel)).schedule
    assert (f"{after.at:%H:%M}", after.timezone, after.limit, after.layout) == ("18:30", "Europe/Paris", 7, "compact")
    assert "did not work" not in changed.text


async def test_what_is_wrong_in_a_form_is_said_and_changes_nothing(home: House) -> None:
    await home.boss.slash(home.place, "subscribe", query="decoding")
    form = await home.boss.press(home.place, (await home.boss.slash(home.place, "schedule")).seen, "Change…")
    told = await home.boss.submit(form, at="25:99")
    assert "25:99" in told.text
    after = (await home.store.read(channels.existing, home.place.channel)).schedule
    assert f"{after.at:%H:%M}" == "09:00"


async def test_a_bookmarks_note_is_written_in_a_form(home: House) -> None:
    told = await home.ada.slash(home.place, "bookmark", paper="p1")
    form = await home.ada.press(home.place, told.seen, "Note…")
    await home.ada.submit(form, note="*Monday* #club")
    mark = await home.store.read(shelf.bookmarked, home.ada.id, 1)
    assert mark
    assert (mark.note, mark.tags) == ("*Monday*", ("club",))


# Completion.


async def choices(home: House, verb: str, option: str, typed: str = "", **more: Any) -> list[str]:
    there = await home.ada.complete(home.place, verb, option, typed, **more)
    assert len(there) <= 25
    return [each["value"] for each in there]


async def test_completion_offers_what_there_is(home: House) -> None:
    assert any(value.startswith("decoding") for value in await choices(home, "search", "query", "decod"))
    await home.boss.slash(home.place, "subscribe", query="decoding -survey")
    offered = await home.boss.complete(home.place, "unsubscribe", "query", "")
    assert any("decoding -survey" in each["name"] for each in offered)
    told = await home.boss.slash(home.place, "unsubscribe", query=str(offered[0]["value"]))
    assert await home.subscribed() == []
    assert "did not work" not in told.text
    await home.ada.slash(home.place, "bookmark", paper="p3", note="#club")
    offered = await home.ada.complete(home.place, "unbookmark", "paper", "")
    assert any("Diffusion for graphs" in each["name"] for each in offered)
    await home.ada.slash(home.place, "unbookmark", paper=str(offered[0]["value"]))
    assert await kept(home, home.ada) == set()


@pytest.mark.parametrize("typed", ["", "x" * 100, '"', "auth:", "😀" * 40, "(((", "@everyone", "\u202e"])
async def test_completion_answers_whatever_is_typed(home: House, typed: str) -> None:
    for verb, option in (("search", "query"), ("unsubscribe", "query"), ("bookmark", "paper"), ("bookmarks", "query")):
        await choices(home, verb, option, typed)


# Context menu, and places.


async def test_the_context_menu_keeps_all_papers_that_a_message_mentions(home: House) -> None:
    stored = await _said(home, "See https://arxiv.org/abs/2611.00001 and arXiv:2611.00003v2")
    told = await home.ada.menu(home.place, "Bookmark papers", stored)
    assert told.seen.private
    assert await kept(home, home.ada) == {1, 3}
    nothing = await home.ada.menu(home.place, "Bookmark papers", await _said(home, "Lunch?"))
    assert "no paper" in nothing.text


async def _said(home: House, text: str) -> Stored:
    """A message of a person."""
    number = str(home.server.world.id())
    author = {"id": str(home.boss.user.id), "username": "boss", "discriminator": "0", "avatar": None}
    data = {"id": number, "channel_id": str(home.place.id), "content": text, "author": author, "type": 0}
    usual: dict[str, Any] = {"embeds": [], "components": [], "attachments": [], "mentions": [], "mention_roles": []}
    flags: dict[str, Any] = {
        "flags": 0,
        "pinned": False,
        "tts": False,
        "mention_everyone": False,
        "edited_timestamp": None,
    }
    stored = Stored(data | usual | flags | {"timestamp": "2026-01-01T00:00:00+00:00"})
    home.place.messages.append(stored)
    return stored


async def _follows(home: House, person: Person, place: Place, channel: str) -> None:
    await person.slash(place, "subscribe", query="decoding")
    assert await home.subscribed(channel) == ["decoding"]


async def test_it_works_in_direct_messages_as_ones_own_digest(home: House) -> None:
    place = home.server.world.direct(home.ada.user)
    await _follows(home, home.ada, place, home.ada.id)
    home.follow(home.ada.id)
    await home.deliver()
    assert len(cards(place.posted[-1])) == 3


async def test_a_threads_subscriptions_are_its_channels(home: House) -> None:
    thread = home.server.world.thread(home.place, "Talk")
    await _follows(home, home.boss, thread, home.place.channel)


async def test_a_forum_gets_a_post_an_edition_with_its_tags(home: House) -> None:
    forum = home.server.world.place(home.guild, "papers", FORUM)
    tags = [("1", "cs.CL", False), ("2", "unrelated", False), ("3", "digest", True)]
    forum.tags = [
        {"id": n, "name": name, "moderated": moderated, "emoji_id": None, "emoji_name": None}
        for n, name, moderated in tags
    ]
    home.server.add(home.guild)
    home.follow(forum.channel, "decoding")
    await home.deliver()
    (post,) = [each for each in home.server.world.places.values() if each.parent is forum]
    assert post.applied == ["1"]
    assert len(cards(post.posted[0])) == 3
    assert re.search(r"No\. 1", post.name)
    await home.boss.slash(post, "subscribe", query="graphs")
    assert "graphs" in await home.subscribed(forum.channel)


async def test_people_may_bring_it_along_to_where_it_is_not(home: House) -> None:
    elsewhere = home.server.world.guild("Elsewhere", home.server.world.user("other"))
    elsewhere.installed = False
    place = home.server.world.place(elsewhere, "general")
    home.ada.join(elsewhere)
    assert cards(Seen((await home.ada.slash(place, "search", query="decoding")).messages[0].stored))
    told = await home.ada.slash(place, "subscribe", query="decoding")
    assert "not in this server" in told.text
    await home.ada.slash(place, "subscribe", query="decoding", to="me")
    assert await home.subscribed(home.ada.id) == ["decoding"]
