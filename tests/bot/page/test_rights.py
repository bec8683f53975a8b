"""Rights on the page, asked over HTTP: every command and every view by each kind of visitor, as the table says."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio
from sqlalchemy import text
from starlette.routing import Mount, Route

from bot import forms
from bot.commands import COMMANDS
from bot.commands.rights import PEOPLE, Kind
from bot.local.page import served as routed
from bot.local.page.guard import COOKIE, OPEN, session
from bot.settings import Secret, Settings
from db import channels
from db.store import Store
from domain.schedule import Schedule
from tests.bot.page.site import ANYWHERE, HERE, Site, served
from tests.bot.page.views import CHAT
from tests.bot.test_rights_table import FORMS, said

READER, STRANGER = (kind for kind in PEOPLE if kind.platform == "local")
TOKEN = Secret("correct-horse-battery-staple")
LET_IN = {"cookie": f"{COOKIE}={session(TOKEN)}"}
ROOM = f"/channels/{HERE}"
# What takes away a subscription comes last: others are asked of it.
ORDERED = sorted(FORMS, key=lambda form: form.words in {"unsubscribe", "undo"})
SAID = {form.words: said(form).replace("allow everyone", "allow managers") for form in ORDERED}
REFUSED = re.compile(r"Only [^.]* may change")
# What the parts of a path may be; a view with another kind of part is missing here.
PARTS = {"name:path": HERE, "number:int": "1", "format": "csv", "paper": "p1", "name": "arxiv", "nowhere:path": "x"}


@dataclass(frozen=True)
class Visitor:
    """Somebody at the page: which of the table's kinds of people, what their requests carry, and what they get."""

    who: str
    kind: Kind = STRANGER
    status: int = 401
    headers: Mapping[str, str] = field(default_factory=dict)


KNOWN = (
    Visitor("who entered the token", READER, 200, LET_IN),
    Visitor("a program with the token", READER, 200, {"authorization": f"Bearer {TOKEN}"}),
)
UNKNOWN = (
    Visitor("who has no token"),
    Visitor("who guesses one", headers={"authorization": f"Bearer {TOKEN}x"}),
    Visitor("who was let in by another token", headers={"cookie": f"{COOKIE}={session('another-long-token-here')}"}),
    Visitor("who has the token for a cookie", headers={"cookie": f"{COOKIE}={TOKEN}"}),
    Visitor("who names the way in beside our host", headers={"host": "127.0.0.1/login?"}),
)


def foreign(own: Mapping[str, str]) -> tuple[Visitor, ...]:
    """What a browser is made to send by another site, with what makes its owner known."""
    script = {**own, "sec_fetch_site": "cross-site", "sec_fetch_mode": "cors"}
    return (
        Visitor("another site's form", status=403, headers={**own, "origin": "https://evil.example"}),
        Visitor("another site's script", status=403, headers=script),
        Visitor("a name that was pointed here", status=421, headers={**own, "host": "evil.example"}),
    )


@pytest_asyncio.fixture(loop_scope="session")
async def guarded(copied: Callable[[Path], Store], lived_in_page: Path) -> AsyncIterator[Site]:
    """The page with a token, on a store that somebody has used, whose channel only managers may change."""
    async with served(copied(lived_in_page), Settings(page=ANYWHERE, page_token=TOKEN)) as site:
        await site.say("allow managers")
        yield site


def kept(store: Store) -> dict[str, list[Sequence[object]]]:
    """Everything in the store but the numbers under which long buttons stand: whoever looks at a page may get some."""
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'papers_fts%' AND name <> 'tickets'"
    with store.reading() as connection:
        names = connection.execute(text(named)).scalars().all()
        return {name: [*connection.execute(text(f"SELECT * FROM {name}"))] for name in names}  # noqa: S608  # ours


async def told(site: Site, visitor: Visitor, words: str, status: int, room: str = ROOM) -> str:
    """What is answered to these words of this visitor."""
    answer = await site.post(room, {"text": words}, x_part="1", **visitor.headers)
    assert answer.status == status, (visitor.who, words, answer.text)
    return answer.text


def views(site: Site) -> Iterator[tuple[str, str]]:
    """Every view there is: its method and an address of it."""
    (mount,), _ = routed(site.desk, site.settings, lambda: site.now)
    assert isinstance(mount, Mount)
    for route in mount.app.app.routes:  # type: ignore[attr-defined]  # behind the guard
        path = re.sub(r"\{(.*?)\}", lambda part: PARTS[part[1]], route.path)
        for method in sorted({*(route.methods or ())} - {"HEAD"}) if isinstance(route, Route) else ("GET",):
            yield method, path if isinstance(route, Route) else f"{path}/page.css"


async def test_every_command_lets_in_whom_the_table_names(guarded: Site) -> None:
    assert {words.partition(" ")[0] for words in SAID} == {*COMMANDS}
    before = kept(guarded.store)
    for visitor in (*UNKNOWN, *foreign(LET_IN)):
        assert not visitor.kind.heard
        for words in SAID.values():
            assert "<article" not in await told(guarded, visitor, words, visitor.status), words
    assert kept(guarded.store) == before
    for visitor in KNOWN:
        assert visitor.kind.changes
        for words in SAID.values():
            answer = await told(guarded, visitor, words, visitor.status)
            assert not REFUSED.search(answer), (visitor.who, words)
            # The second one finds that done which the first one did.
            assert visitor is not KNOWN[0] or "That did not work" not in answer, (words, answer)
    assert kept(guarded.store) != before


async def test_without_a_token_everybody_at_this_machine_may_and_no_other_site(
    copied: Callable[[Path], Store], lived_in_page: Path
) -> None:
    async with served(copied(lived_in_page)) as site:
        await site.say("allow managers")
        before = kept(site.store)
        for visitor in foreign({}):
            for words in SAID.values():
                await told(site, visitor, words, visitor.status)
        assert kept(site.store) == before
        for words in SAID.values():
            assert not REFUSED.search(await told(site, Visitor("at this machine", READER), words, 200)), words
            # The channels of chats are theirs too: what the chat's own people may is asked there.
            assert not REFUSED.search(await told(site, KNOWN[0], words, 200, f"/channels/{CHAT}")), words


async def test_every_view_is_closed_to_whom_the_table_names_as_unheard(guarded: Site) -> None:
    before = kept(guarded.store)
    for method, path in views(guarded):
        sent = {"content-type": "application/x-www-form-urlencoded"} if method != "GET" else {}
        for visitor in (*UNKNOWN, *foreign(LET_IN)):
            answer = await guarded.ask(method, path, {**sent, **visitor.headers})
            link = method == "GET" and visitor.who == "another site's form"  # which is followed, as any
            if not link and not (visitor in UNKNOWN and path.startswith(OPEN)):
                assert answer.status == visitor.status, (method, path, visitor.who)
    assert kept(guarded.store) == before


async def test_the_form_of_the_schedule_is_for_the_same_people(guarded: Site) -> None:
    fields = {**forms.values(Schedule()), "limit": "3"}
    for visitor in (*UNKNOWN, *foreign(LET_IN), *KNOWN):
        answer = await guarded.post(f"/schedule/{HERE}", fields, **visitor.headers)
        assert answer.status == (303 if visitor.kind.changes else visitor.status), visitor.who
        channel = await guarded.store.read(channels.get, HERE)
        assert channel
        assert (channel.schedule.limit == 3) is visitor.kind.changes, visitor.who


async def test_looking_changes_nothing(guarded: Site) -> None:
    """Whoever can make somebody follow a link, from anywhere, does nothing by it."""
    before = kept(guarded.store)
    for method, path in views(guarded):
        if method == "GET":
            for words in ("unsubscribe 1", "digest now", "allow everyone", "bookmark p2"):
                query = f"?text={words}&command={words}&draft={words}&query={words}".replace(" ", "+")
                await guarded.ask(method, f"{path}{query}", LET_IN)
    assert kept(guarded.store) == before
