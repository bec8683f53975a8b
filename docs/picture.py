"""Draws docs/digest.svg, the picture in the README: the demonstration's first digest as a terminal shows it.

When the look of a digest changes: `.venv/bin/python docs/picture.py`
"""

from __future__ import annotations

import asyncio
import io
import re
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot import ask
from bot.commands.base import Asked
from bot.demo.show import CHANNELS, LAST_DAY, ME, SAMPLE, SCHEDULES
from bot.render.terminal import Screen, terminal
from bot.settings import Settings
from bot.wiring import desk, opened
from db import posts
from domain.message import Message
from sources.ingest import import_file

PICTURE = Path(__file__).parent / "digest.svg"
CHANNEL = next(iter(CHANNELS))
COLUMNS = 100


async def digest() -> Message:
    """The first message that the demonstration sends."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/picture.db")
        with opened(settings) as store:
            here, asked = desk(store, settings, lambda: LAST_DAY), Asked(ME, CHANNEL, LAST_DAY, manager=True)
            await import_file(store, SAMPLE, LAST_DAY)
            for query in CHANNELS[CHANNEL]:
                await ask.say(here, asked, f"subscribe {query}")
            await ask.say(here, asked, f"schedule {SCHEDULES[CHANNEL]}")
            await ask.say(here, asked, "digest now")
            return (await store.read(posts.latest, CHANNEL))[0].message


def draw() -> str:
    """The picture, the same for the same digest on every machine."""
    console = Console(
        record=True,
        width=COLUMNS,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        _environ={},
    )
    shown = terminal(asyncio.run(digest()), Screen(COLUMNS, watched=True, styled=True, coloured=True))
    console.print(Text.from_ansi(shown), end="")
    svg = console.export_svg(title=f"paperround · {CHANNEL}", unique_id="digest")
    # A picture loads nothing from elsewhere: whoever looks at it has a font.
    svg = re.sub(r"@font-face\s*\{.*?\}\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)
    return "\n".join(line.rstrip() for line in svg.strip().splitlines()) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
