"""With scripts off everything works, by forms and links: an answer comes with the page that follows the form."""

from __future__ import annotations

from playwright.async_api import Locator, Response

from domain.message import File
from tests.bot.page.conftest import Visit
from tests.bot.page.site import HERE, Site
from tests.bot.page.visitor import Visitor, expect
from tests.digests.place import planned

OFF = {"java_script_enabled": False}


async def submitted(ada: Visitor, button: Locator) -> Response:
    """Press the button of a form; the form's answer leads elsewhere, so that a reload asks nothing again.

    Returns once the page is there that it leads to.
    """
    async with (
        ada.page.expect_event("domcontentloaded"),
        ada.page.expect_response(lambda response: response.request.method == "POST") as posted,
    ):
        await button.click()
    answer = await posted.value
    assert answer.status == 303
    return answer


async def ask(ada: Visitor, text: str) -> Locator:
    await ada.box.fill(text)
    await submitted(ada, ada.page.get_by_role("button", name="Ask", exact=True))
    said = ada.page.locator("article.said")
    return said.nth(await said.count() - 1)


async def test_one_asks_presses_turns_pages_and_undoes(site: Site, visit: Visit) -> None:
    ada = await visit(site, f"/channels/{HERE}", **OFF)
    found = await ask(ada, "search part")
    await expect(found.locator("article.card")).to_have_count(10)
    await expect(found).to_be_in_viewport()
    assert ada.page.url.endswith("#said-1")
    await submitted(ada, found.get_by_role("button", name="Next"))
    await expect(ada.page.locator("article.said")).to_have_count(1)
    await expect(found).to_contain_text("Page 2 of 3")
    await submitted(ada, found.get_by_role("button", name="Bookmark").first)
    kept = ada.page.locator("article.said").nth(1)
    await expect(kept).to_contain_text("Bookmarked")
    await submitted(ada, kept.get_by_role("button", name="Undo"))
    await expect(kept).to_contain_text("gone again")
    assert (await site.say("bookmarks")).data["bookmarks"] == []
    await found.locator("summary").first.click()
    await submitted(ada, found.get_by_role("button", name="Why").first)
    await expect(ada.page.locator("article.said")).to_have_count(3)
    await ada.page.reload()
    await expect(ada.page.locator("article.said")).to_have_count(3)


async def test_one_follows_something_from_the_welcome_and_sends_it(site: Site, visit: Visit) -> None:
    ada = await visit(site, f"/channels/{HERE}", **OFF)
    await submitted(ada, ada.page.get_by_role("button", name="Follow what is trending"))
    await ask(ada, "subscribe drafts")
    await ask(ada, "digest now")
    await expect(ada.page.locator("article.post article.card").first).to_be_visible()


async def test_the_schedule_and_its_errors(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    ada = await visit(site, f"/channels/{HERE}", **OFF)
    await ada.page.get_by_role("link", name="Schedule").click()
    await ada.page.get_by_label("Papers an edition, at most").fill("many")
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    await expect(ada.page.locator("#wrong-limit")).to_be_visible()
    ada.complaints.clear()  # the browser says of every answer of this kind that it is one
    await ada.page.get_by_label("Papers an edition, at most").fill("4")
    await submitted(ada, ada.page.get_by_role("button", name="Keep this schedule"))
    await expect(ada.page.locator("article.said")).to_contain_text("limit 4")


async def test_bookmarks_their_notes_and_their_export(site: Site, visit: Visit) -> None:
    await site.say("bookmark p1 soon #fusion")
    ada = await visit(site, "/bookmarks", **OFF)
    await ada.page.get_by_label("Note and #tags of").fill("done #old")
    await submitted(ada, ada.page.get_by_role("button", name="Keep the note"))
    await expect(ada.page.get_by_label("Note and #tags of")).to_have_value("done #old")
    (wanted,) = (block for block in (await site.say("export csv")).message.blocks if isinstance(block, File))
    async with ada.page.expect_download() as download:
        await ada.page.get_by_role("link", name="csv").click()
    path = await (await download.value).path()
    assert path.read_bytes().decode() == wanted.content


async def test_earlier_posts_are_behind_a_link(site: Site, visit: Visit) -> None:
    for edition in range(1, 11):
        planned(site.store, HERE, edition=edition)
    await site.desk.couriers["local"].deliver()
    ada = await visit(site, f"/channels/{HERE}", **OFF)
    titles = ada.page.locator("article.post h2")
    await expect(titles).to_have_text([f"No. {edition}, 1/1" for edition in range(1, 11)])
    earlier = ada.page.get_by_role("link", name="Earlier")
    await expect(earlier).to_have_count(0)
    for edition in (11, 12):
        planned(site.store, HERE, edition=edition)
    await site.desk.couriers["local"].deliver()
    await ada.page.reload()
    await expect(titles).to_have_text([f"No. {edition}, 1/1" for edition in range(3, 13)])
    await earlier.click()
    await expect(titles).to_have_text(["No. 1, 1/1", "No. 2, 1/1"])
    await expect(earlier).to_have_count(0)
    await ada.page.get_by_role("link", name="Back to the latest").click()
    await expect(titles).to_have_count(10)


async def test_the_keeper_s_view_is_read(home: Site, visit: Visit) -> None:
    ada = await visit(home, f"/channels/{HERE}", **OFF)
    await ada.page.get_by_role("link", name="Keeper’s view").click()
    await expect(ada.page.get_by_role("heading", level=1)).to_be_visible()
    assert await ada.page.title() != "That did not work · Paperround"
