"""Every view as it leaves the server: valid HTML, nothing inline, and no secret."""

from __future__ import annotations

import re

import pytest
from justhtml import Element, JustHTML
from starlette.routing import Mount, Route

from bot.commands import COMMANDS
from bot.local.page import served as routed
from bot.local.page.guard import POLICY
from bot.settings import Secret, Settings
from tests.bot.lived_in import ARGUMENTS
from tests.bot.page.site import ANYWHERE, HERE, Site, served
from tests.bot.page.views import PARTS, VIEWS, filled

POINTING = ("for", "list", "aria-labelledby", "aria-describedby", "aria-controls", "aria-activedescendant")
# What may not stand in what: https://html.spec.whatwg.org/#interactive-content and #sectioning
INTERACTIVE = {"a", "button", "input", "select", "textarea", "summary", "label"}
TOKEN = Secret("correct-horse-battery-staple")


def wrong_with(html: str, *, whole: bool = True) -> list[str]:
    """What is wrong with a page, or with a part of one."""
    read = JustHTML(html, sanitize=False, collect_errors=True, fragment=not whole)
    found = [str(error) for error in read.errors]
    elements = [each for each in read.query("*") if isinstance(each, Element)]
    ids = [each.attrs["id"] for each in elements if "id" in each.attrs]
    found += [f"two are called {name}" for name in {*ids} if ids.count(name) > 1]
    for each in elements:
        if whole:
            for name in POINTING:
                for to in (each.attrs.get(name) or "").split():
                    found += [] if to in ids else [f"{name} leads to {to}, which is nowhere"]
        found += [f"{name} of {each.name} is inline" for name in each.attrs if name.startswith("on") or name == "style"]
        if each.name == "style" or (each.name == "script" and not (each.attrs.get("src") or "").startswith("/static/")):
            found.append(f"a {each.name} is inline")
        inside = [above.name for above in _above(each)]
        if each.name in INTERACTIVE and {*inside} & {"a", "button"}:
            found.append(f"{each.name} stands inside {inside}")
        if each.name == "form" and "form" in inside:
            found.append("a form stands inside a form")
        if each.name == "img" and "alt" not in each.attrs:
            found.append("an image without words")
    if whole:
        found += [f"{many} × {name}" for name in ("h1", "main", "title") if (many := _many(elements, name)) != 1]
    return found


def _above(element: Element) -> list[Element]:
    above, there = element.parent, []
    while isinstance(above, Element):
        there.append(above)
        above = above.parent
    return there


def _many(elements: list[Element], name: str) -> int:
    return sum(each.name == name for each in elements)


async def test_every_view_is_valid_and_has_nothing_inline(home: Site) -> None:
    await filled(home)
    for name, path in VIEWS.items():
        answer = await home.get(path)
        assert answer.status == (404 if name == "nothing" else 200), name
        assert wrong_with(answer.text) == [], name


async def test_every_answer_is_valid_as_a_part(home: Site) -> None:
    for name in sorted(COMMANDS, key=["unsubscribe", "undo"].__contains__):
        text = f"{name} {ARGUMENTS[name]}".strip()
        answer = await home.post(f"/channels/{HERE}", {"text": text}, x_part="1")
        assert answer.status == 200, text
        assert wrong_with(answer.text, whole=False) == [], text
    assert wrong_with((await home.get(f"/preview/{HERE}?text=subscribe+part")).text, whole=False) == []


def test_what_is_wrong_with_html_is_found() -> None:
    assert wrong_with("<!doctype html><html lang=en><title>a</title><main><h1>b</h1></main></html>") == []
    for wrong in (
        "<p>a</p></b>",
        '<p id="a"><b id="a">x</b>',
        '<label for="nowhere">x</label>',
        '<p style="color: red">x</p>',
        "<script>alert(1)</script>",
        '<a href="/"><button>x</button></a>',
        '<img src="/x.png">',
    ):
        page = f"<!doctype html><html lang=en><title>a</title><main><h1>b</h1>{wrong}</main></html>"
        assert wrong_with(page), wrong


async def test_there_is_no_view_that_is_not_looked_at(site: Site) -> None:
    (mount,), _ = routed(site.desk, site.settings, lambda: site.now)
    assert isinstance(mount, Mount)
    router = mount.app.app  # type: ignore[attr-defined]  # behind the guard
    paths = [path.partition("?")[0] for path in VIEWS.values()]
    for route in router.routes:
        if isinstance(route, Route) and "GET" in (route.methods or ()) and route.path != "/":
            seen = [path for path in paths if route.path_regex.match(path)]
            assert seen or route.path.startswith(PARTS), f"{route.path} stands in no VIEWS"


async def test_every_answer_carries_the_policy(home: Site) -> None:
    await filled(home)
    paths = [*VIEWS.values(), "/", "/static/page.css", "/static/nothing", f"/complete/{HERE}?text=s", "/export/csv"]
    for path in [*paths, f"/live/{HERE}"]:
        answer = await home.get(path)
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff", path
        assert answer.headers["cache-control"].startswith("no-store") or path.startswith("/static/"), path
    assert "unsafe" not in POLICY
    assert re.match(r"default-src 'none'; script-src 'self'; style-src 'self';", POLICY)


async def test_invariant_9_no_view_shows_a_secret(site: Site) -> None:
    async with served(site.store, Settings(page=ANYWHERE, page_token=TOKEN)) as guarded:
        for name, path in {**VIEWS, "answers": f"/channels/{HERE}"}.items():
            answer = await guarded.get(path, authorization=f"Bearer {TOKEN}")
            assert TOKEN not in f"{answer.headers}{answer.text}", name
            wrong = await guarded.post("/login", {"token": "nearly-the-token-of-it"})
            assert "nearly-the-token" not in wrong.text


@pytest.mark.parametrize("path", ["..%2f..%2fbot%2fweb.py", "../../web.py", "%2e%2e/__init__.py", "/etc/passwd", "."])
async def test_nothing_but_our_own_files_is_static(path: str, site: Site) -> None:
    answer = await site.get(f"/static/{path}")
    assert answer.status in {404, 405}
    assert "import" not in answer.text
