"""Small windows, schemes, less motion, the reader's zone, and nothing that jumps."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route

from tests.bot.page.conftest import Visit
from tests.bot.page.site import HERE, Site
from tests.bot.page.views import VIEWS, filled
from tests.bot.page.visitor import PHONE, ZOOMED, expect

# What moved without anybody's doing, but for the help above the box, which grows over what is there:
# https://web.dev/articles/cls
SHIFTS = """window.shifts = []; new PerformanceObserver(list => {
    for (const entry of list.getEntries()) for (const {node} of entry.sources) {
        const element = node?.closest ? node : node?.parentElement;
        if (!element?.closest(".helps")) window.shifts.push(`${entry.value} ${element?.outerHTML.slice(0, 100)}`);
    }
}).observe({type: "layout-shift"});"""
PAINTED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
SLOW = 0.6  # seconds: what comes within half a second of a key is the key's doing


async def test_no_view_is_wider_than_a_small_window(home: Site, visit: Visit) -> None:
    await filled(home)
    ada = await visit(home, "/login", viewport=PHONE)
    wide = {}
    for name, path in VIEWS.items():
        await ada.go(path)
        for size in (PHONE, ZOOMED):
            await ada.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            if found := await ada.too_wide():
                wide[name, size["width"]] = found
    assert wide == {}
    ada.complaints.clear()  # of the view of nothing


@pytest.mark.parametrize("size", [PHONE, ZOOMED], ids=["a phone", "400 %"])
async def test_everything_is_reached_in_a_small_window(size: dict[str, int], site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    ada = await visit(site, viewport=size)
    await ada.box.fill("search part")
    await ada.page.get_by_role("button", name="Ask", exact=True).click()
    await expect(ada.page.get_by_role("heading", name="30 papers")).to_be_in_viewport()
    await ada.entries.first.get_by_role("button", name="Bookmark").first.click()
    await expect(ada.entries).to_have_count(2)
    await ada.entries.first.get_by_role("button", name="Next").click()
    await expect(ada.entries.first).to_contain_text("Page 2")
    assert await ada.too_wide() == []
    await ada.page.get_by_label("Go to a channel").scroll_into_view_if_needed()
    await expect(ada.page.get_by_role("region", name="Sources")).to_be_visible()
    await ada.page.get_by_role("link", name="Schedule").click()
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    await expect(ada.box).to_be_visible()
    await ada.page.get_by_role("link", name="Bookmarks").click()
    await expect(ada.page.get_by_role("heading", name="Bookmarks", level=1)).to_be_visible()


async def test_the_page_follows_the_reader_s_scheme(site: Site, visit: Visit) -> None:
    light = """(() => {
        const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number);
        return (r + g + b) / 3 > 128;
    })()"""
    ada = await visit(site, color_scheme="light")
    assert await ada.page.evaluate(light)
    await ada.page.emulate_media(color_scheme="dark")
    assert not await ada.page.evaluate(light)


async def test_nothing_moves_for_who_wants_less_motion(site: Site, visit: Visit) -> None:
    moving = "document.getAnimations().filter(a => a.effect.getComputedTiming().endTime > 1).length"
    ada = await visit(site, reduced_motion="no-preference")
    await ada.ask("help")
    assert await ada.page.evaluate(moving) > 0, "what is new shows itself"
    bela = await visit(site, reduced_motion="reduce")
    await bela.ask("help")
    assert await bela.page.evaluate(moving) == 0


async def test_nothing_jumps_when_answers_previews_and_news_come(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    ada = await visit(site)
    await expect(ada.page.get_by_text("Times are in Europe/Paris.")).to_be_visible()

    async def later(route: Route) -> None:
        await asyncio.sleep(SLOW)
        await route.continue_()

    await ada.page.route("**/channels/**", later)
    await ada.page.route("**/preview/**", later)
    await ada.page.evaluate(PAINTED)  # with the reader's zone, which the script has put in by now
    await ada.page.evaluate(SHIFTS)
    box = await ada.box.bounding_box()
    await ada.ask("search lazy drafts")
    await ada.box.press_sequentially("subscribe part")
    await ada.page.locator("#preview svg").wait_for()
    assert await ada.box.bounding_box() == box
    await site.say("digest now")
    await expect(ada.page.locator("article.post")).to_have_count(1)
    await ada.page.locator("article.said").get_by_role("button", name="Bookmark").first.click()
    await expect(ada.page.locator("article.said")).to_have_count(2)
    assert await ada.box.bounding_box() == box
    assert await ada.page.evaluate("window.shifts") == []


async def test_times_are_in_the_reader_s_zone_which_is_said(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")  # the next digest is at 09:00 UTC
    ada = await visit(site, timezone_id="Asia/Tokyo")
    for _ in range(2):  # at first by the script, then by the server
        await expect(ada.page.get_by_role("link", name="#general")).to_contain_text("Tue 17 Nov, 18:00")
        await expect(ada.page.get_by_text("Times are in Asia/Tokyo.")).to_be_visible()
        await ada.page.reload()
    assert 'data-zone="Asia/Tokyo"' in await ada.page.content()
    plain = (await site.get(f"/channels/{HERE}")).text
    assert "Tue 17 Nov, 09:00" in plain
    assert "Times are in <span data-zone-name>UTC</span>." in plain
    assert "Asia/Tokyo" in (await site.get(f"/channels/{HERE}", cookie="zone=Asia/Tokyo")).text
    for nonsense in ("Nowhere", "../../etc/passwd", '"><script>', "a" * 5_000):
        assert (
            "Times are in <span data-zone-name>UTC</span>."
            in (await site.get(f"/channels/{HERE}", cookie=f"zone={nonsense}")).text
        )
