"""A real Chromium: found on the system, started once for a worker, every visitor in a context of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMED, NEEDED = "TEST_CHROMIUM", "TEST_BROWSER"
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Milliseconds that only what hangs takes: a browser waits long for its turn where both processors are at work.
HANGS = 90_000
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


def chromium() -> str | None:
    """Where the browser is, if there is one: as the environment says, or by its usual names."""
    return os.environ.get(NAMED) or next(filter(None, map(shutil.which, NAMES)), None)


def wanted() -> str:
    """Where the browser is; skips the test where there is none, unless the environment says that there must be one."""
    there = chromium()
    if there:
        return there
    told = f"no Chromium is installed, so the page is not looked at: install it, or name one in {NAMED}"
    if os.environ.get(NEEDED) == "needed":
        pytest.fail(told)
    pytest.skip(told)


@asynccontextmanager
async def started(path: str) -> AsyncIterator[Browser]:
    """The browser, while it is needed."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=HANGS)
        try:
            yield browser
        finally:
            await browser.close()
