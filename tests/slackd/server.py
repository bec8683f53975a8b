"""The server itself: HTTP and WebSockets on loopback."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests.slackd import access, chat
from tests.slackd.calls import METHODS, answer
from tests.slackd.envelopes import Sending
from tests.slackd.faults import Answered, Dropped, Slow
from tests.slackd.http_mode import HttpMode
from tests.slackd.hub import RESPONSE_SECONDS, RESPONSE_USES, Hub, Interaction
from tests.slackd.people import Workspace
from tests.slackd.refused import Json, Refused
from tests.slackd.socket_mode import SocketMode
from tests.slackd.world import Member, Post, Team, new_id

_AS_JSON = {"blocks", "metadata", "view", "attachments", "unfurls", "files"}
LARGEST = 10_000_000


class Slackd:
    """A Slack. `api` is what `https://slack.com/api/` is for the real one."""

    def __init__(self, manifest: Json, scale: float = 1.0) -> None:
        self.hub = Hub(manifest, scale)
        self.sockets = SocketMode(self.hub)
        self.sending = Sending(self.hub, self.sockets)
        self.session: aiohttp.ClientSession | None = None

    @property
    def api(self) -> str:
        return f"{self.hub.origin}/api/"

    @property
    def browser(self) -> aiohttp.ClientSession:
        """What people's browsers, and Slack itself, use to reach the app."""
        assert self.session is not None, "not running"
        return self.session

    def workspace(self, name: str = "lab", *, installed: bool = True) -> Workspace:
        """A new team; the app is in it unless told otherwise."""
        team = Team(new_id("T"), name, Member(new_id("U"), "paperround", "UTC", bot=True))
        team.members[team.bot.id] = team.bot
        self.hub.teams[team.id] = team
        if installed:
            access.install(self.hub, team)
        return Workspace(self.hub, self.sending, self.browser, team)

    def deliver_to(self, address: str) -> HttpMode:
        """From now on, tell the app over HTTP."""
        self.sending.way = way = HttpMode(self.hub, address, self.browser)
        return way

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Slackd]:
        """Serve, on a port of its own."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/actions/{team}/{number}/{secret}", self._respond)
        app.router.add_post("/upload/v1/{file}", self._upload)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        port = runner.addresses[0][1]
        self.hub.origin = f"http://127.0.0.1:{port}"
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as self.session:
            try:
                yield self
            finally:
                await self.sending.stop()
                await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args = await _args(request, json_taken=method not in METHODS or METHODS[method].json)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if request.headers.get("Authorization", "").startswith("Basic "):
            name, _, secret = base64.b64decode(request.headers["Authorization"][6:]).decode().partition(":")
            args |= {"client_id": name, "client_secret": secret}
        elif method != "apps.connections.open":
            token = token or str(args.pop("token", ""))
        fault = self.hub.fault(method, args)
        match fault:
            case Slow(seconds):
                await asyncio.sleep(seconds)
            case Answered():
                return _wrong(fault)
            case Dropped(taken=False):
                return _dropped(request)
        before = {id(post) for team in self.hub.teams.values() for post in team.posts()} if fault else set()
        said, after = answer(self.hub, method, token, args)
        new = (
            [post for team in self.hub.teams.values() for post in team.posts() if id(post) not in before]
            if fault
            else []
        )
        if isinstance(fault, Dropped):
            for post in new:
                post.found_from = self.hub.now() + fault.hidden
            return _dropped(request)
        if method == "chat.postMessage" and said["ok"]:
            self.hub.stored(self._stored(said))
        if after is not None:
            return web.json_response(said, status=429, headers={"Retry-After": str(after)})
        return web.json_response(said, headers={"X-Slack-Req-Id": str(self.hub.number())})

    def _stored(self, said: Json) -> Post:
        rooms = [room for team in self.hub.teams.values() for room in team.rooms.values() if room.id == said["channel"]]
        return next(post for post in reversed(rooms[0].posts) if post.ts == said["ts"])

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        number, secret = int(request.match_info["number"]), request.match_info["secret"]
        args = await _args(request)
        try:
            fault = self.hub.fault("response_url", args)
            if isinstance(fault, Slow):
                await asyncio.sleep(fault.seconds)
            elif isinstance(fault, Answered):
                return _wrong(fault)
            self._said(self._answering(number, secret), args)
        except Refused as no:
            self.hub.refuse("response_url", no, args)
            status = 404 if no.error.endswith("_url") else 400
            return web.json_response({"ok": False, "error": no.error}, status=status)
        return web.Response(text="ok")

    def _answering(self, number: int, secret: str) -> Interaction:
        found = self.hub.interactions.get(number)
        if found is None or found.secret != secret:
            raise Refused("invalid_url")
        if self.hub.now() - found.at > RESPONSE_SECONDS:
            raise Refused("expired_url")
        if found.response_uses >= RESPONSE_USES:
            raise Refused("used_url")
        found.response_uses += 1
        return found

    def _said(self, found: Interaction, args: Json) -> None:
        if found.room is None:
            raise Refused("channel_not_found")
        if args.get("delete_original"):
            if found.origin is None:
                raise Refused("message_not_found")
            found.origin.deleted = True
            self.hub.changes.tell()
            return
        chat.checked(self.hub, args)
        if args.get("replace_original") and found.origin is not None:
            found.origin.asked = found.number
            chat.change(self.hub, found.origin, args)
            return
        kind = args.get("response_type", "ephemeral")
        if kind not in {"ephemeral", "in_channel"}:
            raise Refused("invalid_arguments", f"response_type {kind}")
        only_for = found.person.id if kind == "ephemeral" else ""
        thread = args.get("thread_ts") or ""
        chat.show(self.hub, found.team, found.room, args, only_for=only_for, asked=found.number, thread_ts=thread)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = self.hub.uploads.get(request.match_info["file"])
        body = await request.read()
        if request.content_type == "multipart/form-data":
            return web.Response(status=415)
        if file is None or len(body) != file["size"]:
            self.hub.refuse("upload", Refused("length_mismatch"), {"bytes": len(body)})
            return web.Response(status=400, text="length mismatch")
        file["content"] = body
        return web.Response(text=f"OK - {len(body)}")

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """What a person's browser gets; who approves is named by the cookie `person`."""
        given = request.query
        wanted = {scope for scope in given.get("scope", "").split(",") if scope}
        problem = ""
        if given.get("client_id") != self.hub.client_id:
            problem = "invalid_client_id"
        elif wanted != access.scopes(self.hub.manifest):
            problem = f"invalid_scope: {sorted(wanted ^ access.scopes(self.hub.manifest))}"
        elif not given.get("state"):
            problem = "no state: anybody could install into somebody's session"
        if problem:
            self.hub.refuse("authorize", Refused(problem), dict(given))
            return web.Response(status=400, text=problem)
        team, person = request.cookies["person"].split("/")
        code = f"code-{self.hub.number()}-{team}"
        self.hub.codes[code] = (team, person, given.get("redirect_uri", ""))
        target = given.get("redirect_uri") or self.hub.manifest["oauth_config"]["redirect_urls"][0]
        raise web.HTTPFound(f"{target}?{urlencode({'code': code, 'state': given['state']})}")


def _wrong(fault: Answered) -> web.Response:
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    if fault.body is not None or not fault.error:
        return web.Response(status=fault.status, text=fault.body or "upstream connect error", headers=headers)
    return web.json_response({"ok": False, "error": fault.error}, status=fault.status, headers=headers)


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _args(request: web.Request, *, json_taken: bool = True) -> Json:
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        told = json.loads(await request.text() or "{}")
        args |= told if isinstance(told, dict) and json_taken else {}
    else:
        args |= dict(await request.post())
    for name in _AS_JSON & set(args):
        if isinstance(args[name], str):
            args[name] = json.loads(args[name])
    return args
