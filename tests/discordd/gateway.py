"""The gateway: sessions, their events by number, shards, heartbeats, and everything that goes wrong with them."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
import zlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.discordd import payloads
from tests.discordd.refusals import Json
from tests.discordd.world import Guild, World

DISPATCH, BEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 8, 9, 10, 11
UNKNOWN_ERROR, UNKNOWN_OP, DECODE, NOT_AUTHENTICATED, REFUSED_TOKEN = 4000, 4001, 4002, 4003, 4004
INVALID_SEQ, TOO_FAST, INVALID_SHARD, SHARDING_REQUIRED, INVALID_INTENTS, DISALLOWED_INTENTS = (
    4007, 4008, 4010, 4011, 4013, 4014,
)  # fmt: skip
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15  # members, presences, message content
ALL_INTENTS = (1 << 26) - 1
LARGEST, EVENTS, EVENT_SECONDS = 4096, 120, 60.0


@dataclass(eq=False)
class Session:
    """What a shard has been told; kept while it is away, to be resumed."""

    id: str
    shard: tuple[int, int]
    intents: int
    told: list[Json] = field(default_factory=list)
    socket: Socket | None = None


@dataclass(eq=False)
class Socket:
    """One connection. `stream` compresses all of it as one."""

    ws: web.WebSocketResponse
    transport: asyncio.Transport | None
    stream: Any = None
    session: Session | None = None
    sent: deque[float] = field(default_factory=deque)
    beats: int = 0

    async def send(self, payload: Json) -> None:
        text = json.dumps(payload)
        try:
            if self.stream is None:
                await self.ws.send_str(text)
            else:
                await self.ws.send_bytes(self.stream.compress(text.encode()) + self.stream.flush(zlib.Z_SYNC_FLUSH))
        except (ConnectionError, RuntimeError):
            return  # it is gone; what it missed is told when it resumes


class Gateway:
    """All sessions. `concurrency` shards may identify in `window` seconds; `deaf` acknowledges no heartbeats."""

    def __init__(self, world: World, token: str) -> None:
        self.world, self.token = world, token
        self.sessions: dict[str, Session] = {}
        self.sockets: set[Socket] = set()
        self.shards, self.concurrency, self.window = 1, 1, 5.0
        self.heartbeat_ms = 41_250
        self.starts = 1000
        self.deaf = False
        self.allowed_intents = ALL_INTENTS & ~PRIVILEGED
        self.identified: list[tuple[float, int]] = []
        self.resumed = 0
        self.broken: list[str] = []  # what a client did wrong
        self.changed = asyncio.Condition()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from hello to its end."""
        ws = web.WebSocketResponse(autoping=True)
        await ws.prepare(request)
        transport = request.transport
        socket = Socket(ws, transport if isinstance(transport, asyncio.Transport) else None)
        compress = request.query.get("compress", "")
        if request.query.get("v") != "10" or compress not in {"", "zlib-stream"}:
            await self._end(socket, UNKNOWN_OP, f"asks for v={request.query.get('v')} compress={compress}")
            return ws
        socket.stream = zlib.compressobj() if compress else None
        self.sockets.add(socket)
        try:
            await socket.send({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}, "s": None, "t": None})
            async for message in ws:
                if message.type is not WSMsgType.TEXT or not await self._heard(socket, message.data):
                    break
        finally:
            self.sockets.discard(socket)
            if socket.session and socket.session.socket is socket:
                socket.session.socket = None
            await self._tell()
        return ws

    async def _tell(self) -> None:
        async with self.changed:
            self.changed.notify_all()

    async def _end(self, socket: Socket, code: int, why: str) -> bool:
        self.broken.append(f"{code}: {why}")
        await socket.ws.close(code=code, message=why.encode()[:100])
        return False

    async def _heard(self, socket: Socket, text: str) -> bool:
        now = time.monotonic()
        socket.sent.append(now)
        while socket.sent[0] < now - EVENT_SECONDS:
            socket.sent.popleft()
        if len(socket.sent) > EVENTS:
            return await self._end(socket, TOO_FAST, f"more than {EVENTS} events in a minute")
        if len(text.encode()) > LARGEST:
            return await self._end(socket, DECODE, f"an event of {len(text)} bytes")
        said = json.loads(text)
        op, data = said.get("op"), said.get("d")
        if op == BEAT:
            socket.beats += 1
            if not self.deaf:
                await socket.send({"op": ACK, "d": None, "s": None, "t": None})
            return True
        if op == IDENTIFY:
            return await self._identify(socket, data)
        if op == RESUME:
            return await self._resume(socket, data)
        if socket.session is None:
            return await self._end(socket, NOT_AUTHENTICATED, f"op {op} before identify")
        if op == MEMBERS:
            chunk = {"guild_id": data["guild_id"], "members": [], "chunk_index": 0, "chunk_count": 1, "not_found": []}
            self.dispatch("GUILD_MEMBERS_CHUNK", chunk, socket.session)
            return True
        return op in {3, 4} or await self._end(socket, UNKNOWN_OP, f"unknown op {op}")

    async def _identify(self, socket: Socket, data: Json) -> bool:
        if data.get("token") != self.token:
            return await self._end_quietly(socket, REFUSED_TOKEN, "Authentication failed.")
        intents = int(data.get("intents", -1))
        if intents < 0 or intents & ~ALL_INTENTS:
            return await self._end(socket, INVALID_INTENTS, f"intents {intents}")
        if intents & ~self.allowed_intents:
            return await self._end(socket, DISALLOWED_INTENTS, f"privileged intents {intents & PRIVILEGED:b}")
        number, count = data.get("shard") or (0, 1)
        if not 0 <= number < count:
            return await self._end(socket, INVALID_SHARD, f"shard {number} of {count}")
        if count < self.shards:
            return await self._end(socket, SHARDING_REQUIRED, f"{count} shards where {self.shards} are wanted")
        now = time.monotonic()
        recent = [
            n
            for moment, n in self.identified
            if moment > now - self.window and n % self.concurrency == number % self.concurrency
        ]
        self.identified.append((now, number))
        self.starts -= 1
        if recent:
            self.broken.append(f"op 9: shard {number} identified too soon after {recent}")
            await socket.send({"op": INVALID, "d": False, "s": None, "t": None})
            return True
        session = Session(secrets.token_hex(16), (number, count), intents, socket=socket)
        self.sessions[session.id] = session
        socket.session = session
        guilds = [
            guild for guild in self.world.guilds.values() if guild.installed and self.shard(guild, count) == number
        ]
        self.dispatch(
            "READY",
            {
                "v": 10,
                "user": payloads.user(self.world.bot),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self.url,
                "shard": [number, count],
                "application": {"id": str(self.world.application), "flags": 0},
            },
            session,
        )
        for guild in guilds:
            if guild.available:
                self.dispatch("GUILD_CREATE", payloads.guild(guild, self.world), session)
        await self._tell()
        return True

    async def _end_quietly(self, socket: Socket, code: int, why: str) -> bool:
        await socket.ws.close(code=code, message=why.encode())
        return False

    async def _resume(self, socket: Socket, data: Json) -> bool:
        if data.get("token") != self.token:
            return await self._end_quietly(socket, REFUSED_TOKEN, "Authentication failed.")
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            await socket.send({"op": INVALID, "d": False, "s": None, "t": None})
            return True
        seq = int(data.get("seq") or 0)
        if seq > len(session.told):
            return await self._end(socket, INVALID_SEQ, f"seq {seq} of {len(session.told)}")
        self.resumed += 1
        socket.session = session
        for payload in session.told[seq:]:
            await socket.send(payload)
        session.socket = socket
        self.dispatch("RESUMED", {"_trace": []}, session)
        await self._tell()
        return True

    url = ""

    def shard(self, guild: Guild | None, count: int) -> int:
        """The shard that a guild belongs to; direct messages to the first."""
        return (guild.id >> 22) % count if guild else 0

    def dispatch(self, event: str, data: Json, session: Session) -> None:
        """Tell a session something, now or when it resumes."""
        payload = {"op": DISPATCH, "t": event, "s": len(session.told) + 1, "d": data}
        session.told.append(payload)
        if session.socket is not None:
            task = asyncio.create_task(session.socket.send(payload))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    _sending: set[asyncio.Task[None]] = set()  # noqa: RUF012  # held until they are done

    def tell(self, event: str, data: Json, guild: Guild | None) -> None:
        """Tell whoever is responsible for the guild."""
        if guild and not guild.installed and not event.startswith("GUILD_"):
            if event != "INTERACTION_CREATE":
                return
            guild = None  # somebody brought the application along: the first shard hears of it
        for session in self.sessions.values():
            number, count = session.shard
            if self.shard(guild, count) == number:
                self.dispatch(event, data, session)

    # Waiting, and trouble.

    def up(self) -> list[Session]:
        """The sessions that are connected."""
        return [session for session in self.sessions.values() if session.socket is not None]

    async def until(self, shards: int | None = None, *, resumed: int = 0, patience: float = 20.0) -> None:
        """Wait until so many shards are connected, after so many were resumed."""
        wanted = self.shards if shards is None else shards
        async with asyncio.timeout(patience), self.changed:
            await self.changed.wait_for(lambda: len(self.up()) >= wanted and self.resumed >= resumed)

    async def until_down(self, patience: float = 20.0) -> None:
        """Wait until nobody is connected."""
        async with asyncio.timeout(patience), self.changed:
            await self.changed.wait_for(lambda: not self.sockets)

    def drop(self) -> None:
        """Break every connection, as a cable does."""
        for socket in list(self.sockets):
            if socket.session:
                socket.session.socket = None
            if socket.transport:
                socket.transport.abort()

    async def reconnect(self) -> None:
        """Ask everybody to come again (op 7)."""
        for socket in list(self.sockets):
            await socket.send({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Say that the sessions are no good (op 9); what they missed is lost unless they may be resumed."""
        for socket in list(self.sockets):
            if socket.session and not resumable:
                self.sessions.pop(socket.session.id, None)
            await socket.send({"op": INVALID, "d": resumable, "s": None, "t": None})

    async def close(self, code: int) -> None:
        """Close every connection with a code."""
        for socket in list(self.sockets):
            await socket.ws.close(code=code)
