"""§4.8: whatever is sent to the page, whole or broken, it answers, and nothing of it becomes more than text."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from justhtml import Element, JustHTML
from sqlalchemy import text

from bot.commands import COMMANDS
from bot.settings import Secret, Settings
from db.store import Store
from tests.bot.page.site import ANYWHERE, FORM, HERE, Reply, served
from tests.bot.page.views import VIEWS
from tests.bot.talk import DRAFTS, Talk
from tests.faults.garbage import garbage
from tests.papers import records

SAMPLE, LONG = 300, 10_000
TOKEN = Secret("correct-horse-battery-staple")
MARK = "q7z"  # what no view writes by itself
INJECTED = (MARK, "alert(1)", "onmouseover", "javascript:")  # in HURTING and in the garbage's pieces
HURTING = (
    f"<script>{MARK}</script>",
    f'"><img src=x onerror={MARK}()>',
    f"' onmouseover='{MARK}()",
    f"javascript:{MARK}()",
    f"</textarea></title><svg onload={MARK}()>",
    f"{{{{{MARK}}}}}{{% {MARK} %}}",
    f"<{MARK} {MARK}={MARK}>",
    "../../../../etc/passwd",
    "..%2f..%2f..%00",
    "%",
    "%zz%ff%fe",
    "%ed%a0%80",
    "\ud800",
    "9" * 400,
    "-1",
    "1e309",
    "0x10",
    "p" + "9" * 30,
    "'; DROP TABLE papers; --",
    "a" * 5_000,
    "\x00\x01\x1b[31m",
    "local:" + "x" * 200,
    "slack:../..",
    "//evil.example/",
    "\\\\evil.example",
)
ROUTES = (
    "/channels/{}",
    "/channels/{}?before={}&draft={}",
    "/channels/{}?in={}&back={}",
    "/channels?name={}",
    "/live/{}?after={}",
    "/schedule/{}",
    "/complete/{}?text={}",
    "/preview/{}?text={}",
    "/files/{}",
    "/bookmarks?query={}&page={}&said={}",
    "/export/{}?query={}",
    "/papers/{}?said={}",
    "/login?{}",
    "/static/{}",
    "/keeper?page={}&said={}",
    "/keeper/editions?channel={}&page={}",
    "/keeper/edition?channel={}&number={}",
    "/keeper/deliveries?list={}&page={}",
    "/keeper/sources/{}?page={}",
    "/{}",
    "/{}/{}?{}={}",
)
POSTED = ("/channels/{}", "/channels/local:general", "/schedule/{}", "/schedule/local:general", "/login", "/{}")
FIELDS = ("text", "command", "note", "token", "days", "at", "timezone", "wait", "until", "limit", "layout", "empty")
REAL = (HERE, "local:me", "p1", "csv", "1", "2", "stuck", "help", "search part", "subscribe drafts", "#tag", "")
HEADERS = ("cookie", "authorization", "last-event-id", "x-part", "accept", "accept-language", "referer", "content-type")


@dataclass(frozen=True)
class Attack:
    """A request, as bytes, and whether the page must refuse it for who sends it."""

    request: bytes
    refused: bool = False

    def __str__(self) -> str:
        return repr(self.request[:600])


class Attacker:
    """Makes up requests, always the same from one seed."""

    def __init__(self, seed: int, host: str) -> None:
        self.chance = random.Random(seed)
        self.host = host

    def value(self) -> str:
        """Something for a place in an address, a field or a header."""
        kind = self.chance.random()
        if kind < 0.5:
            return self.chance.choice(HURTING)
        if kind < 0.75:
            return garbage(self.chance, 120)
        return self.chance.choice(REAL)

    def path(self, routes: tuple[str, ...]) -> bytes:
        """An address with values in its places: escaped, half escaped, or as they are."""
        route = self.chance.choice(routes)
        values = [self.value()[:7_000] for _ in range(route.count("{}"))]
        escape: Callable[[str], str] = self.chance.choice((_escaped, _escaped, _half, _bare))
        return route.format(*map(escape, values)).encode("utf-8", "surrogatepass")

    def attack(self) -> Attack:
        """A request of any kind."""
        kind = self.chance.random()
        if kind < 0.04:
            junk = garbage(self.chance, 300).encode("utf-8", "surrogatepass")
            return Attack(junk[: junk.find(b"\r\n\r\n") if b"\r\n\r\n" in junk else None] + b"\r\n\r\n")
        headers = {"host": self.host.encode(), "connection": b"close"}
        for _ in range(self.chance.randrange(3)):
            value = self.value()[:3_000].encode("utf-8", "surrogatepass")
            headers[self.chance.choice(HEADERS)] = bytes(b for b in value if b not in b"\r\n\x00")
        refused = self.chance.random() < 0.15
        method = b"POST" if refused or self.chance.random() < 0.5 else b"GET"
        if refused:
            headers |= self.chance.choice(
                (
                    {"host": b"evil.example"},
                    {"origin": b"https://evil.example"},
                    {"origin": b"null"},
                    {"sec-fetch-site": b"cross-site"},
                )
            )
        path, body = self.path(ROUTES), b""
        if method == b"POST":
            path, body = self.path(POSTED), self.form()
            headers.setdefault("content-type", FORM.encode())
            headers["content-length"] = str(len(body)).encode()
        lines = [method + b" " + path + b" HTTP/1.1", *(k.encode() + b": " + v for k, v in headers.items()), b"", b""]
        return Attack(b"\r\n".join(lines) + body, refused)

    def form(self) -> bytes:
        """A form of fields that there are, or what is none."""
        if self.chance.random() < 0.1:
            return garbage(self.chance, 2_000).encode("utf-8", "surrogatepass")
        fields = {self.chance.choice(FIELDS): self.value() for _ in range(self.chance.randint(1, 5))}
        if self.chance.random() < 0.5:
            fields["text"] = f"{self.chance.choice([*COMMANDS])} {self.value()}"
        return urlencode(fields, errors="surrogatepass").encode()


def _escaped(value: str) -> str:
    return quote(value, safe="", errors="surrogatepass")


def _half(value: str) -> str:
    return quote(value, safe="/:?#[]@!$&'()*+,;=%<>\"{}|\\^`", errors="surrogatepass")


def _bare(value: str) -> str:
    return "".join(sign for sign in value if sign not in " \r\n\t\x00\x0b\x0c")


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(LONG, marks=[pytest.mark.faults, pytest.mark.timeout(3600)])])
async def test_whatever_is_sent_is_answered_and_stays_text(count: int, store: Store) -> None:
    talk = Talk(store)
    talk.take(DRAFTS)
    talk.take(records(12, seed=7))
    for said in ("subscribe drafts", "digest now", "bookmark p1"):
        await talk.ok(said, person="local:me")
    async with served(store) as site:
        attacker, answered = Attacker(11, str(site.address)), Counter[int]()
        for _ in range(count):
            attack = attacker.attack()
            try:
                answer = await site.raw(attack.request)
            except Exception as error:
                raise AssertionError(f"{attack} was not answered") from error
            answered[answer.status] += 1
            assert answer.status < 500, (attack, answer)
            if attack.refused:  # an address with a line end in it belongs to no part of the page
                nowhere = (answer.status, answer.body) == (404, b"Not Found")
                assert nowhere or answer.status in {400, 403, 421}, (attack, answer)
            _stays_text(attack, answer)
        # Something of each kind came about, or this tested nothing.
        assert {200, 303, 400, 403, 404, 421} <= {*answered}, answered
        for name, path in VIEWS.items():
            _stays_text(name, await site.get(path))
    with store.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert connection.execute(text("SELECT count(*) FROM papers")).scalar() == 16


def _stays_text(of: Any, answer: Reply) -> None:
    """No element and no attribute but those that we write; nothing inline; no link but to pages and to the web."""
    html = answer.body.decode("utf-8")
    shown = answer.headers.get("content-type", "").startswith(("text/html", "text/event-stream"))
    if shown and any(sign in html for sign in INJECTED):  # reading all takes most of the time
        _is_ours(of, JustHTML(html, sanitize=False))
    where = answer.headers.get("location", "/")
    assert where.startswith("/"), (of, where)
    assert not where.startswith(("//", "/\\")), (of, where)


def _is_ours(of: Any, read: JustHTML) -> None:
    for each in read.query("*"):
        assert isinstance(each, Element)
        assert MARK not in each.name, (of, each.name)
        assert each.name not in {"iframe", "object", "embed", "style", "base"}, (of, each.name)
        assert each.name != "script" or (each.attrs.get("src") or "").startswith("/static/"), (of, each.attrs)
        for name, value in each.attrs.items():
            assert not name.startswith("on"), (of, name)
            assert name != "style", (of, value)
            assert MARK not in name, (of, name)
            if name in {"href", "src", "action"}:
                assert (value or "/").startswith(("/", "#", "http://", "https://")), (of, value)
                assert not (value or "").startswith(("//", "/\\")), (of, value)


@pytest.mark.parametrize("count", [SAMPLE, pytest.param(LONG, marks=[pytest.mark.faults, pytest.mark.timeout(3600)])])
async def test_without_the_token_nothing_is_had_whatever_is_sent(count: int, store: Store) -> None:
    Talk(store).take(DRAFTS)
    async with served(store, Settings(page=ANYWHERE, page_token=TOKEN)) as site:
        attacker = Attacker(12, str(site.address))
        for _ in range(count // 10):
            attack = attacker.attack()
            answer = await site.raw(attack.request)
            assert answer.status in {200, 303, 400, 401, 403, 404, 405, 421, 431}, (attack, answer)
            assert b"Speculative" not in answer.body, attack
            assert TOKEN.encode() not in answer.body, attack
            assert "set-cookie" not in answer.headers, attack
            if answer.status == 303:
                assert answer.headers["location"] == "/login", attack
    with store.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM channels")).scalar() == 0
