"""Takes the README's pictures of the page, in the demonstration's store: light, dark, and on a phone.

When the look of the page changes: `.venv/bin/python docs/shots.py`, with Chromium installed. Then look at them.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace
from playwright.async_api import Browser, Page

from bot import ask
from bot.commands.base import Asked, Desk
from bot.demo.show import CHANNELS, LAST_DAY, ME, SAMPLE, SCHEDULES
from bot.settings import Address, Settings
from bot.web import serving
from bot.wiring import desk, fronts, opened
from db import runs
from sources.ingest import import_file
from tests.browser import chromium, started

DOCS = Path(__file__).parent
MODELS, ROBOTS = CHANNELS
DESKTOP, PHONE = (1280, 860), (390, 844)
SOURCES = ("arxiv", "huggingface")


async def lived(here: Desk) -> None:
    """The demonstration's round, and a little of what somebody does with it."""
    await import_file(here.store, SAMPLE, LAST_DAY)
    for channel, queries in CHANNELS.items():
        asked = Asked(ME, channel, LAST_DAY, manager=True)
        for query in queries:
            await ask.say(here, asked, f"subscribe {query}")
        await ask.say(here, asked, f"schedule {SCHEDULES[channel]}")
        await ask.say(here, asked, "digest now")
    for number, source in enumerate(SOURCES, 1):
        began = LAST_DAY - timedelta(minutes=20 * number)
        await here.store.write(runs.record, runs.Run(source, began, began + timedelta(seconds=4), "fresh", new=9))


async def light(page: Page) -> None:
    """A digest, and the chart of what a query would bring while it is typed."""
    await page.locator("article.post").evaluate("post => post.scrollIntoView()")
    await page.get_by_label("Ask Paperround").fill("subscribe agent OR agents -survey")
    await page.locator("#preview svg").wait_for()
    await page.get_by_role("option").first.wait_for(state="hidden")


async def dark(page: Page) -> None:
    """An answer: what a search found."""
    await page.get_by_label("Ask Paperround").fill('search reasoning "reinforcement learning" -survey')
    await page.keyboard.press("Enter")
    await page.locator("article.said").wait_for()
    await page.mouse.move(0, 0)


async def phone(page: Page) -> None:
    """A digest on a small screen."""


async def take(browser: Browser, address: str) -> None:
    """All of them, each in a browser that has seen nothing yet."""
    for name, scheme, (width, height), channel, act in (
        ("light", "light", DESKTOP, MODELS, light),
        ("dark", "dark", DESKTOP, MODELS, dark),
        ("phone", "light", PHONE, ROBOTS, phone),
    ):
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=2 if name == "phone" else 1.5,
            color_scheme="dark" if scheme == "dark" else "light",
            timezone_id="Europe/Paris",
            locale="en-GB",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        await page.goto(f"http://{address}/channels/{channel}")
        await act(page)
        await page.wait_for_load_state("load")
        await page.screenshot(path=DOCS / f"page-{name}.png", caret="hide", animations="disabled")
        await context.close()


async def main(browser_path: str) -> None:
    """Serve the page on a store that is thrown away, and take the pictures."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(f"sqlite:///{folder}/shots.db", page=Address("127.0.0.1", 0))
        with opened(settings) as store:
            there = fronts(settings, store, lambda: LAST_DAY)
            here = replace(desk(store, settings, lambda: LAST_DAY, there), sources=SOURCES)
            await lived(here)
            page = serving(Address("127.0.0.1", 0), there["local"].routes(here))
            async with page as address, started(browser_path) as browser:
                await take(browser, str(address))


if __name__ == "__main__":
    found = chromium()
    if found is None:
        sys.exit("Chromium is not installed.")
    asyncio.run(main(found))
