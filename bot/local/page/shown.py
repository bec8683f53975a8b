"""How instants, channels and messages are written on the page."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.local.page.said import Exchange
from bot.render.html import Links, html
from domain.message import File, Message
from domain.timezones import known_timezone

ZONE = "zone"  # the cookie in which the reader's browser says its timezone


def zone_of(cookies: dict[str, str], fallback: str) -> str:
    """The reader's timezone: as their browser said it, or the settings' one."""
    said = cookies.get(ZONE, "")
    return said if len(said) < 64 and known_timezone(said) else fallback


def when(instant: datetime, zone: str) -> Markup:
    """An instant in this zone, for people and for programs."""
    local = instant.astimezone(ZoneInfo(zone))
    shown = f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
    # Attributes are escaped by Markup.format.
    return Markup('<time datetime="{}" title="{} {}">{}</time>').format(
        instant.astimezone(UTC).isoformat(timespec="seconds"), f"{local:%A %d %B %Y, %H:%M}", zone, shown
    )


def short_name(channel: str) -> str:
    """A channel's name without its platform, as chats show it."""
    platform, _, rest = channel.partition(":")
    if channel == "local:me":
        return "You"
    return f"#{rest}" if platform == "local" else rest


def path(kind: str, name: str) -> str:
    """The address of a channel's page, or of one of its other pages."""
    return f"/{kind}/{quote(name, safe=':@/._-')}"


def shown(message: Message, channel: str, exchange: Exchange | None = None, back: str = "") -> Markup:
    """A message in a channel: its buttons ask there, and lead back to another page if there is one."""
    place = {"in": str(exchange.number)} if exchange else {}
    asking = urlencode(place | ({"back": back} if back else {}))
    files = [block for block in message.blocks if isinstance(block, File)]
    file = f"/files/{exchange.number}" if exchange and files else ""
    links = Links(f"{path('channels', channel)}{'?' if asking else ''}{asking}", file, "/papers/")
    # The renderer escapes all text; what it returns is markup.
    return Markup(html(message, links))  # noqa: S704  # html() escapes every text that it is given
