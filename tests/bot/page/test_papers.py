"""Bookmarks with notes and tags, what is exported of them, and a paper's own page."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.exports import FORMATS
from domain.message import File
from tests.bot.page.conftest import Visit
from tests.bot.page.site import HERE, Site
from tests.bot.page.visitor import expect


async def test_a_note_and_tags_are_changed_in_place(site: Site, visit: Visit) -> None:
    await site.say("bookmark p1 read before Friday #fusion")
    ada = await visit(site, "/bookmarks")
    note = ada.page.get_by_label("Note and #tags of Speculative decoding with lazy drafts")
    await expect(note).to_have_value("read before Friday #fusion")
    await note.fill("read it #done #fusion")
    await note.press("Enter")
    await expect(ada.page.get_by_role("region", name="What was done")).to_contain_text("Bookmark changed")
    await expect(note).to_have_value("read it #done #fusion")
    (mark,) = (await site.say("bookmarks")).data["bookmarks"]
    assert (mark["note"], mark["tags"]) == ("read it", ["done", "fusion"])
    assert ada.page.url.startswith(site.at("/bookmarks"))


async def test_bookmarks_are_found_by_words_and_tags(site: Site, visit: Visit) -> None:
    for text in ("p1 #fusion", "p2 slow #fusion", "p3 about graphs"):
        await site.say(f"bookmark {text}")
    ada = await visit(site, "/bookmarks")
    titles = ada.page.locator("article.card h3")
    await expect(titles).to_have_count(3)
    for query, found in (("#fusion", 2), ("slow #fusion", 1), ("graphs", 1)):
        await ada.page.get_by_label("Words or #tags").fill(query)
        await ada.page.get_by_role("button", name="Find").click()
        await expect(titles).to_have_count(found)
        await expect(ada.page.get_by_label("Words or #tags")).to_have_value(query)


async def test_many_bookmarks_are_turned_page_by_page(site: Site, visit: Visit) -> None:
    for number in range(1, 13):
        await site.say(f"bookmark p{number}")
    ada = await visit(site, "/bookmarks")
    titles = ada.page.locator("article.card h3")
    await expect(titles).to_have_count(10)
    first = await titles.all_inner_texts()
    await ada.page.get_by_role("link", name="Next").click()
    await expect(titles).to_have_count(2)
    assert not {*first} & {*await titles.all_inner_texts()}
    await ada.page.get_by_role("link", name="Previous").click()
    await expect(titles).to_have_count(10)


async def test_a_bookmark_is_removed_and_comes_back_by_undo(site: Site, visit: Visit) -> None:
    await site.say("bookmark p1 #fusion")
    ada = await visit(site, "/bookmarks")
    await ada.page.get_by_role("button", name="Remove").click()
    await expect(ada.page.locator("main article.card")).to_have_count(0)
    await ada.page.get_by_role("button", name="Undo").click()
    await expect(ada.page.get_by_label("Note and #tags of")).to_have_value("#fusion")


@pytest.mark.parametrize("format_", FORMATS)
async def test_an_export_is_a_file_with_what_the_command_says(format_: str, site: Site) -> None:
    for text in ("p1 lazy #fusion", "p3 “quoted”, <b> & ünïcode #graphs"):
        await site.say(f"bookmark {text}")
    for query in ("", "#graphs"):
        answer = await site.say(f"export {format_} {query}".strip())
        (wanted,) = (block for block in answer.message.blocks if isinstance(block, File))
        got = await site.get(f"/export/{format_}?query={query.replace('#', '%23')}")
        assert got.status == 200
        assert got.text == wanted.content
        assert got.headers["content-type"] == f"{wanted.media_type}; charset=utf-8"
        assert got.headers["content-disposition"].startswith("attachment;")
        assert wanted.name in got.headers["content-disposition"]


async def test_an_export_is_downloaded_from_the_bookmarks_and_from_an_answer(
    site: Site, visit: Visit, tmp_path: Path
) -> None:
    await site.say("bookmark p1")
    (wanted,) = (block for block in (await site.say("export ris")).message.blocks if isinstance(block, File))
    ada = await visit(site, "/bookmarks")
    async with ada.page.expect_download() as first:
        await ada.page.get_by_role("link", name="ris").click()
    await ada.go()
    said = await ada.ask("export ris")
    async with ada.page.expect_download() as second:
        await said.get_by_role("link", name="Download").click()
    for number, download in enumerate([await first.value, await second.value]):
        assert download.suggested_filename == wanted.name
        await download.save_as(tmp_path / f"{number}")
        assert (tmp_path / f"{number}").read_bytes().decode() == wanted.content


async def test_a_paper_s_page_tells_its_history(site: Site, visit: Visit) -> None:
    await site.say("subscribe drafts")
    await site.say("digest now")
    ada = await visit(site)
    await ada.page.get_by_role("link", name="About p1").click()
    await expect(ada.page.get_by_role("heading", level=1)).to_have_text("Speculative decoding with lazy drafts")
    main = ada.page.get_by_role("main")
    for told in ("arxiv", "2611.00001", f"{HERE}", "drafts"):
        await expect(main).to_contain_text(told)
    await ada.page.get_by_label("A note, and #tags").fill("at once #now")
    await ada.page.get_by_role("region", name="Keep it").get_by_role("button").click()
    await expect(ada.page.get_by_role("region", name="What was done")).to_contain_text("Bookmarked")
    (mark,) = (await site.say("bookmarks")).data["bookmarks"]
    assert (mark["paper"], mark["note"], mark["tags"]) == ("p1", "at once", ["now"])


async def test_a_paper_is_found_by_its_other_names_and_one_there_is_not_is_said(site: Site) -> None:
    by_arxiv = await site.get("/papers/2611.00003")
    assert by_arxiv.status == 200
    assert "Diffusion for graphs" in by_arxiv.text
    for name in ("p999", "p99999999999999999999", "nothing", "2611.99999"):
        assert (await site.get(f"/papers/{name}")).status == 404, name
