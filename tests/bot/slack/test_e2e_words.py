"""Mentions, direct messages, the shortcut and links: the same words in other places."""

from __future__ import annotations

from db import shelf
from tests.bot.slack.lab import Lab, read
from tests.slackd.world import Post


async def test_a_mention_in_a_thread_is_answered_there_to_whom_it_asked(lab: Lab) -> None:
    ada, bela = lab.person(), lab.person("bela")
    room = lab.room("general", ada, bela)
    parent = bela.says(room, "what about decoding?")
    ada.mentions(room, "search “speculative decoding” -survey", parent.ts)
    answer = await ada.waits(room, lambda post: post.user == lab.workspace.team.bot.id)
    await lab.idle()
    assert "2 papers" in read(answer)
    assert (answer.thread_ts, answer.only_for) == (parent.ts, ada.id)
    await lab.presses(ada, answer, "Bookmark")
    assert len(await lab.store.read(shelf.bookmarks, lab.me(ada))) == 1


async def test_a_mention_changes_the_channel_as_a_command_does(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    ada.mentions(room, "subscribe https://arxiv.org/abs/2611.00001 OR diffusion")
    await ada.waits(room, lambda post: post.user == lab.workspace.team.bot.id)
    assert len(await lab.queries(lab.name(room))) == 1
    assert "diffusion" in (await lab.queries(lab.name(room)))[0]


async def test_a_direct_message_is_understood_and_is_about_oneself(lab: Lab) -> None:
    ada = lab.person()
    direct = lab.workspace.team.direct(ada.id)
    ada.says(direct, "subscribe diffusion & graphs")
    answer = await ada.waits(direct, lambda post: post.user == lab.workspace.team.bot.id)
    assert "Now following" in read(answer)
    assert len(await lab.queries(lab.me(ada))) == 1
    await lab.idle()
    await lab.presses(ada, answer, "Undo")
    assert await lab.queries(lab.me(ada)) == []


async def test_a_command_in_a_direct_message_too(lab: Lab) -> None:
    ada = lab.person()
    await lab.asks(ada, lab.workspace.team.direct(ada.id), "subscribe graphs")
    assert await lab.queries(lab.me(ada)) == ["graphs"]


async def keeps(lab: Lab, text: str) -> tuple[Post, list[int]]:
    ada = lab.person()
    room = lab.room("general", ada)
    post = lab.person("bela").says(room, text)
    answer = await lab.done(ada.shortcut("bookmark_papers", room, post))
    assert answer.only_for == ada.id
    return answer, sorted(mark.paper for mark, _ in await lab.store.read(shelf.bookmarks, lab.me(ada)))


async def test_the_shortcut_bookmarks_every_paper_of_a_message(lab: Lab) -> None:
    text = "see https://arxiv.org/pdf/2611.00001v2 and https://huggingface.co/papers/2611.00003, also 2611.00099"
    answer, kept = await keeps(lab, text)
    assert kept == [1, 3]
    assert "2611.00099" in read(answer)


async def test_the_shortcut_says_so_where_there_is_none(lab: Lab) -> None:
    answer, kept = await keeps(lab, "lunch? https://example.org")
    assert kept == []
    assert "links to no paper" in read(answer)


async def test_a_direct_message_to_a_thread_and_an_empty_mention_are_answered(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    ada.mentions(room, "")
    answer = await ada.waits(room, lambda post: post.user == lab.workspace.team.bot.id)
    assert "search" in read(answer)
