"""The one web server: the page, and what platforms answer over HTTP."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.settings import Address
from domain.errors import SettingsError

log = logging.getLogger(__name__)

END_SECONDS = 3  # for answers under way at the end; streams are told to end at once
BACKLOG = 256


class _Server(uvicorn.Server):
    """Signals are the process's, not the server's: it ends when it is told to. `ready` once it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(address: Address, routes: Sequence[BaseRoute]) -> AsyncIterator[Address]:
    """Serve these routes; yields the address once they are. Raises SettingsError where it cannot be had."""
    listener = bound(address)
    config = uvicorn.Config(
        Starlette(routes=list(routes)),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # nobody's word for where they come from is taken
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=END_SECONDS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await server.ready.wait()
        yield Address(address.host, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await task
        listener.close()


def bound(address: Address) -> socket.socket:
    """A socket that listens there. Raises SettingsError where the address cannot be had."""
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((address.host, address.port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = f"{error.strerror}".partition(" (while")[0]  # Python adds the address
        raise SettingsError(
            f"The page cannot be served at {address}: {why}.",
            "Stop what listens there, set PAPERROUND_PAGE to another address, or to off.",
        ) from None
