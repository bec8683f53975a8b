"""The whole round with the keyboard alone."""

from __future__ import annotations

from tests.bot.page.conftest import Visit
from tests.bot.page.site import Site
from tests.bot.page.visitor import Visitor, expect

FOCUS_IS_SEEN = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
}"""


async def tab_to(ada: Visitor, wanted: str, longest: int = 80) -> None:
    """Press Tab until the focus is on what begins so; wherever it comes, it is seen."""
    for _ in range(longest):
        await ada.page.keyboard.press("Tab")
        there = await ada.focused()
        assert await ada.page.evaluate(FOCUS_IS_SEEN), f"the focus on {there} is not seen"
        if there.startswith(wanted):
            return
    raise AssertionError(f"Tab never came to {wanted}; last {there}")


async def test_the_first_tab_skips_to_the_content(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    await ada.page.keyboard.press("Tab")
    skip = ada.page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await ada.page.keyboard.press("Enter")
    assert await ada.focused() == "main"


async def test_the_whole_round(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    keys = ada.page.keyboard
    await keys.press("/")
    await expect(ada.box).to_be_focused()
    await expect(ada.box).to_have_value("")
    await keys.type("search part")
    await keys.press("Enter")
    answer = ada.entries.first
    await expect(answer.locator("article.card")).to_have_count(10)
    await expect(ada.box).to_be_focused()
    # From the box back to the answer: its first card's button, its menu, and what is in it.
    await answer.focus()
    await tab_to(ada, "button Bookmark: ")
    await keys.press("Enter")
    await expect(ada.entries).to_have_count(2)
    assert await ada.focused() == "said-2", "one goes on at the answer"
    await tab_to(ada, "button Undo")
    await keys.press("Enter")
    await expect(ada.entries.nth(1)).to_contain_text("gone again")
    assert await ada.focused() == "said-2", "what replaces an answer has its focus"
    await answer.focus()
    await tab_to(ada, "summary More: ")
    await keys.press("Space")
    await tab_to(ada, "button More like this: ", longest=1)
    await tab_to(ada, "button Abstract: ", longest=1)
    await keys.press("Enter")
    await expect(ada.entries).to_have_count(3)
    await answer.focus()
    await tab_to(ada, "button Next")
    await keys.press("Enter")
    await expect(answer).to_contain_text("Page 2 of 3")
    assert await ada.focused() == "said-1"


async def test_the_slash_is_a_slash_where_one_types(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    name = ada.page.get_by_label("Go to a channel")
    await name.focus()
    await ada.page.keyboard.press("/")
    await expect(name).to_be_focused()
    await expect(name).to_have_value("/")


async def test_every_link_and_field_is_reached_by_tab_and_none_traps(home: Site, visit: Visit) -> None:
    ada = await visit(home)
    reachable = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
        .filter(e => e.checkVisibility({visibilityProperty: true})).length"""
    wanted = await ada.page.evaluate(reachable)
    await ada.page.evaluate("window.seen = new Set()")
    for _ in range(wanted):
        await ada.page.keyboard.press("Tab")
        await ada.page.evaluate("window.seen.add(document.activeElement)")
    assert await ada.page.evaluate("window.seen.size") == wanted


async def test_news_at_the_side_do_not_take_the_focus_away(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    name = ada.page.get_by_label("Go to a channel")
    await name.fill("rob")
    await site.say("subscribe drafts")
    await expect(ada.page.get_by_role("link", name="#general")).to_contain_text("Tue 17 Nov")
    await expect(name).to_be_focused()
    await expect(name).to_have_value("rob")
    await site.say("digest now")
    await expect(ada.entries).to_have_count(1)
    await expect(name).to_be_focused()
