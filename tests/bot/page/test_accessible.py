"""What axe finds in every view, in both schemes, wide and narrow: nothing."""

from __future__ import annotations

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.bot.page.conftest import Visit
from tests.bot.page.site import Site
from tests.bot.page.views import VIEWS, filled
from tests.bot.page.visitor import DESKTOP, PHONE, ZOOMED, Visitor

OPTIONS = {"resultTypes": ["violations"]}
EVERY = list(VIEWS)
ALIKE = {
    "a channel's earlier posts",
    "a channel of a chat",
    "bookmarks that are none",
    "what was done beside bookmarks",
}
APART = [view for view in EVERY if view not in ALIKE]
# With the other tests each view that is like no other is looked at once; the long run looks at each in every way.
LOOKS = [
    pytest.param("light", DESKTOP, APART[::2], id="light"),
    pytest.param("dark", PHONE, APART[1::2], id="dark, on a phone"),
    *(
        pytest.param(scheme, size, EVERY, id=f"{scheme}, {size['width']} wide", marks=pytest.mark.faults)
        for scheme in ("light", "dark")
        for size in (DESKTOP, PHONE, ZOOMED)
    ),
]


async def findings(ada: Visitor) -> list[str]:
    """Everything that axe finds on the page as it stands."""
    found = (await Axe().run(ada.page, options=OPTIONS)).response["violations"]
    return [f"{each['id']}: {[node['html'][:200] for node in each['nodes']]}" for each in found]


@pytest.mark.parametrize(("scheme", "size", "views"), LOOKS)
async def test_axe_finds_nothing_in_any_view(
    scheme: str, size: dict[str, int], views: list[str], home: Site, visit: Visit
) -> None:
    await filled(home)
    ada = await visit(home, "/login", color_scheme=scheme, viewport=size, reduced_motion="reduce")
    found = {}
    for name in views:
        await ada.go(VIEWS[name])
        if wrong := await findings(ada):
            found[name] = wrong
    assert found == {}
    ada.complaints.clear()  # of the view of nothing


async def test_axe_finds_nothing_while_one_types(home: Site, visit: Visit) -> None:
    ada = await visit(home)
    await ada.box.press_sequentially("subs")
    await ada.page.get_by_role("option").first.wait_for()
    await ada.box.press("ArrowDown")
    assert await findings(ada) == []
    await ada.box.fill("subscribe part")
    await ada.page.locator("#preview svg").wait_for()
    assert await findings(ada) == []


async def test_axe_finds_nothing_where_something_was_wrong(home: Site, visit: Visit) -> None:
    ada = await visit(home, "/schedule/local:general")
    await ada.page.get_by_label("Timezone").fill("Nowhere")
    await ada.page.get_by_label("Papers an edition, at most").fill("many")
    await ada.page.get_by_role("button", name="Keep this schedule").click()
    await ada.page.get_by_role("alert").wait_for()
    ada.complaints.clear()  # the browser says of every answer of this kind that it is one
    assert await findings(ada) == []


async def test_an_answer_is_announced(site: Site, visit: Visit) -> None:
    ada = await visit(site)
    assert await ada.log.get_attribute("aria-live") in {None, "polite"}, "a log is polite by itself"
    told = ada.page.locator("#told")
    assert await told.get_attribute("aria-live") == "polite"
    assert await told.get_attribute("role") == "status"
