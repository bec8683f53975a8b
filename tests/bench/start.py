"""Starting and idling: how long until the first answer, and how much memory `run` takes when nothing happens."""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from tests.bench.frame import Bench
from tests.bench.match import memory
from tests.discordd.people import Person
from tests.discordd.server import running as discord
from tests.discordd.state import TOKEN
from tests.discordd.world import MANAGE_CHANNELS
from tests.shared import ROOT
from tests.slackd.fixture import MANIFEST, judged

TIMES, IDLE_SECONDS = 7, 8.0
PATIENCE, LOOK_SECONDS = 60.0, 0.02
_COMMAND = [sys.executable, "-m", "bot.cli"]
_ADDRESS = re.compile(rb" ready: page (\S+),")
Asking = Callable[[str], Awaitable[object]]


def measure(bench: Bench) -> None:
    """Start it on a store of so many papers, in every way there is."""
    store = bench.store()
    store.close()
    asked = ("command", "s, median", "s, worst")
    bench.report.table("On the command line", asked, [searched(store.path)], "command-line")
    head = ("platform", "ready after s", "first answer after s", "MB resident, idle")
    bench.report.table("`run`, from its start", head, asyncio.run(rows(store.path)), "start")


def searched(path: Path) -> tuple[str, ...]:
    """How long `paperround search` takes in all."""
    took = []
    for _ in range(TIMES + 1):
        started = time.perf_counter()
        subprocess.run([*_COMMAND, "search", "language model"], env=_environment(path), check=True, capture_output=True)
        took.append(time.perf_counter() - started)
    del took[0]  # what the disk had not read yet
    return "search", f"{statistics.median(took):.2f}", f"{max(took):.2f}"


async def rows(path: Path) -> list[tuple[str, ...]]:
    """For each platform alone: when it is ready, when it has answered, and what it takes when idle."""
    return [await _page(path), await _slack(path), await _discord(path)]


async def _page(path: Path) -> tuple[str, ...]:
    async def ask(address: str) -> None:
        wanted = Request(f"{address}/complete/local:general?text=search%20mod")  # noqa: S310  # our own page
        await asyncio.to_thread(lambda: urlopen(wanted, timeout=PATIENCE).read())  # noqa: S310  # as above

    return await _run("the page", path, ask)


async def _slack(path: Path) -> tuple[str, ...]:
    async with judged(MANIFEST) as slackd:
        workspace = slackd.workspace()
        room = workspace.room("papers")
        ada = workspace.person("ada")

        async def ask(_: str) -> None:
            await ada.types(room, "search language model").answer()

        tokens = {"SLACK_BOT_TOKEN": workspace.team.token, "SLACK_APP_TOKEN": slackd.hub.app_token}
        return await _run("Slack", path, ask, PAPERROUND_SLACK_API_URL=slackd.api, PAPERROUND_PAGE="off", **tokens)


async def _discord(path: Path) -> tuple[str, ...]:
    async with discord() as server:
        guild = server.world.guild("Lab", server.world.user("owner"))
        place = server.world.place(guild, "papers")
        boss = Person(server, "boss").join(guild, MANAGE_CHANNELS)

        async def ask(_: str) -> None:
            await server.gateway.until()
            while not server.commands:  # noqa: ASYNC110  # which come after that, and nothing tells it
                await asyncio.sleep(LOOK_SECONDS)
            await boss.slash(place, "search", query="language model")

        return await _run(
            "Discord", path, ask, PAPERROUND_DISCORD_API_URL=server.api, DISCORD_TOKEN=TOKEN, PAPERROUND_PAGE="off"
        )


async def _run(name: str, path: Path, ask: Asking, **settings: str) -> tuple[str, ...]:
    started = time.perf_counter()
    async with _running(path, settings) as (process, address):
        ready = time.perf_counter() - started
        await asyncio.wait_for(ask(address), PATIENCE)
        answered = time.perf_counter() - started
        await asyncio.sleep(IDLE_SECONDS)
        resident = memory("VmRSS", str(process.pid))
    return name, f"{ready:.2f}", f"{answered:.2f}", f"{resident:.0f}"


@asynccontextmanager
async def _running(path: Path, settings: dict[str, str]) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        *_COMMAND, "run", env=_environment(path) | settings, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr is not None
    try:
        while not (found := _ADDRESS.search(line := await asyncio.wait_for(process.stderr.readline(), PATIENCE))):
            if not line:
                raise AssertionError("`run` ended before it was ready")
        yield process, found[1].decode()
    finally:
        process.terminate()
        await process.communicate()


def _environment(path: Path) -> dict[str, str]:
    here = {"PATH": os.defpath, "HOME": str(path.parent), "PYTHONPATH": str(ROOT)}
    return {**here, "PAPERROUND_DATABASE_URL": f"sqlite:///{path}", "PAPERROUND_PAGE": "127.0.0.1:0"}
