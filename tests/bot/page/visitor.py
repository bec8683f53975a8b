"""Somebody at the page, with a real browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, expect

from tests.bot.page.site import HERE, Site
from tests.browser import HANGS

PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 320, "height": 256}  # 1280 × 1024 at 400 %
DESKTOP = {"width": 1280, "height": 800}
PARIS = "Europe/Paris"
expect.set_options(timeout=HANGS)


@dataclass
class Visitor:
    """A browser's tab on the page. `complaints` is what the browser found wrong: errors, broken policies."""

    site: Site
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._noted)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _noted(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    async def go(self, path: str = f"/channels/{HERE}") -> None:
        """Open a path of the page."""
        await self.page.goto(self.site.at(path))

    async def type(self, text: str) -> None:
        """Write something into the box, without asking it."""
        await self.box.fill(text)

    async def ask(self, text: str) -> Locator:
        """Write something into the box, ask it, and wait for the answer."""
        many = await self.page.locator("article.said").count()
        await self.box.fill(text)
        await self.box.press("Enter")
        answer = self.page.locator("article.said").nth(many)
        await answer.wait_for()
        return answer

    @property
    def box(self) -> Locator:
        return self.page.get_by_label("Ask Paperround")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Messages")

    @property
    def entries(self) -> Locator:
        """Everything that was posted, asked and answered."""
        return self.page.locator("article.entry")

    async def focused(self) -> str:
        """What has the focus: its id, or its tag with its name for people."""
        said: str = await self.page.evaluate(
            "(e => e.id || `${e.localName} ${e.getAttribute('aria-label') || e.textContent.trim()}`)"
            "(document.activeElement)"
        )
        return said

    async def too_wide(self) -> list[str]:
        """What makes one scroll sideways: that which is wider than the window, if the page is."""
        found: list[str] = await self.page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.scrollingElement.scrollWidth <= width) return [];
                return [...document.querySelectorAll("body *")]
                    .filter(e => e.getBoundingClientRect().right > width + 1)
                    .map(e => `${e.localName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`);
            }"""
        )
        return found


async def visitor(site: Site, browser: Browser, **more: Any) -> Visitor:
    """Somebody new, in Paris unless told otherwise."""
    given: dict[str, Any] = {"viewport": DESKTOP, "timezone_id": PARIS, "locale": "en-GB", **more}
    context = await browser.new_context(**given)
    context.set_default_timeout(HANGS)
    return Visitor(site, context, await context.new_page())


__all__ = ["DESKTOP", "PHONE", "ZOOMED", "Error", "Visitor", "expect", "visitor"]
