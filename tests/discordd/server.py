"""The server: requests in, checked, counted, perhaps troubled, answered."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.discordd import application, callbacks, channels, messages, spec
from tests.discordd.faults import Fault
from tests.discordd.refusals import UNAUTHORIZED, Form, Json, Refused, refuse
from tests.discordd.state import TOKEN, Call, Handler, State, shown

ROUTES: dict[str, Handler] = application.ROUTES | channels.ROUTES | messages.ROUTES | callbacks.ROUTES
PREFIX = "/api/v10"
MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_token")
LARGEST = 25 * 1024 * 1024


@dataclass(eq=False, repr=False)
class Request:
    """What was asked and how it was answered; `started` is by the monotonic clock."""

    route: str
    ids: dict[str, str]
    body: Any
    started: float
    status: int = 0
    code: int = 0
    why: str = ""
    injected: bool = False


@dataclass(eq=False, repr=False)
class Discordd(State):
    """The running server. What it refused by itself and nobody said they expect stands in `unexpected`.

    `described`: Discord's own description is held against every body too, which takes longer than all the rest.
    """

    address: str = ""
    described: bool = True
    requests: list[Request] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    @property
    def api(self) -> str:
        """What PAPERROUND_DISCORD_API_URL is set to."""
        return f"http://{self.address}{PREFIX}"

    def expect(self, *codes: int) -> None:
        """Refusals by these codes (or statuses, where there is none) are what the test is about."""
        self.expected.update(codes)

    def asked(self, route: str) -> list[Request]:
        """The requests of one route, in order."""
        return [each for each in self.requests if each.route == route]

    def complaints(self) -> list[str]:
        """What a test must not leave behind."""
        gateway = [] if {4000} & self.expected else self.gateway.broken
        return [*self.unexpected, *gateway]

    async def handle(self, route: str, handler: Handler, request: web.Request) -> web.StreamResponse:
        """One request, from its arrival to its answer."""
        ids = dict(request.match_info)
        noted = Request(route, ids, None, time.monotonic())
        self.requests.append(noted)
        major = ids.get("channel_id") or ids.get("guild_id") or ids.get("webhook_token") or ""
        fault = self.faults.next(route, major)
        headers: dict[str, str] = {}
        try:
            if fault and fault.wait:
                await fault.wait.wait()
            if fault and fault.drop and not fault.done:
                return self._cut(request, noted)
            headers = self._admitted(route, ids, request)
            if fault and fault.refusal and not fault.done:
                raise fault.refusal
            call = await self._read(route, ids, request, fault)
            noted.body = call.body
            status, body = await handler(self, call)
            if fault and fault.then:
                fault.then()
            if fault and fault.drop:
                return self._cut(request, noted)
            if fault and fault.refusal:
                raise fault.refusal
        except Refused as refused:
            return self._refused(refused, noted, headers, injected=fault is not None and refused is fault.refusal)
        noted.status = status
        return _said(status, body, headers)

    def _admitted(self, route: str, ids: dict[str, str], request: web.Request) -> dict[str, str]:
        interaction = "interaction_token" in ids or "webhook_token" in ids
        if not interaction and (self.revoked or request.headers.get("Authorization") != f"Bot {TOKEN}"):
            self.rates.count_invalid()
            raise UNAUTHORIZED
        major = "/".join(ids[name] for name in MAJOR if name in ids)
        return self.rates.take(route, major, interaction=interaction)

    async def _read(self, route: str, ids: dict[str, str], request: web.Request, fault: Fault | None) -> Call:
        files: list[tuple[str, bytes]] = []
        body: Any = None
        if request.content_type == "multipart/form-data":
            async for part in await request.multipart():
                assert isinstance(part, BodyPartReader), "none is nested"
                content = bytes(await part.read())
                name = str(part.name)
                if name == "payload_json":
                    body = json.loads(content)
                elif re.fullmatch(r"files\[\d\]", name):
                    files.append((str(part.filename), content))
        elif request.can_read_body and (text := await request.text()):
            try:
                body = json.loads(text)
            except ValueError:
                refuse(50109)
            # A lone surrogate has no UTF-8, so nobody can have sent one as text.
            if re.search(r"\\ud[89ab]..(?!\\ud[c-f])", text, re.IGNORECASE):
                refuse(50109)
        method, _, path = route.partition(" ")
        problems = spec.problems(method, path, body) if self.described else []
        form = Form()
        for problem in problems:
            form.bad("", "SPEC", problem)
        form.check()
        return Call(route, ids, body, dict(request.query), files, fault)

    def _cut(self, request: web.Request, noted: Request) -> web.StreamResponse:
        noted.why, noted.injected = "dropped", True
        if isinstance(request.transport, asyncio.Transport):
            request.transport.abort()
        return web.Response()

    def _refused(self, refused: Refused, noted: Request, headers: dict[str, str], *, injected: bool) -> web.Response:
        noted.status, noted.code = refused.status, int(refused.body.get("code") or 0)
        noted.why, noted.injected = shown(refused.body), injected
        if refused.status == 403 and not injected:
            self.rates.count_invalid()
        if not injected and not {noted.code or noted.status} & self.expected:
            self.unexpected.append(f"{noted.route} {noted.ids} → {refused.status} {noted.why}\n    {shown(noted.body)}")
        if "X-Banned" in refused.headers:
            return web.Response(
                status=429, text="<html>banned</html>", content_type="text/html", headers=refused.headers
            )
        return _said(refused.status, refused.body, headers | refused.headers)


def _said(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    if status == 204:
        return web.Response(status=204, headers=headers)
    # discord.py reads JSON only if the type is this and nothing else.
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers=headers | {"Content-Type": "application/json"}
    )


def _handler(server: Discordd, route: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answered(request: web.Request) -> web.StreamResponse:
        return await server.handle(route, handler, request)

    return answered


async def _unknown(server: Discordd, request: web.Request) -> web.StreamResponse:
    server.unexpected.append(f"{request.method} {request.path} is not known here")
    body: Json = {"message": "404: Not Found", "code": 0}
    return _said(404, body, {})


@asynccontextmanager
async def running() -> AsyncIterator[Discordd]:
    """A server on a free port of this machine, until the end."""
    server = Discordd()
    app = web.Application(client_max_size=LARGEST)
    # What is named in full comes before what is named by a number.
    for route in sorted(ROUTES, key=lambda each: "{message_id}" in each or "{user_id}" in each):
        method, _, path = route.partition(" ")
        app.router.add_route(method, PREFIX + path, _handler(server, route, ROUTES[route]))
    app.router.add_get("/gateway", server.gateway.serve)
    app.router.add_get("/gateway/", server.gateway.serve)

    async def unknown(request: web.Request) -> web.StreamResponse:
        return await _unknown(server, request)

    app.router.add_route("*", "/{rest:.*}", unknown)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sockets = site._server.sockets  # type: ignore[union-attr]  # it has started
    server.address = "127.0.0.1:" + str(sockets[0].getsockname()[1])
    server.gateway.url = f"ws://{server.address}/gateway"
    try:
        yield server
    finally:
        await server.gateway.close(1001)
        await runner.cleanup()
