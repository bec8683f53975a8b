"""Help while one types: completion by mouse and keyboard, and the chart of what a query would have brought."""

from __future__ import annotations

from playwright.async_api import Locator

from db import channels
from tests.bot.page.conftest import Visit
from tests.bot.page.site import HERE, Site
from tests.bot.page.visitor import Visitor, expect


def choices(ada: Visitor) -> Locator:
    return ada.page.get_by_role("option")


async def offered(ada: Visitor, text: str) -> Locator:
    """Type and wait for what is offered."""
    await ada.box.press_sequentially(text)
    await expect(choices(ada).first).to_be_visible()
    return choices(ada)


async def test_a_verb_is_completed_by_the_keyboard(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    await expect(ada.box).to_have_attribute("aria-expanded", "false")
    there = await offered(ada, "subs")
    await expect(ada.box).to_have_attribute("aria-expanded", "true")
    names = await there.all_inner_texts()
    assert [name.split()[0] for name in names] == ["subscribe", "subscriptions"]
    await ada.box.press("ArrowDown")
    await ada.box.press("ArrowDown")
    second = there.nth(1)
    await expect(second).to_have_attribute("aria-selected", "true")
    await expect(ada.box).to_have_attribute("aria-activedescendant", await second.get_attribute("id") or "")
    await ada.box.press("ArrowUp")
    await expect(there.nth(0)).to_have_attribute("aria-selected", "true")
    await ada.box.press("Enter")
    assert (await ada.box.input_value()).strip() == "subscribe"
    await expect(choices(ada)).to_have_count(0)
    await expect(ada.entries).to_have_count(0)


async def test_tab_takes_the_first_and_then_moves_on(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    await offered(ada, "subs")
    await ada.box.press("Tab")
    assert (await ada.box.input_value()).strip() == "subscribe"
    await expect(ada.box).to_be_focused()
    await ada.box.press("Tab")
    await expect(ada.box).not_to_be_focused()


async def test_escape_closes_and_leaves_what_was_typed(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    await offered(ada, "subs")
    await ada.box.press("Escape")
    await expect(choices(ada)).to_have_count(0)
    await expect(ada.box).to_have_value("subs")
    await ada.box.press("Tab")
    await expect(ada.box).not_to_be_focused()


async def test_a_paper_is_chosen_by_the_mouse_and_is_then_bookmarked(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    there = await offered(ada, "bookmark graphs diff")
    await there.filter(has_text="Diffusion for graphs").click()
    await expect(ada.box).to_be_focused()
    assert (await ada.box.input_value()).strip() == "bookmark p3"
    await ada.box.press("Enter")
    await expect(ada.entries.last).to_contain_text("Bookmarked")


async def test_enter_asks_what_was_typed_if_nothing_was_chosen(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    await offered(ada, "subs")
    await ada.box.press("Enter")
    await expect(ada.entries.locator(".asked")).to_have_text("/papers subs")
    await expect(choices(ada)).to_have_count(0)


def drawn(today: int) -> str:
    """How a chart is told of which only the last day has papers."""
    return " ".join(["0"] * 29 + [str(today)])


async def test_the_backtest_is_drawn_while_a_query_is_typed(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    chart = ada.page.locator("#preview").get_by_role("img")
    await ada.box.press_sequentially("subscribe part")
    await expect(chart).to_be_visible()
    await expect(chart).to_have_attribute("aria-label", drawn(30))
    assert await chart.locator("rect").count() == 30
    await ada.box.press_sequentially(" diffusion")
    few = (await site.say("search part diffusion")).data["total"]
    assert few < 30
    await expect(chart).to_have_attribute("aria-label", drawn(few))
    await ada.box.press("Enter")
    await expect(chart).to_have_count(0)


async def test_nothing_is_drawn_for_what_is_no_subscription(site: Site) -> None:
    for text in ("search graphs", "subscribe", "help", "", "subscribe ((("):
        answer = await site.get(f"/preview/{HERE}?text={text.replace(' ', '+')}")
        assert answer.status == 200
        assert "<svg" not in answer.text, text
    assert "<svg" in (await site.get(f"/preview/{HERE}?text=edit+1+graphs")).text
    assert not await site.store.read(channels.every), "looking follows nothing"
