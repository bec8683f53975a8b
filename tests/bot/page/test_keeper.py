"""The keeper's view: what the store holds, how everything stands, and sending again what is stuck."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from bot.local.page.keeper import ROWS
from db import runs
from db.runs import Run
from db.store import Store
from domain.delivery import State
from tests.bot.lived_in import stuck
from tests.bot.page.conftest import Visit
from tests.bot.page.site import HERE, Site
from tests.bot.page.visitor import expect
from tests.papers import NOW

EDITION = f"/keeper/edition?channel={quote(HERE)}&number=2"
VIEWS = ("/keeper", "/keeper/editions", EDITION, "/keeper/deliveries", "/keeper/sources/arxiv")
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def rows(html: str) -> int:
    """How many rows the one table of a page has, its head left out."""
    return len(re.findall(r"<tr>", html)) - 1


async def ran(site: Site, many: int, why: str = "") -> None:
    def record(store: Store) -> None:
        with store.writing() as connection:
            for n in range(many):
                began = NOW + timedelta(minutes=n)
                runs.record(connection, Run("arxiv", began, began, "failed" if why else "fresh", new=n, why=why))

    record(site.store)


async def test_the_numbers_of_the_store_and_what_is_stuck_are_in_sight(home: Site, visit: Visit) -> None:
    await ran(home, 1)
    keeper = await visit(home, "/keeper")
    numbers = await keeper.page.locator(".numbers").inner_text()
    assert re.sub(r"\s+", " ", numbers).startswith("Papers 34 Channels 1 Subscriptions 2 Editions 2 Messages 2")
    table = keeper.page.get_by_role("table", name="What is stuck")
    await expect(table.get_by_role("row")).to_have_count(2)
    await expect(table).to_contain_text("dead")
    await expect(table).to_contain_text("the platform said no")
    sources = keeper.page.get_by_role("table", name="The last run of each source")
    await expect(sources.get_by_role("row", name="arxiv")).to_contain_text("fresh")
    await expect(sources.get_by_role("row", name="folder")).to_contain_text("not looked at yet")
    await expect(keeper.page.get_by_role("table", name="The latest editions").get_by_role("row")).to_have_count(3)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_what_is_dead_is_sent_again_from_there(home: Site, visit: Visit, scripts: bool) -> None:
    keeper = await visit(home, "/keeper", java_script_enabled=scripts)
    await keeper.page.get_by_role("button", name="Send again edition 2 of local:general, message 1").click()
    notice = keeper.page.get_by_role("region", name="What was done")
    await expect(notice).to_contain_text("Edition 2 of local:general is sent")
    assert keeper.page.url.startswith(home.at("/keeper?said="))
    await expect(keeper.page.get_by_role("main")).to_contain_text("Nothing is stuck.")
    await keeper.page.get_by_role("link", name="2 sent").click()
    await expect(keeper.page.get_by_role("row", name="edition 2")).to_contain_text("sent")


async def test_an_edition_shows_its_messages_with_their_moves_and_what_it_held(home: Site, visit: Visit) -> None:
    keeper = await visit(home, "/keeper/editions")
    await keeper.page.get_by_role("link", name="2 of local:general").click()
    await expect(keeper.page.get_by_role("heading", level=1)).to_have_text("Edition 2 of local:general")
    await keeper.page.locator("summary", has_text="4 moves").click()
    moves = await keeper.page.locator("details ol li").all_inner_texts()
    assert [move.split(" ", 4)[-1] for move in moves] == ["planned", "claimed", "sending", "dead: the platform said no"]
    await keeper.go(EDITION.replace("number=2", "number=1"))
    await expect(keeper.page.get_by_role("region", name="What it holds").locator("article.card")).not_to_have_count(0)


async def test_editions_are_turned_page_by_page_of_one_channel_or_all(home: Site) -> None:
    for number in range(3, 2 * ROWS + 4):
        await home.store.write(stuck, State.DEAD, f"stuck{number}", number)
    pages = [await home.get(f"/keeper/editions?page={number}") for number in (1, 2, 3, 4)]
    assert [rows(page.text) if "<table>" in page.text else 0 for page in pages] == [ROWS, ROWS, 3, 0]
    assert [('rel="prev"' in page.text, 'rel="next"' in page.text) for page in pages] == [
        *((False, True), (True, True), (True, False), (True, False)),
    ]
    assert rows((await home.get(f"/keeper/editions?channel={quote(HERE)}&page=3")).text) == 3
    assert "There are none here." in (await home.get("/keeper/editions?channel=local:other")).text
    assert rows((await home.get("/keeper/deliveries")).text) == ROWS
    assert rows((await home.get("/keeper/deliveries?list=sent")).text) == 1


async def test_a_source_s_runs_are_turned_page_by_page(site: Site) -> None:
    await ran(site, ROWS + 5)
    assert rows((await site.get("/keeper/sources/arxiv")).text) == ROWS
    assert rows((await site.get("/keeper/sources/arxiv?page=2")).text) == 5
    assert "There are none here." in (await site.get("/keeper/sources/folder")).text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/keeper/sources/nothing", 404),
        ("/keeper/deliveries?list=lost", 404),
        (EDITION.replace("number=2", "number=99"), 404),
        ("/keeper/edition", 400),
        ("/keeper/edition?channel=local:general&number=x", 404),
        ("/keeper/editions?channel=nowhere", 400),
        ("/keeper/editions?page=-1", 200),
        ("/keeper/editions?page=999999", 200),
        ("/keeper/editions?page=" + "9" * 400, 200),
        ("/keeper/sources/%00", 404),
    ],
)
async def test_what_is_not_there_is_said(home: Site, path: str, status: int) -> None:
    assert (await home.get(path)).status == status


async def test_nothing_of_a_platform_or_source_becomes_markup(home: Site) -> None:
    await ran(home, 1, HOSTILE)
    with home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE deliveries SET why = ?", (HOSTILE,))
        connection.exec_driver_sql("UPDATE delivery_moves SET why = ?", (HOSTILE,))
        connection.exec_driver_sql("UPDATE channels SET stopped = ?", (HOSTILE,))
    for view in VIEWS:
        page = (await home.get(view)).text
        assert "<script>alert" not in page, view
        assert "<img src=x" not in page, view
        assert "&lt;script&gt;alert" in page, view
