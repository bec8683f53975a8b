"""The server's REST, driven by the unmodified discord.py: what it takes, what it refuses, how it fails on demand."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from tests.discordd import world as w
from tests.discordd.faults import LOOK, SEND, Fault, status
from tests.discordd.library import Bot, connected
from tests.discordd.rates import MESSAGES
from tests.discordd.server import Discordd
from tests.discordd.world import Place


@pytest.fixture
def place(discordd: Discordd) -> Place:
    """A channel that the bot is in."""
    guild = discordd.world.guild("Lab", discordd.world.user("owner"))
    return discordd.world.place(guild, "general")


@pytest.fixture
async def bot(discordd: Discordd, place: Place) -> AsyncIterator[Bot]:
    async with connected(discordd, Bot()) as bot:
        yield bot


def channel(bot: Bot, place: Place) -> discord.TextChannel:
    found = bot.get_channel(place.id)
    assert isinstance(found, discord.TextChannel)
    return found


async def refused(sending: Any, code: int) -> None:
    with pytest.raises(discord.HTTPException) as caught:
        await sending
    assert caught.value.code == code, caught.value


async def test_a_message_is_sent_once_for_one_nonce_changed_found_and_removed(bot: Bot, place: Place) -> None:
    there = channel(bot, place)
    one = await there.send("hello", nonce="abc")
    two = await there.send("hello", nonce="abc")
    assert one.id == two.id
    assert (await there.send("hello", nonce="abd")).id != one.id
    await one.edit(content="changed")
    assert [each.content async for each in there.history(limit=10)] == ["hello", "changed"]
    assert [each.nonce async for each in there.history(limit=10)] == [None, None]
    await one.delete()
    assert [each.content async for each in there.history(limit=10)] == ["hello"]


async def test_a_file_arrives_whole(bot: Bot, place: Place) -> None:
    await channel(bot, place).send("papers", file=discord.File(io.BytesIO(b"@misc{a}"), "papers.bib"))
    (stored,) = place.posted
    assert [(each["filename"], each["content"]) for each in stored.data["attachments"]] == [("papers.bib", "@misc{a}")]


@pytest.mark.parametrize(
    ("longest", "make"),
    [
        pytest.param(2000, lambda text: {"content": text}, id="content"),
        pytest.param(256, lambda text: {"embed": discord.Embed(title=text)}, id="embed-title"),
        pytest.param(4096, lambda text: {"embed": discord.Embed(description=text)}, id="embed-description"),
        pytest.param(25, lambda text: {"content": "x", "nonce": text}, id="nonce"),
        pytest.param(1024, lambda text: {"embed": discord.Embed().add_field(name="x", value=text)}, id="field"),
        pytest.param(2048, lambda text: {"embed": discord.Embed(title="x").set_footer(text=text)}, id="footer"),
    ],
)
async def test_a_text_may_be_so_long_and_no_longer(
    discordd: Discordd, bot: Bot, place: Place, longest: int, make: Any
) -> None:
    discordd.expect(50035)
    await channel(bot, place).send(**make("a" * longest))
    await refused(channel(bot, place).send(**make("a" * (longest + 1))), 50035)
    # Two UTF-16 units each: which Discord counts is not known, so the larger count is taken.
    await refused(channel(bot, place).send(**make("😀" * (longest // 2 + 1))), 50035)


async def test_embeds_count_together(discordd: Discordd, bot: Bot, place: Place) -> None:
    discordd.expect(50035)
    halves = [discord.Embed(description="a" * 3000), discord.Embed(description="a" * 2999, title="b")]
    await channel(bot, place).send(embeds=halves)
    halves[0].title = "c"
    await refused(channel(bot, place).send(embeds=halves), 50035)


def view(texts: int, characters: int = 1) -> discord.ui.LayoutView:
    made = discord.ui.LayoutView()
    inside = discord.ui.Container[discord.ui.LayoutView]()
    for number in range(texts):
        inside.add_item(discord.ui.TextDisplay("a" * (characters if number == 0 else 1)))
    made.add_item(inside)
    return made


async def test_components_count_with_what_is_in_them(discordd: Discordd, bot: Bot, place: Place) -> None:
    discordd.expect(50035)
    discordd.rates.by_route[MESSAGES] = (20, 1.0)
    there = channel(bot, place)
    await there.send(view=view(39))
    assert place.posted[-1].data["flags"] & 1 << 15
    await there.send(view=view(10, 3991))
    await refused(there.send(view=view(10, 3992)), 50035)
    data = {"flags": 1 << 15, "components": [{"type": 10, "content": "a"}] * 41}
    await refused(bot.http.request(discord.http.Route("POST", f"/channels/{place.id}/messages"), json=data), 50035)
    old = {"flags": 1 << 15, "content": "x", "components": [{"type": 10, "content": "a"}]}
    await refused(bot.http.request(discord.http.Route("POST", f"/channels/{place.id}/messages"), json=old), 50035)


async def test_what_a_message_wakes_is_noted(bot: Bot, place: Place) -> None:
    there = channel(bot, place)
    await there.send("@everyone <@123>")
    await there.send("@everyone <@123>", allowed_mentions=discord.AllowedMentions.none())
    await there.send("@everyone", allowed_mentions=discord.AllowedMentions(everyone=True, users=False, roles=False))
    assert [each.pings for each in place.posted] == [["@everyone", "<@123>"], [], ["@everyone"]]


async def test_permissions_decide(discordd: Discordd, bot: Bot, place: Place) -> None:
    discordd.expect(50001, 50013, 10003)
    there = channel(bot, place)
    await there.send("one")
    discordd.grant(place, deny=w.SEND)
    await refused(there.send("two"), 50013)
    discordd.grant(place, deny=w.HISTORY)
    assert [each async for each in there.history()] == [], "Discord shows nothing, and says nothing"
    discordd.grant(place, deny=w.VIEW)
    await refused(there.send("three"), 50001)
    discordd.delete(place)
    await refused(there.send("four"), 10003)
    assert len(discordd.rates.invalid) == 2


async def test_threads_forum_posts_and_direct_messages(discordd: Discordd, bot: Bot, place: Place) -> None:
    discordd.expect(50007, 50035)
    first = await channel(bot, place).send("edition 1")
    thread = await first.create_thread(name="Edition 1")
    await thread.send("a paper")
    assert [each.data["content"] for each in discordd.world.places[first.id].posted] == ["a paper"]
    assert place.guild
    forum = discordd.world.place(place.guild, "papers", w.FORUM)
    forum.tags = [{"id": "7", "name": "digest", "moderated": False, "emoji_id": None, "emoji_name": None}]
    discordd.add(place.guild)
    fetched = await bot.fetch_channel(forum.id)
    assert isinstance(fetched, discord.ForumChannel)
    post = await fetched.create_thread(name="Edition 2", content="papers", applied_tags=fetched.available_tags)
    assert post.message.id == post.thread.id
    await refused(fetched.create_thread(name="x" * 101, content="papers"), 50035)
    reader = discordd.world.user("reader")
    someone = await bot.fetch_user(reader.id)
    await someone.send("your papers")
    assert [each.data["content"] for each in discordd.world.direct(reader).posted] == ["your papers"]
    reader.closed = True
    await refused(someone.send("more"), 50007)


async def test_rates_are_told_and_kept_to_by_the_library(discordd: Discordd, bot: Bot, place: Place) -> None:
    discordd.rates.by_route[MESSAGES] = (5, 0.3)
    began = time.monotonic()
    await asyncio.gather(*(channel(bot, place).send(str(n)) for n in range(12)))
    assert 0.6 <= time.monotonic() - began < 3
    assert discordd.rates.exceeded == 0


async def test_who_does_not_keep_to_them_gets_429_and_in_the_end_is_banned(discordd: Discordd, place: Place) -> None:
    discordd.expect(429)
    discordd.rates.by_route[MESSAGES] = (2, 60.0)
    discordd.rates.ban_after = 3
    headers = {"Authorization": "Bot discordd.token.that-is-secret"}
    url = f"{discordd.api}/channels/{place.id}/messages"
    answers = []
    async with aiohttp.ClientSession(headers=headers) as session:
        for _ in range(7):
            async with session.post(url, json={"content": "x"}) as answer:
                answers.append((answer.status, "Via" in answer.headers, answer.headers.get("X-RateLimit-Scope")))
    assert answers == [(200, False, None)] * 2 + [(429, True, "user")] * 4 + [(429, False, None)]
    assert discordd.rates.exceeded == 4


async def test_everything_together_has_a_rate_too(discordd: Discordd, place: Place) -> None:
    discordd.expect(429)
    discordd.rates.everything = (3, 60.0)
    headers = {"Authorization": "Bot discordd.token.that-is-secret"}
    async with aiohttp.ClientSession(headers=headers) as session:
        for wanted in (200, 200, 200, 429):
            async with session.get(f"{discordd.api}/channels/{place.id}") as answer:
                assert answer.status == wanted
                body = await answer.json()
    assert body["global"] is True


async def test_a_revoked_token_is_refused_everywhere(discordd: Discordd, bot: Bot, place: Place) -> None:
    discordd.expect(401)
    discordd.revoked = True
    with pytest.raises(discord.HTTPException) as caught:
        await channel(bot, place).send("hello")
    assert caught.value.status == 401


async def test_it_fails_on_demand(discordd: Discordd, bot: Bot, place: Place) -> None:
    there = channel(bot, place)
    discordd.faults.add(Fault(SEND, refusal=status(503)))
    with pytest.raises(discord.DiscordServerError):
        await there.send("refused")
    assert place.posted == []
    discordd.faults.add(Fault(SEND, refusal=status(503), done=True))
    with pytest.raises(discord.DiscordServerError):
        await there.send("taken all the same")
    discordd.faults.add(Fault(SEND, drop=True, done=True))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await there.send("taken, answer lost")
    discordd.faults.add(Fault(SEND, drop=True))
    with pytest.raises((aiohttp.ClientError, OSError)):
        await there.send("lost")
    assert [each.data["content"] for each in place.posted] == ["taken all the same", "taken, answer lost"]
    discordd.faults.add(Fault(SEND, hidden=60.0))
    await there.send("not to be found yet")
    assert len([each async for each in there.history()]) == 2
    slow = discordd.faults.add(Fault(LOOK, wait=asyncio.Event()))
    looking = asyncio.create_task(there.fetch_message(place.posted[-1].id))
    await slow.met.wait()
    assert not looking.done()
    assert slow.wait
    slow.wait.set()
    await looking


async def test_what_is_not_known_here_is_complained_of(discordd: Discordd) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{discordd.api}/nothing") as answer:
        assert answer.status == 404
    assert discordd.unexpected.pop() == "GET /api/v10/nothing is not known here"


async def test_a_refusal_that_nobody_expected_is_complained_of(discordd: Discordd, bot: Bot, place: Place) -> None:
    await refused(channel(bot, place).send(" "), 50006)
    assert "50006" in discordd.unexpected.pop()
