"""Asking in a real browser: every command there is, and every kind of button."""

from __future__ import annotations

from playwright.async_api import Locator

from bot.commands import COMMANDS
from tests.bot.lived_in import ARGUMENTS
from tests.bot.page.conftest import Visit
from tests.bot.page.site import Site
from tests.bot.page.visitor import expect

WRONG = "That did not work"


async def test_every_command_is_asked_and_its_answer_seen(home: Site, visit: Visit) -> None:
    ada = await visit(home)
    for name in sorted(COMMANDS, key=["unsubscribe", "undo"].__contains__):  # what others speak of goes last
        asked = f"{name} {ARGUMENTS[name]}".strip()
        answer = await ada.ask(asked)
        assert await answer.locator(".asked").inner_text() == f"/papers {asked}"
        assert WRONG not in (said := await answer.locator(".message").inner_text()), (asked, said)
        assert said.strip(), asked


def button(within: Locator, label: str) -> Locator:
    """The first button of this label there; those of cards name their paper after it."""
    return within.locator("button:visible", has_text=label).first


async def press(within: Locator, label: str) -> Locator:
    """Press a button of an answer or a post; returns the new answer."""
    answers = within.page.locator("article.said")
    many = await answers.count()
    await button(within, label).click()
    await expect(answers).to_have_count(many + 1)
    return answers.last


async def test_a_paper_is_bookmarked_by_its_button_and_the_answer_undoes_it(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    found = await ada.ask("search lazy drafts")
    kept = await press(found, "Bookmark")
    await expect(kept.get_by_role("heading").first).to_contain_text("Bookmarked")
    assert [mark["paper"] for mark in (await site.say("bookmarks")).data["bookmarks"]] == ["p1"]
    await button(kept, "Undo").click()
    await expect(kept).to_contain_text("The bookmark is gone again")
    assert (await site.say("bookmarks")).data["bookmarks"] == []
    await expect(ada.page.locator("article.said")).to_have_count(2)


async def test_a_card_s_menu_opens_and_each_of_its_buttons_answers(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    await site.say("subscribe drafts")
    found = await ada.ask("search lazy drafts")
    card = found.locator("article.card").first
    await expect(button(card, "Why")).to_have_count(0)
    await card.locator("summary").click()
    labels = await card.locator("details button").all_inner_texts()
    assert labels == ["More like this", "Abstract", "Why", "👍", "👎"]
    for label in labels:
        said = await press(card, label)
        await expect(said.locator(".message")).not_to_contain_text(WRONG)
        if not await card.locator("details[open]").count():
            await card.locator("summary").click()


async def test_the_pager_turns_the_page_in_place(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    found = await ada.ask("search part")
    first = await found.locator("h3").all_inner_texts()
    await button(found, "Next").click()
    await expect(found).to_contain_text("Page 2 of 3")
    second = await found.locator("h3").all_inner_texts()
    assert len(first) == len(second) == 10
    assert not {*first} & {*second}
    await button(found, "Previous").click()
    await expect(found).to_contain_text("Page 1 of 3")
    assert await found.locator("h3").all_inner_texts() == first
    await expect(ada.page.locator("article.said")).to_have_count(1)


async def test_undo_takes_back_in_place(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    done = await ada.ask("subscribe drafts")
    assert len((await site.say("subscriptions")).data["subscriptions"]) == 1
    await button(done, "Undo").click()
    await expect(button(done, "Undo")).to_have_count(0)
    assert (await site.say("subscriptions")).data["subscriptions"] == []
    await expect(ada.page.locator("article.said")).to_have_count(1)


async def test_what_an_edition_held_back_is_shown_below_what_was_posted(site: Site, visit: Visit) -> None:
    await site.say("subscribe part")
    await site.say("schedule limit 3")
    await site.say("digest now")
    ada = await visit(site)
    post = ada.page.locator("article.post")
    await expect(post.locator("article.card")).to_have_count(3)
    held = await press(post, "more")
    await expect(held).to_contain_text("held back by the limit")
    await expect(held.locator("article.card")).to_have_count(10)
    await expect(post.locator("article.card")).to_have_count(3)


async def test_a_message_that_is_stuck_is_sent_again_by_its_button(home: Site, visit: Visit) -> None:
    ada = await visit(home)
    await expect(ada.page.get_by_role("heading", name="An edition that was stuck")).to_have_count(0)
    status = await ada.ask("status")
    said = await press(status, "Send again")
    await expect(said).to_contain_text("is sent")
    await expect(ada.page.get_by_role("heading", name="An edition that was stuck")).to_be_visible()


async def test_what_cannot_be_done_is_said_with_what_to_do(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    said = await ada.ask("serach drafts")
    await expect(said).to_contain_text(WRONG)
    await expect(said).to_contain_text("Did you mean search?")


async def test_what_was_asked_comes_back_with_the_arrow_up(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    for text in ("help", "status"):
        await ada.ask(text)
        await expect(ada.box).to_have_value("")
    await ada.box.press("ArrowUp")
    await expect(ada.box).to_have_value("status")
    await ada.box.press("ArrowUp")
    await expect(ada.box).to_have_value("help")
    await ada.box.press("ArrowDown")
    await expect(ada.box).to_have_value("status")


async def test_answers_are_still_there_after_a_reload_and_in_their_channel_only(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    await ada.ask("search lazy drafts")
    await ada.page.reload()
    await expect(ada.page.locator("article.said")).to_have_count(1)
    await ada.go("/channels/local:other")
    await expect(ada.page.locator("article.said")).to_have_count(0)
