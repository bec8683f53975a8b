"""Digests in their channels: as they are laid out, what their buttons do, and for how long."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from db import shelf
from tests.bot.slack.conftest import Begin
from tests.bot.slack.lab import Lab, bookmarkable, read
from tests.papers import records
from tests.slackd.people import Person
from tests.slackd.world import Post, Room

PAPERS = 60


async def subscribed(lab: Lab, room: Room, person: Person, schedule: str = "limit 60") -> None:
    await lab.asks(person, room, "subscribe for OR decoding")
    await lab.asks(person, room, f"schedule {schedule}")


def posted(lab: Lab, room: Room) -> list[Post]:
    return [post for post in room.posts if post.user == lab.workspace.team.bot.id and not post.only_for]


@pytest.mark.parametrize("layout", ["rich", "compact", "thread"])
async def test_a_digest_of_sixty_papers_arrives_whole_in_order_and_once(lab: Lab, layout: str) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    lab.take(records(PAPERS, seed=3))
    await subscribed(lab, room, ada, f"limit 60 layout {layout}")
    await lab.due(lab.name(room))
    many = await lab.deliver()
    posts = posted(lab, room)
    assert len(posts) == many
    assert len(set(lab.papers(room))) == len(lab.papers(room)) == 60
    assert all(not post.unfurl_links and not post.unfurl_media for post in posts)
    if many > 1:
        assert [f"{n}/{many})" in read(post) for n, post in enumerate(posts, 1)] == [True] * many
    if layout == "thread":
        assert [post.thread_ts for post in posts[1:]] == [posts[0].ts] * (many - 1)
        assert bookmarkable(posts[0]) == []
    assert await lab.deliver() == 0
    assert await lab.states() == {"sent": many}


async def test_a_digest_names_its_channel_date_and_number(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    await subscribed(lab, room, ada)
    await lab.due(lab.name(room))
    await lab.deliver()
    [post] = posted(lab, room)
    day = lab.time.now().astimezone(ZoneInfo("Europe/Paris"))  # where Ada is, and so the channel
    assert f"{day.day} {day:%B %Y} · No. 1" in read(post)
    mentions = [
        element
        for block in post.blocks
        if block["type"] == "rich_text"
        for section in block["elements"]
        for element in section["elements"]
        if element["type"] == "channel"
    ]
    assert [element["channel_id"] for element in mentions] == [room.id]
    assert read(post).count("Matched:") == len(bookmarkable(post))


async def test_every_button_of_a_digest_acts_and_leaves_it_as_it_is(lab: Lab) -> None:
    ada, bela = lab.person(), lab.person("bela")
    room = lab.room("general", ada, bela)
    lab.take(records(8, seed=3))
    await subscribed(lab, room, ada, "limit 3")
    await lab.due(lab.name(room))
    await lab.deliver()
    [post] = posted(lab, room)
    before = list(post.blocks)
    paper = bookmarkable(post)[0]
    number = int(paper[1:])
    for label in ("Bookmark", "More like this", "Abstract", "Why", "👍", "👎"):
        answer = await lab.presses(bela, post, label)
        assert answer is not post
        assert answer.only_for == bela.id
        assert "That did not work" not in read(answer)
        if label == "👍":
            assert [value for _, value in (await lab.store.read(shelf.votes, [lab.name(room)]))[lab.name(room)]] == [1]
    assert [value for _, value in (await lab.store.read(shelf.votes, [lab.name(room)]))[lab.name(room)]] == [-1]
    assert [mark.paper for mark, _ in await lab.store.read(shelf.bookmarks, lab.me(bela))] == [number]
    more = next(label for label in _labels(post) if label.startswith("Show "))
    assert "held back by the limit" in read(await lab.presses(bela, post, more))
    assert post.blocks == before
    assert post.edits == 0


def _labels(post: Post) -> list[str]:
    return [e["text"]["text"] for b in post.blocks if b["type"] == "actions" for e in b["elements"] if "text" in e]


async def test_the_menus_of_a_compact_digest_act(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    await subscribed(lab, room, ada, "layout compact")
    await lab.due(lab.name(room))
    await lab.deliver()
    [post] = posted(lab, room)
    labels = [option["text"]["text"] for option in post.blocks[2]["elements"][0]["options"]]
    await lab.presses(ada, post, labels[1])
    [[mark, _]] = await lab.store.read(shelf.bookmarks, lab.me(ada))
    assert f"p{mark.paper}" == bookmarkable(post)[1]
    assert "forty methods" in read(await lab.presses(ada, post, labels[_nth(labels)], 1)).lower()


def _nth(labels: list[str]) -> int:
    return next(n for n, label in enumerate(labels) if "survey" in label)


async def test_buttons_work_after_a_restart_and_on_old_messages(begin: Begin) -> None:
    async with begin() as lab:
        ada = lab.person()
        room = lab.room("general", ada)
        lab.take(records(3, seed=3))
        await subscribed(lab, room, ada)
        await lab.due(lab.name(room))
        await lab.deliver()
        answer = await lab.asks(ada, room, "subscribe graphs")
    lab.slackd.hub.skip(40 * 86_400)
    async with begin(workspace=lab.workspace) as later:
        await later.presses(ada, posted(lab, room)[0], "Bookmark")
        assert len(await later.store.read(shelf.bookmarks, lab.me(ada))) == 1
        await later.presses(ada, answer, "Undo")
        assert len(await later.queries(lab.name(room))) == 1


async def test_a_personal_digest_comes_as_a_direct_message(lab: Lab) -> None:
    ada = lab.person()
    room = lab.room("general", ada)
    await lab.asks(ada, room, "subscribe decoding to:me")
    await lab.due(lab.me(ada))
    assert await lab.deliver() == 1
    direct = lab.workspace.team.direct(ada.id)
    assert len(lab.papers(direct)) == 3
    assert lab.papers(room) == []
