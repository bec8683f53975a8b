"""Who is let in: our own host, our own pages' forms, and with a token only who knows it."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
import pytest_asyncio

from bot.local.page.guard import COOKIE, LONGEST_FORM
from bot.settings import Address, Secret, Settings, load
from bot.web import serving
from db import channels
from db.store import Store
from domain.errors import SettingsError
from tests.bot.page.conftest import Visit
from tests.bot.page.site import ANYWHERE, HERE, Reply, Site, served
from tests.bot.page.visitor import expect

TOKEN = Secret("correct-horse-battery-staple")
ROOM = f"/channels/{HERE}"
PAGE = {"accept": "text/html,application/xhtml+xml"}
SUBSCRIBE = {"text": "subscribe drafts"}
# A request of a browser that follows a link from elsewhere, and others that another site makes it send.
FOLLOWED = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
FOREIGN: dict[str, dict[str, str]] = {
    "another site's origin": {"origin": "https://evil.example"},
    "no origin at all to speak of": {"origin": "null"},
    "the same host's other port": {"origin": "http://127.0.0.1:1"},
    "a browser that says so": {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
    "a neighbour's name": {"sec_fetch_site": "same-site"},
}


@pytest_asyncio.fixture(loop_scope="session")
async def guarded(site: Site) -> AsyncIterator[Site]:
    """The page with a token."""
    async with served(site.store, Settings(page=ANYWHERE, page_token=TOKEN)) as guarded:
        yield guarded


async def unchanged(site: Site) -> bool:
    return not await site.store.read(channels.every)


def cookie(answer: Reply) -> Any:
    return SimpleCookie(answer.headers["set-cookie"])[COOKIE]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8420", "127.0.0.1.evil.example", "", "[", "localhost@evil"]
)
async def test_a_foreign_host_is_refused(host: str, site: Site) -> None:
    for answer in (await site.get(ROOM, host=host), await site.post(ROOM, SUBSCRIBE, host=host)):
        assert answer.status in {400, 421}
        assert 'id="log"' not in answer.text
    assert await unchanged(site)


async def test_our_own_names_are_known(site: Site) -> None:
    port = site.address.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", "LOCALHOST", f"[::1]:{port}"):
        assert (await site.get(ROOM, host=host)).status == 200, host
    async with served(site.store, Settings(page=ANYWHERE, page_url="https://papers.example.org")) as proxied:
        assert (await proxied.get(ROOM, host="papers.example.org")).status == 200
        assert (await proxied.get(ROOM, host="other.example.org")).status == 421
        told = {"host": "papers.example.org", "origin": "https://papers.example.org"}
        assert (await proxied.post(ROOM, {"text": "help"}, **told)).status == 303


@pytest.mark.parametrize("kind", FOREIGN)
async def test_another_site_s_form_is_refused_and_does_nothing(kind: str, site: Site) -> None:
    for path in (ROOM, f"/schedule/{HERE}", "/login"):
        answer = await site.post(path, SUBSCRIBE, **FOREIGN[kind])
        assert answer.status == 403, path
    assert await unchanged(site)


async def test_our_own_form_is_taken(site: Site) -> None:
    for own in ({"origin": site.url, "sec_fetch_site": "same-origin"}, {"origin": site.url}, {}):
        assert (await site.post(ROOM, SUBSCRIBE, **own)).status == 303
    assert not await unchanged(site)


async def test_another_site_may_link_here_and_embed_nothing(site: Site) -> None:
    assert (await site.get(ROOM, **FOLLOWED)).status == 200
    for mode in ("no-cors", "cors"):
        for path in (ROOM, "/bookmarks", "/export/csv", f"/live/{HERE}", f"/complete/{HERE}", "/static/page.js"):
            embedded = await site.get(path, sec_fetch_site="cross-site", sec_fetch_mode=mode)
            assert embedded.status == 403, path
    assert "frame-ancestors 'none'" in (await site.get(ROOM)).headers["content-security-policy"]


async def test_a_form_elsewhere_does_nothing_in_a_real_browser(site: Site, visit: Visit) -> None:
    async with served(site.store) as elsewhere:
        ada = await visit(elsewhere, "/static/icon.svg")
        evil = (
            f"""<form method=post action="{site.at(ROOM)}"><button name=command value="subscribe drafts">x</button>"""
        )
        await ada.page.goto("about:blank")
        await ada.page.set_content(evil)
        await ada.page.get_by_role("button").click()
        await expect(ada.page.get_by_text("That came from another site, so nothing was done.")).to_be_visible()
        ada.complaints.clear()
    assert await unchanged(site)


async def test_without_the_token_nobody_sees_anything(guarded: Site) -> None:
    for path in (ROOM, "/", "/bookmarks", "/keeper", "/papers/p1", "/nothing"):
        page = await guarded.get(path, **PAGE)
        assert (page.status, page.headers["location"]) == (303, "/login"), path
        assert (await guarded.get(path, x_part="1")).status == 401, path
        wrong = await guarded.get(path, authorization="Bearer wrong", **PAGE)
        assert wrong.status == 303, path
        assert (await guarded.get(path, cookie=f"{COOKIE}={TOKEN}", **PAGE)).status == 303, path
    for path in (f"/live/{HERE}", f"/complete/{HERE}?text=s", f"/preview/{HERE}", "/export/csv"):
        assert (await guarded.get(path)).status == 401, path
    assert (await guarded.post(ROOM, SUBSCRIBE)).status == 401
    assert await unchanged(guarded)


async def test_the_way_in_is_open_and_looks_right(guarded: Site) -> None:
    assert (await guarded.get("/login")).status == 200
    for name in ("page.css", "message.css", "icon.svg"):
        assert (await guarded.get(f"/static/{name}")).status == 200


async def test_the_token_lets_in_and_is_in_no_cookie(guarded: Site) -> None:
    wrong = await guarded.post("/login", {"token": TOKEN[:-1]})
    assert wrong.status == 403
    assert "set-cookie" not in wrong.headers
    right = await guarded.post("/login", {"token": f" {TOKEN} "})
    assert (right.status, right.headers["location"]) == (303, "/")
    kept = cookie(right)
    assert TOKEN not in right.headers["set-cookie"]
    assert (kept["httponly"], kept["samesite"].lower(), kept["path"]) == (True, "strict", "/")
    assert not kept["secure"], "over http no browser would send it"
    assert (await guarded.get(ROOM, cookie=f"{COOKIE}={kept.value}", **PAGE)).status == 200
    for almost in (kept.value[:-1], kept.value.upper(), ""):
        assert (await guarded.get(ROOM, cookie=f"{COOKIE}={almost}", **PAGE)).status == 303


async def test_the_cookie_is_for_https_alone_where_the_page_is(site: Site) -> None:
    settings = Settings(page=ANYWHERE, page_token=TOKEN, page_url="https://papers.example.org")
    async with served(site.store, settings) as proxied:
        assert cookie(await proxied.post("/login", {"token": TOKEN}))["secure"]


async def test_another_token_ends_what_was_let_in(guarded: Site) -> None:
    kept = cookie(await guarded.post("/login", {"token": TOKEN})).value
    async with served(guarded.store, Settings(page=ANYWHERE, page_token=Secret("another-long-token-here"))) as changed:
        assert (await changed.get(ROOM, cookie=f"{COOKIE}={kept}", **PAGE)).status == 303


async def test_programs_send_the_token_along(guarded: Site) -> None:
    assert (await guarded.get(ROOM, authorization=f"Bearer {TOKEN}")).status == 200
    assert (await guarded.get(ROOM, authorization=f"bearer  {TOKEN}")).status == 200
    for wrong in (f"Basic {TOKEN}", "Bearer", "Bearer ", TOKEN, f"Bearer {TOKEN}x"):
        assert (await guarded.get(ROOM, authorization=wrong)).status == 401, wrong


async def test_secrets_are_compared_in_constant_time(guarded: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    compared, constant = list[bytes](), hmac.compare_digest

    def compare(given: bytes, wanted: bytes) -> bool:
        compared.append(given)
        return constant(given, wanted)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    await guarded.post("/login", {"token": "wrong"})
    await guarded.get(ROOM, authorization="Bearer wrong too", cookie=f"{COOKIE}=wrong as well")
    assert {b"wrong", b"wrong too", b"wrong as well"} <= {*compared}


async def test_somebody_enters_the_token_in_a_browser(guarded: Site, visit: Visit) -> None:
    ada = await visit(guarded, "/bookmarks")
    await expect(ada.page).to_have_url(guarded.at("/login"))
    token = ada.page.get_by_label("The page’s token")
    await token.fill("nearly")
    await token.press("Enter")
    await expect(ada.page.get_by_text("That is not the token.")).to_be_visible()
    ada.complaints.clear()  # the browser says of every refusal that it is one
    await token.fill(TOKEN)
    await token.press("Enter")
    await expect(ada.log).to_be_visible()
    await ada.ask("subscribe drafts")
    await guarded.say("digest now")
    await expect(ada.page.locator("article.post")).to_have_count(1)
    assert await ada.page.evaluate("document.cookie.includes('paperround')") is False, "no script reads it"


@pytest.mark.parametrize("path", [ROOM, f"/schedule/{HERE}", "/login"])
async def test_a_form_that_is_none_or_too_large_is_refused(path: str, site: Site) -> None:
    large = await site.post(path, {"text": "a" * LONGEST_FORM})
    assert large.status == 400
    many = await site.ask("POST", path, {"content-type": "application/x-www-form-urlencoded"}, b"a=1&" * 2_000)
    assert many.status == 400
    other = await site.ask("POST", path, {"content-type": "application/json"}, b'{"text": "subscribe drafts"}')
    assert other.status == 400
    assert await unchanged(site)


@pytest.mark.parametrize("address", ["0.0.0.0:8420", "[::]:8420", "192.0.2.7:80", "papers.example.org:80"])
def test_elsewhere_than_here_the_page_needs_a_token(address: str) -> None:
    for token in ("", "short"):
        with pytest.raises(SettingsError, match="needs a token"):
            load({"PAPERROUND_PAGE": address, "PAPERROUND_PAGE_TOKEN": token})
    assert load({"PAPERROUND_PAGE": address, "PAPERROUND_PAGE_TOKEN": TOKEN}).page_token == TOKEN


async def test_a_port_that_is_taken_is_said(store: Store) -> None:
    async with serving(ANYWHERE, []) as taken:
        with pytest.raises(SettingsError, match="cannot be served") as caught:
            async with serving(Address("127.0.0.1", taken.port), []):
                pass
        assert str(taken.port) in str(caught.value)
        assert "PAPERROUND_PAGE" in caught.value.hint


async def test_a_page_that_is_off_is_not_served() -> None:
    assert load({"PAPERROUND_PAGE": "off"}).page is None
