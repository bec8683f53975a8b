"""Each verb as somebody types it in a channel; what it did is looked up in the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from msgspec import structs

from db import outbox, shelf
from domain.channel import Bookmark
from domain.paper import Record
from tests.bot.slack.lab import Lab, read
from tests.bot.talk import record
from tests.slackd.faults import Answered
from tests.slackd.people import Person
from tests.slackd.world import Post, Room


@dataclass
class Scene:
    """Ada and Bela in a channel; Ada asks."""

    lab: Lab
    ada: Person
    bela: Person
    room: Room

    @property
    def here(self) -> str:
        return self.lab.name(self.room)

    @property
    def me(self) -> str:
        return self.lab.me(self.ada)

    async def ask(self, text: str) -> Post:
        """What Ada is answered; nobody else sees it."""
        answer = await self.lab.asks(self.ada, self.room, text)
        assert answer.only_for == self.ada.id, f"{text} is answered to everybody"
        return answer

    async def press(self, post: Post, label: str, nth: int = 0) -> Post:
        answer = await self.lab.presses(self.ada, post, label, nth)
        assert "That did not work" not in read(answer), f"{label}: {read(answer)}"
        return answer

    async def bookmarks(self) -> list[Bookmark]:
        return [mark for mark, _ in await self.lab.store.read(shelf.bookmarks, self.me)]

    async def votes(self) -> list[int]:
        found = await self.lab.store.read(shelf.votes, [self.here])
        return [value for _, value in found[self.here]]


async def search(scene: Scene) -> None:
    answer = await scene.ask("search “speculative decoding” -survey")
    assert "2 papers" in read(answer)
    assert "Speculative decoding with lazy drafts" in read(answer)
    await scene.press(answer, "Bookmark")
    assert [mark.paper for mark in await scene.bookmarks()] in ([1], [2])


async def subscribe(scene: Scene) -> None:
    answer = await scene.ask("subscribe speculative decoding")
    assert "Now following speculative decoding" in read(answer)
    channel = await scene.lab.channel(scene.here)
    assert channel
    assert channel.schedule.timezone == "Europe/Paris", "Slack tells Ada's timezone"
    [made] = await scene.lab.subscriptions(scene.here)
    assert (made.query.text, made.created_by) == ("speculative decoding", scene.me)
    await scene.press(answer, "Undo")
    assert await scene.lab.queries(scene.here) == []


async def backtest(scene: Scene) -> None:
    answer = await scene.ask("backtest speculative decoding")
    assert await scene.lab.channel(scene.here) is None, "nothing is recorded"
    await scene.press(answer, "Subscribe")
    assert await scene.lab.queries(scene.here) == ["speculative decoding"]


async def unsubscribe(scene: Scene) -> None:
    await scene.ask("subscribe diffusion")
    answer = await scene.ask("unsubscribe 1")
    assert await scene.lab.queries(scene.here) == []
    await scene.press(answer, "Undo")
    assert await scene.lab.queries(scene.here) == ["diffusion"]


async def subscriptions(scene: Scene) -> None:
    await scene.ask("subscribe diffusion")
    await scene.ask("subscribe graphs to:me")
    assert "diffusion" in read(await scene.ask("subscriptions"))
    assert "graphs" in read(await scene.ask("subscriptions to:me"))
    assert await scene.lab.queries(scene.me) == ["graphs"]


async def bookmark(scene: Scene) -> None:
    answer = await scene.ask("bookmark https://arxiv.org/abs/2611.00001 read <soon> & well #fusion")
    [mark] = await scene.bookmarks()
    assert (mark.paper, mark.note, mark.tags) == (1, "read <soon> & well", ("fusion",))
    await scene.press(answer, "Undo")
    assert await scene.bookmarks() == []


async def keep(scene: Scene) -> None:
    await scene.ask("keep p1 2611.00003")
    assert sorted(mark.paper for mark in await scene.bookmarks()) == [1, 3]


async def unbookmark(scene: Scene) -> None:
    await scene.ask("bookmark p2")
    answer = await scene.ask("unbookmark p2")
    assert await scene.bookmarks() == []
    await scene.press(answer, "Undo")
    assert [mark.paper for mark in await scene.bookmarks()] == [2]


async def bookmarks(scene: Scene) -> None:
    await scene.ask("bookmark p2 #mine")
    await scene.ask("bookmark p3")
    answer = await scene.ask("bookmarks #mine")
    assert "Draft models" in read(answer)
    assert "Diffusion for graphs" not in read(answer)


async def export(scene: Scene) -> None:
    await scene.ask("bookmark p2")
    await scene.ask("export bibtex")
    direct = scene.lab.workspace.team.direct(scene.ada.id)
    post = await scene.ada.waits(direct, lambda each: bool(each.files))
    assert post.files[0]["name"].endswith(".bib")
    [upload] = scene.lab.slackd.hub.uploads.values()
    assert b"Draft models for speculative decoding" in upload["content"]
    assert not any(each.files for each in scene.bela.sees(scene.room))


async def digest(scene: Scene) -> None:
    await scene.ask("subscribe speculative decoding")
    preview = await scene.ask("digest")
    assert "A preview" in read(preview)
    answer = await scene.lab.presses(scene.ada, preview, "Send it now")
    posted = await scene.bela.waits(scene.room)
    assert "Papers for" in read(posted)
    assert answer.only_for == "", "that a digest went out is for everybody"
    [sent] = await scene.lab.store.read(outbox.of_edition, scene.here, 1)
    assert sent.state == "sent"


async def schedule(scene: Scene) -> None:
    answer = await scene.ask("schedule weekdays 18:30 Asia/Tokyo limit 7 layout compact")
    channel = await scene.lab.channel(scene.here)
    assert channel
    assert str(channel.schedule).startswith("weekdays 18:30 Asia/Tokyo")
    assert (channel.schedule.limit, channel.schedule.layout) == (7, "compact")
    assert "Undo" in read(answer)


async def mute(scene: Scene) -> None:
    answer = await scene.ask("mute survey")
    assert [each.query.text for each in await scene.lab.mutes(scene.here)] == ["survey"]
    await scene.press(answer, "Undo")
    assert await scene.lab.mutes(scene.here) == []


async def unmute(scene: Scene) -> None:
    await scene.ask("mute survey")
    answer = await scene.ask("unmute survey")
    assert await scene.lab.mutes(scene.here) == []
    await scene.press(answer, "Undo")
    assert len(await scene.lab.mutes(scene.here)) == 1


async def trending(scene: Scene) -> None:
    answer = await scene.ask("trending 2w")
    assert "Draft models for speculative decoding" in read(answer)


async def similar(scene: Scene) -> None:
    answer = await scene.ask("similar p1")
    assert "Draft models for speculative decoding" in read(answer)


async def abstract(scene: Scene) -> None:
    answer = await scene.ask("abstract p2")
    assert "We verify drafts in parallel." in read(answer)


async def why(scene: Scene) -> None:
    await scene.ask("subscribe graphs")
    assert "graphs" in read(await scene.ask("why p3"))


async def vote(scene: Scene) -> None:
    answer = await scene.ask("vote p1 up")
    assert await scene.votes() == [1]
    await scene.press(answer, "Undo")
    assert await scene.votes() == []


async def status(scene: Scene) -> None:
    await scene.ask("subscribe diffusion")
    assert "4 papers" in read(await scene.ask("status"))


async def allow(scene: Scene) -> None:
    scene.ada.member.admin = True
    await scene.ask("subscribe diffusion")
    await scene.ask("allow managers")
    channel = await scene.lab.channel(scene.here)
    assert channel
    assert channel.allowed == ("managers",)
    no = await scene.lab.fails(scene.bela, scene.room, "subscribe graphs")
    assert "may change" in no
    assert await scene.lab.queries(scene.here) == ["diffusion"]


async def help_(scene: Scene) -> None:
    assert "subscribe QUERY" in read(await scene.ask("help subscribe"))
    answer = await scene.ask("")
    assert "search" in read(answer)


async def undo(scene: Scene) -> None:
    await scene.ask("mute survey")
    await scene.ask("undo 1")
    assert await scene.lab.mutes(scene.here) == []


async def edit(scene: Scene) -> None:
    await scene.ask("subscribe diffusion")
    answer = await scene.ask("edit 1 graphs -survey")
    assert await scene.lab.queries(scene.here) == ["graphs -survey"]
    await scene.press(answer, "Undo")
    assert await scene.lab.queries(scene.here) == ["diffusion"]


async def edition(scene: Scene) -> None:
    await scene.ask("subscribe speculative decoding")
    await scene.ask("schedule limit 1")
    await scene.lab.due(scene.here)
    assert await scene.lab.deliver() == 1
    answer = await scene.ask("edition 1")
    assert "Page 1 of 2" in read(answer)
    shown = await scene.press(answer, "Next")
    assert shown is answer, "another page stands where the answer stood"
    assert "Page 2 of 2: held back by the limit" in read(answer)


async def more(scene: Scene) -> None:
    scene.lab.take([record(number, f"Decoding of kind {number}") for number in range(10, 24)])
    answer = await scene.ask("search decoding")
    first = read(answer)
    assert await scene.press(answer, "Next") is answer
    assert read(answer) != first, "another page stands where the answer stood"
    assert [post for post in scene.ada.sees(scene.room) if post.asked] == [answer]
    assert read(await scene.ask("more 2 search decoding")).startswith(read(answer)[:40])


async def again(scene: Scene) -> None:
    long = "diffusion OR " + " OR ".join(f"graph{n}" for n in range(30))
    answer = await scene.ask(f"search {long}")
    await scene.press(answer, "Subscribe to this")
    [query] = await scene.lab.queries(scene.here)
    assert "graph29" in query


async def history(scene: Scene) -> None:
    await scene.ask("subscribe speculative decoding")
    await scene.lab.due(scene.here)
    await scene.lab.deliver()
    answer = await scene.ask("history p1")
    assert "brought it on" in read(answer)
    assert "speculative decoding" in read(await scene.press(answer, "Edition 1"))


async def resend(scene: Scene) -> None:
    await scene.ask("subscribe speculative decoding")
    await scene.lab.due(scene.here)
    scene.lab.slackd.hub.fail("chat.postMessage", Answered("invalid_blocks"))
    await scene.lab.deliver()
    [dead] = await scene.lab.store.read(outbox.of_edition, scene.here, 1)
    assert (dead.state, scene.lab.papers(scene.room)) == ("dead", [])
    await scene.ask(f"resend {dead.id}")
    assert len(scene.lab.papers(scene.room)) == 3
    assert await scene.lab.states() == {"sent": 1}


async def submit(scene: Scene) -> None:
    async def found(_: str) -> Record:
        return record(77, "Lanterns at sea")

    structs.force_setattr(scene.lab.desk, "look_up", found)  # what the page says, without asking for it
    answer = await scene.ask("submit https://arxiv.org/abs/2611.00077")
    assert "Submitted" in read(answer)
    assert "Lanterns at sea" in read(await scene.ask("search lanterns"))


DRIVES: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "search": search,
    "subscribe": subscribe,
    "backtest": backtest,
    "unsubscribe": unsubscribe,
    "subscriptions": subscriptions,
    "bookmark": bookmark,
    "keep": keep,
    "unbookmark": unbookmark,
    "bookmarks": bookmarks,
    "export": export,
    "digest": digest,
    "schedule": schedule,
    "mute": mute,
    "unmute": unmute,
    "trending": trending,
    "similar": similar,
    "abstract": abstract,
    "why": why,
    "vote": vote,
    "status": status,
    "allow": allow,
    "help": help_,
    "undo": undo,
    "edit": edit,
    "edition": edition,
    "more": more,
    "again": again,
    "history": history,
    "submit": submit,
    "resend": resend,
}
