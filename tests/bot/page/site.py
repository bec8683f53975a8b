"""The page as it runs: served on a store, watched for news, and asked by browsers or byte by byte."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urlencode

from msgspec.structs import replace

from bot import ask
from bot.commands.base import Answer, Asked, Desk
from bot.local.page.page import ME
from bot.settings import Address, Settings
from bot.web import serving
from bot.wiring import RUN, desk, fronts
from db.store import Store
from tests.papers import NOW

HERE = "local:general"
ANYWHERE = Address("127.0.0.1", 0)
PATIENCE = 90.0  # seconds, which only an answer that never comes takes
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: header names in lower case; of a stream only its beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """The page at its address. `now` is the server's time, and may be moved on."""

    store: Store
    settings: Settings
    now: datetime = NOW
    address: Address = ANYWHERE
    desk: Desk = field(init=False)

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def at(self, path: str) -> str:
        """The whole address of a path."""
        return self.url + path

    def room(self, channel: str = HERE) -> str:
        """The address of a channel's page."""
        return self.at(f"/channels/{quote(channel, safe=':/')}")

    async def say(self, text: str, channel: str = HERE, person: str = ME) -> Answer:
        """What another process on the same store is asked: nothing of it is known here but by the store."""
        there = desk(self.store, self.settings, lambda: self.now)
        answer = await ask.say(there, Asked(person, channel, self.now, manager=True), text)
        assert "error" not in answer.data, f"{text}: {answer.data}"
        return answer

    async def get(self, path: str, **headers: str) -> Reply:
        """Ask for a path as it is written."""
        return await self.ask("GET", path, headers)

    async def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Reply:
        """Submit a form."""
        sent = {"content-type": FORM, **headers}
        return await self.ask("POST", path, sent, urlencode(fields or {}).encode())

    async def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Send exactly this; `_` in headers' names stands for `-`."""
        sent = {"host": str(self.address), "connection": "close"}
        sent |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
        if body or method != "GET":
            sent.setdefault("content-length", str(len(body)))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        return await self.raw("\r\n".join(lines).encode("utf-8", "surrogatepass") + body)

    async def raw(self, request: bytes) -> Reply:
        """Send these bytes, and read what comes back."""
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(self.address.host, self.address.port)
            try:
                writer.write(request)
                await writer.drain()
                return await _reply(reader)
            finally:
                writer.close()
                with contextlib.suppress(ConnectionError):
                    await writer.wait_closed()


async def _reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in head[1:] if line)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    if headers.get("content-type", "").startswith("text/event-stream"):
        body = await reader.readuntil(b"\r\n\r\n")
    else:
        body = await reader.readexactly(int(headers["content-length"])) if "content-length" in headers else b""
    return Reply(int(head[0].split()[1]), headers, body)


@asynccontextmanager
async def served(
    store: Store, settings: Settings | None = None, sources: Sequence[str] = ("arxiv", "folder")
) -> AsyncIterator[Site]:
    """The page on this store, with what looks for news, as `run` has it; at any free port."""
    site = Site(store, settings or Settings(page=ANYWHERE, timezone="UTC"))
    there = fronts(site.settings, store, lambda: site.now)
    site.desk = here = replace(desk(store, site.settings, lambda: site.now, there, RUN), sources=tuple(sources))
    assert site.settings.page
    async with serving(site.settings.page, there["local"].routes(here)) as site.address:
        listening = asyncio.create_task(there["local"].listen(here))
        try:
            yield site
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
