"""The demonstration: two channels, real commands, real editions, on a store that is thrown away."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from bot import ask
from bot.cli.frame import draw
from bot.commands.base import Answer, Asked, Desk
from bot.commands.parts import frequency
from bot.render.terminal import Screen
from bot.run import work
from bot.settings import Address, load
from bot.web import bound
from bot.wiring import desk, opened
from db import posts
from domain.errors import SettingsError
from domain.message import Heading, Message, Note, Span, line, plain
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


class _Show(Struct, frozen=True):
    """The desk, and how to ask it."""

    desk: Desk
    clock: Callable[[], datetime]
    screen: Screen
    runner: asyncio.Runner

    def say(self, channel: str, text: str) -> Answer:
        asked = Asked(ME, channel, self.clock(), manager=True)
        return self.runner.run(ask.say(self.desk, asked, text))

    def posts(self, channel: str, many: int) -> None:
        for post in self.runner.run(self.desk.store.read(posts.latest, channel, many)):
            click.echo()
            draw(post.message, self.screen)


def demonstrate(screen: Screen, *, serve: bool) -> None:
    """Show both digests; then, with `serve`, serve the page on the same store until SIGTERM or Ctrl-C."""
    logging.getLogger().setLevel(logging.ERROR)
    clock = _clock()
    with tempfile.TemporaryDirectory(prefix="paperround-demo-") as folder, asyncio.Runner() as runner:
        settings = replace(load(), database_url=f"sqlite:///{folder}/demo.db", timezone="UTC", sources={})
        with opened(settings) as store:
            show = _Show(desk(store, settings, clock), clock, screen, runner)
            intake = runner.run(import_file(store, SAMPLE, clock()))
            _welcome(show, intake.new, clock())
            for channel in CHANNELS:
                _round(show, channel)
            if serve and settings.page:
                free = replace(settings, page=_free(settings.page))
                runner.run(work(store, free, clock, lambda page: _open(show, page)))
            else:
                draw(Message.of(_next_steps()), show.screen)


def _free(wanted: Address) -> Address:
    """The wanted address, or where something else is served there already, one that the system chooses."""
    try:
        bound(wanted).close()
    except SettingsError:
        return replace(wanted, port=0)
    return wanted


def _open(show: _Show, page: str) -> None:
    told = line("Now you: open ", Span(page, "strong"), " in a browser. Ctrl-C ends.")
    draw(Message.of(Note(told)), show.screen)


def _clock() -> Callable[[], datetime]:
    started = time.monotonic()
    return lambda: LAST_DAY + timedelta(seconds=time.monotonic() - started)


def _welcome(show: _Show, papers: int, now: datetime) -> None:
    day = f"{now:%A}, {now.day} {now:%B %Y}"
    told = line(
        f"{papers} real papers of thirty days, told in our own words, in a store that is thrown away at the end. "
        "For this demonstration it is ",
        Span(day, "strong"),
        ", the last day of the sample.",
    )
    draw(Message.of(Heading("Paperround, the whole round on one machine"), Note(told)), show.screen)
    click.echo()


def _round(show: _Show, channel: str) -> None:
    for query in CHANNELS[channel]:
        found = _typed(show, channel, f"subscribe {query}").data["backtest"]
        often = frequency(found["per_day"], "day")
        click.echo(f"  {often} over the last {found['days']} days, at most {found['peak']}")
    schedule = _typed(show, channel, f"schedule {SCHEDULES[channel]}")
    for block in schedule.message.blocks:
        if isinstance(block, Note):
            click.echo(f"  {plain(block.text)}")
    sent = _typed(show, channel, "digest now")
    show.posts(channel, len(sent.data["deliveries"]))
    click.echo()


def _typed(show: _Show, channel: str, text: str) -> Answer:
    click.secho(f"{channel} $ /papers {text}", fg="cyan" if show.screen.coloured else None)
    return show.say(channel, text)


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
