"""What is new appears by itself, whoever brought it, in whichever process."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.web import END_SECONDS
from db import outbox, runs
from domain.delivery import Move, State
from tests.bot.page.conftest import Visit
from tests.bot.page.site import HERE, Site, served
from tests.bot.page.visitor import expect
from tests.digests.place import planned
from tests.papers import NOW

OTHER = "slack:T024BE7LD/C061EG9SL"


async def test_a_digest_that_another_process_delivers_appears_without_a_reload(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    ada = await visit(site)
    await expect(ada.entries).to_have_count(0)
    await ada.page.evaluate("window.stayed = true")
    await site.say("digest now")
    await expect(ada.entries).to_have_count(1)
    await expect(ada.entries.locator("h3").first).to_have_text("Draft models for speculative decoding")
    assert await ada.page.evaluate("window.stayed")


async def test_what_comes_in_another_channel_stays_there(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts", "local:other")
    ada = await visit(site)
    await site.say("digest now", "local:other")
    await site.say("subscribe drafts")
    await site.say("digest now")
    await expect(ada.entries).to_have_count(1)
    await expect(ada.entries).to_contain_text("Papers for general")


async def test_several_pages_are_told(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    both = [await visit(site), await visit(site)]
    await site.say("digest now")
    for each in both:
        await expect(each.entries).to_have_count(1)


async def test_the_next_delivery_and_new_channels_stand_at_the_side_at_once(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    channels_ = ada.page.get_by_role("navigation", name="Channels")
    await site.say("subscribe drafts")
    await expect(channels_.get_by_role("link", name="#general")).to_contain_text("Tue 17 Nov, 10:00")
    await site.say("schedule 18:30 Europe/Paris")
    await expect(channels_.get_by_role("link", name="#general")).to_contain_text("Mon 16 Nov, 18:30")
    await site.say("subscribe drafts", "local:robots")
    await expect(channels_.get_by_role("link", name="#robots")).to_be_visible()


async def test_a_source_that_breaks_is_seen_at_once(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    sources = ada.page.get_by_role("region", name="Sources")
    await expect(sources).to_contain_text("arxiv")
    run = runs.Run("arxiv", NOW, NOW + timedelta(seconds=2), "failed", why="the answer could not be read")
    await site.store.write(runs.record, run)
    await expect(sources).to_contain_text("failed, Mon 16 Nov, 13:00: the answer could not be read")


async def test_a_channel_of_a_chat_is_looked_at_and_its_news_appear(site: Site, visit: Visit) -> None:
    planned(site.store, OTHER)
    ada = await visit(site, f"/channels/{OTHER}")
    await expect(ada.entries).to_have_count(1)
    await expect(ada.box).to_have_count(0)
    await expect(ada.page.get_by_text("This channel lives in Slack")).to_be_visible()
    assert await ada.page.locator("form").count() == 1, "only the one that goes to a channel"
    planned(site.store, OTHER, edition=2)
    await expect(ada.entries).to_have_count(2)
    (first,) = await site.store.write(outbox.claim, "run", NOW, 2, platform="slack")
    await expect(ada.entries.first).to_contain_text("claimed")
    sending = await site.store.write(outbox.move, first, "run", Move(State.SENDING), NOW)
    assert sending
    await site.store.write(outbox.move, sending, "run", Move(State.DEAD, None, "no"), NOW)
    await expect(ada.entries.first).to_contain_text("dead")


async def test_a_stream_goes_on_after_what_was_seen_last(site: Site) -> None:
    for edition in range(3):
        await site.say("subscribe drafts" if not edition else f"subscribe part {edition}")
        site.now += timedelta(days=1)
        await site.say("digest now")
    first = await site.get(f"/live/{HERE}")
    assert first.text.partition("\r\n")[2].startswith("id: 1\r\nevent: post")
    later = await site.get(f"/live/{HERE}", last_event_id="1", accept="text/event-stream")
    assert later.text.partition("\r\n")[2].startswith("id: 2\r\nevent: post")


async def test_open_streams_do_not_hold_up_the_end(site: Site) -> None:
    async with served(site.store) as ending:
        reader, writer = await asyncio.open_connection(ending.address.host, ending.address.port)
        writer.write(f"GET /live/{HERE} HTTP/1.1\r\nhost: {ending.address}\r\n\r\n".encode())
        await reader.readuntil(b"event: below")
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < END_SECONDS - 1
    assert (await reader.read()).endswith(b"0\r\n\r\n"), "ended, not torn off"
    writer.close()
