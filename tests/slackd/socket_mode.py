"""Socket Mode: connections that are greeted, warned and closed, and envelopes that go to any one of them."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

from aiohttp import WSMsgType, web

from tests.slackd.envelopes import Envelope, Lost
from tests.slackd.hub import Hub
from tests.slackd.refused import Json, Refusal

CONNECTIONS = 10


class Connection:
    """One WebSocket of the app."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.acks: dict[str, asyncio.Future[Json]] = {}
        self.closed = asyncio.get_running_loop().create_future()

    def end(self) -> None:
        """Nothing more comes of this one."""
        for ack in self.acks.values():
            if not ack.done():
                ack.set_exception(Lost("http_error"))
        if not self.closed.done():
            self.closed.set_result(None)


class SocketMode:
    """The app's connections."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.open: list[Connection] = []
        self.made = 0

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET /link: a connection, by an address that was given out and not used yet."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.hub.tickets:
            self.hub.refusals.append(Refusal("socket", "invalid_ticket", ("the address was used before",)))
            return web.Response(status=404)
        self.hub.tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(socket, request)
        if len(self.open) >= CONNECTIONS:
            await self._say(connection, {"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        self.open.append(connection)
        self.made += 1
        hello = {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 3600},
            "connection_info": {"app_id": self.hub.app_id},
        }
        try:
            await self._say(connection, hello)
            self.hub.changes.tell()
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(connection, json.loads(message.data))
        finally:
            if connection in self.open:
                self.open.remove(connection)
            connection.end()
            self.hub.changes.tell()
        return socket

    def _acknowledged(self, connection: Connection, said: Json) -> None:
        ack = connection.acks.pop(str(said.get("envelope_id")), None)
        if ack is not None and not ack.done():
            ack.set_result(said.get("payload") or {})

    @staticmethod
    async def _say(connection: Connection, said: Any) -> None:
        await connection.socket.send_str(json.dumps(said))

    async def deliver(self, envelope: Envelope, attempt: int, reason: str, patience: float) -> Json:
        """Send to any one of the connections, and wait for the acknowledgement."""
        name = secrets.token_hex(16)
        try:
            async with asyncio.timeout(patience):
                while not self.open:
                    await self.hub.changes.until(lambda: self.open, patience + 1, "a connection")
                connection = self.open[secrets.randbelow(len(self.open))]
                ack = connection.acks[name] = asyncio.get_running_loop().create_future()
                said = {
                    "envelope_id": name,
                    "type": envelope.kind,
                    "payload": envelope.payload,
                    "accepts_response_payload": envelope.accepts,
                }
                if attempt:
                    said |= {"retry_attempt": attempt, "retry_reason": reason}
                await self._say(connection, said)
                reply: Json = await ack
        except (TimeoutError, ConnectionError, Lost) as error:
            for each in self.open:
                each.acks.pop(name, None)
            raise Lost("timeout" if isinstance(error, TimeoutError) else "http_error") from None
        envelope.heard()
        return reply

    async def warn(self, reason: str = "warning") -> None:
        """Say to every connection that it will be closed soon, as Slack does every few hours, or at a refresh."""
        for connection in list(self.open):
            await self._say(connection, {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}})

    async def cut(self) -> None:
        """Lose every connection, without a word."""
        gone = list(self.open)
        for connection in gone:
            if connection.request.transport is not None:
                connection.request.transport.abort()
        for connection in gone:
            await connection.closed
