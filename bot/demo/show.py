"""The demonstration: two channels, real commands, real editions, on a store that is thrown away."""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot import ask
from bot.commands.base import Answer, Asked, Desk
from bot.render.terminal import terminal
from bot.settings import Settings
from bot.wiring import desk, opened
from db import posts
from domain.channel import channel_id
from domain.errors import PaperroundError
from domain.message import Heading, Message, Note, Span, line
from sources.ingest import import_file

SAMPLE = Path(__file__).parent / "papers.jsonl"
LAST_DAY = datetime(2025, 9, 29, 16, 30, tzinfo=UTC)  # of the sample
ME = "local:me"
CHANNELS = {
    "local:language-models": (
        '"speculative decoding" OR "draft model" OR "KV cache"',
        'reasoning "reinforcement learning" -survey cat:cs.CL',
        "hallucination* OR factuality",
    ),
    "local:robotics": (
        "manipulation cat:cs.RO",
        '"vision-language-action" OR VLA',
        "navigation robot -survey",
    ),
}
SCHEDULES = {
    "local:language-models": "weekdays 09:00 Europe/Paris limit 5",
    "local:robotics": "mon,wed,fri 18:30 America/New_York limit 8 layout compact",
}


async def demonstrate(*, prompt: bool, console: Console | None = None) -> None:
    """Show both digests; then, with `prompt`, take commands until the person leaves."""
    console = console or Console(highlight=False)
    logging.getLogger().setLevel(logging.ERROR)
    clock = _clock()
    with tempfile.TemporaryDirectory(prefix="paperround-demo-") as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/demo.db")
        with opened(settings) as store:
            here = desk(store, settings, clock)
            intake = await import_file(store, SAMPLE, clock())
            _welcome(console, intake.new, clock())
            for channel in CHANNELS:
                await _round(here, channel, clock, console)
            if prompt:
                await _talk(here, clock, console)
            else:
                terminal(Message.of(_next_steps()), console)


def _clock() -> Callable[[], datetime]:
    started = time.monotonic()
    return lambda: LAST_DAY + timedelta(seconds=time.monotonic() - started)


def _welcome(console: Console, papers: int, now: datetime) -> None:
    day = f"{now:%A}, {now.day} {now:%B %Y}"
    told = line(
        f"{papers} real papers of thirty days, told in our own words, in a store that is thrown away at the end. "
        "For this demonstration it is ",
        Span(day, "strong"),
        ", the last day of the sample.",
    )
    terminal(Message.of(Heading("Paperround, the whole round on one machine"), Note(told)), console)
    console.print()


async def _round(here: Desk, channel: str, clock: Callable[[], datetime], console: Console) -> None:
    for query in CHANNELS[channel]:
        console.print(f"{channel} $ /papers subscribe {query}", style="cyan", markup=False)
        answer = await _say(here, channel, f"subscribe {query}", clock)
        found = answer.data["backtest"]
        console.print(f"  {found['per_day']:g} papers a day over the last {found['days']} days, peak {found['peak']}")
    console.print(f"{channel} $ /papers schedule {SCHEDULES[channel]}", style="cyan", markup=False)
    schedule = await _say(here, channel, f"schedule {SCHEDULES[channel]}", clock)
    console.print(f"  next digest {schedule.data['next']}")
    console.print(f"{channel} $ /papers digest now", style="cyan", markup=False)
    await _say(here, channel, "digest now", clock)
    for post in await here.store.read(posts.latest, channel):
        console.print()
        terminal(post.message, console)
    console.print()


async def _say(here: Desk, channel: str, text: str, clock: Callable[[], datetime]) -> Answer:
    return await ask.say(here, Asked(ME, channel, clock(), manager=True), text)


def _next_steps() -> Note:
    return Note(
        line(
            "Next: ",
            Span("paperround import PAGE…", "code"),
            ", ",
            Span("paperround search QUERY", "code"),
            ", ",
            Span("paperround subscribe local:general QUERY", "code"),
            " and ",
            Span("paperround run", "code"),
            ".",
        )
    )


async def _talk(here: Desk, clock: Callable[[], datetime], console: Console) -> None:
    channel = next(iter(CHANNELS))
    told = line(
        "Now you. Try ",
        Span("/papers search speclative decoding", "code"),
        ", ",
        Span("/papers help", "code"),
        ", ",
        Span("/channel local:robotics", "code"),
        "; an empty line or Ctrl-D ends.",
    )
    terminal(Message.of(Note(told)), console)
    while True:
        try:
            typed = console.input(f"{channel} $ ", markup=False).strip()
        except (EOFError, KeyboardInterrupt):
            break
        if typed in {"", "quit", "exit", "/quit"}:
            break
        if typed.startswith("/channel "):
            channel = _channel(typed.removeprefix("/channel "), channel, console)
            continue
        answer = await _say(here, channel, typed.removeprefix("/papers").strip(), clock)
        console.print()
        terminal(answer.message, console)
        if not answer.private:
            for post in (await here.store.read(posts.latest, channel))[-len(answer.data.get("deliveries", ())) :]:
                terminal(post.message, console)
        console.print()


def _channel(text: str, current: str, console: Console) -> str:
    try:
        return channel_id(text)
    except PaperroundError as error:
        console.print(str(error), markup=False)
        return current
