"""The settings: read once at start, from `paperround.toml` and the environment, which wins."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from domain.errors import PaperroundError, SettingsError
from domain.spelling import nearest
from domain.timezones import known_timezone, timezone_named

FILE = "paperround.toml"
HIGHEST_PORT = 65_535
SHORTEST_TOKEN = 16  # characters; fewer are guessed
SHORTEST_KEPT = 90  # days; papers are announced for 60 of them at most
FORMATS = ("text", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_WHOLE = re.compile(r"[0-9]{1,5}", re.ASCII)
_OURS = "PAPERROUND_"
_SOURCES = "PAPERROUND_SOURCES__"


class Option(Struct, frozen=True):
    """One setting: its name in the environment, its name in the file, what it means, and its default."""

    name: str
    key: str
    meaning: str
    default: str = ""
    secret: bool = False


class Secret(str):
    """What may be a token or key: a text that does not show itself where values are printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(…)" if self else "Secret()"


NO_SECRET = Secret()
OPTIONS = (
    Option("PAPERROUND_DATABASE_URL", "database_url", "Where the store is.", "sqlite:///paperround.db"),
    Option("PAPERROUND_TIMEZONE", "timezone", "The timezone of new channels where the platform tells none.", "UTC"),
    Option("PAPERROUND_CONTACT", "contact", "Whom the services that papers come from can write to."),
    Option("PAPERROUND_LOCAL_HOSTS", "local_hosts", "Hosts of the local network that may be fetched from."),
    Option("PAPERROUND_LOG_LEVEL", "log_level", "How much is logged: debug, info, warning or error.", "info"),
    Option("PAPERROUND_LOG_FORMAT", "log_format", "How the log is written: text or json.", "text"),
    Option("PAPERROUND_KEEP_PAPERS", "keep_papers", "For how many days papers are kept: all, or 90 and more.", "all"),
    Option("PAPERROUND_KEEP_EDITIONS", "keep_editions", "The same for the texts of sent digests.", "all"),
    Option("PAPERROUND_COMMANDS", "commands", "How many commands a person may give in a minute; off for any.", "20"),
    Option("PAPERROUND_PAGE", "page", "Where the page is served: an address and port, or off.", "127.0.0.1:8420"),
    Option("PAPERROUND_PAGE_TOKEN", "page_token", "What to enter once to see the page.", secret=True),
    Option("PAPERROUND_PAGE_URL", "page_url", "How the page is reached through a proxy, such as https://papers.lab."),
    Option("SLACK_BOT_TOKEN", "slack_bot_token", "Slack's bot token, xoxb-….", secret=True),
    Option("SLACK_APP_TOKEN", "slack_app_token", "Slack's app-level token for Socket Mode, xapp-….", secret=True),
    Option("SLACK_SIGNING_SECRET", "slack_signing_secret", "What Slack signs its requests with.", secret=True),
    Option("SLACK_CLIENT_ID", "slack_client_id", "The app's client id: many workspaces can install it."),
    Option("SLACK_CLIENT_SECRET", "slack_client_secret", "The app's client secret.", secret=True),
    Option("PAPERROUND_SLACK_TOKEN_KEY", "slack_token_key", "What workspaces' tokens are encrypted by.", secret=True),
    Option("PAPERROUND_SLACK_MODE", "slack_mode", "How Slack reaches us: socket or http.", "socket"),
    Option("PAPERROUND_SLACK_API_URL", "slack_api_url", "Where Slack's API is.", "https://slack.com/api/"),
    Option("PAPERROUND_SLACK_UNFURL", "slack_unfurl", "Whether arXiv links become cards: on or off.", "off"),
    Option("DISCORD_TOKEN", "discord_token", "The token of the Discord bot.", secret=True),
    Option("PAPERROUND_DISCORD_API_URL", "discord_api_url", "Where Discord is.", "https://discord.com/api/v10"),
    Option("PAPERROUND_DISCORD_EMBEDS", "discord_embeds", "Embeds instead of components: on or off.", "off"),
)


class Address(Struct, frozen=True):
    """Where a server listens. Port 0 lets the system choose."""

    host: str
    port: int

    @property
    def loopback(self) -> bool:
        """Whether only this machine reaches it."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


LOOPBACK = Address("127.0.0.1", 8420)


class Settings(Struct, frozen=True):
    """Everything that is configured. `sources` holds, by source, its own settings: which of them are secret, it knows.

    What is kept is in days, 0 for all of it; `commands` is what a person may give in a minute, 0 for any number.
    """

    database_url: str = OPTIONS[0].default
    timezone: str = "UTC"
    log_level: str = "INFO"
    contact: str = ""
    local_hosts: tuple[str, ...] = ()
    log_format: str = "text"
    keep_papers: int = 0
    keep_editions: int = 0
    commands: int = 20
    page: Address | None = LOOPBACK
    page_token: Secret = NO_SECRET
    page_url: str = ""
    slack_bot_token: Secret = NO_SECRET
    slack_app_token: Secret = NO_SECRET
    slack_signing_secret: Secret = NO_SECRET
    slack_client_id: str = ""
    slack_client_secret: Secret = NO_SECRET
    slack_token_key: Secret = NO_SECRET
    slack_mode: str = "socket"
    slack_api_url: str = "https://slack.com/api/"
    slack_unfurl: bool = False
    discord_token: Secret = NO_SECRET
    discord_api_url: str = "https://discord.com/api/v10"
    discord_embeds: bool = False
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


def load(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings. Raises SettingsError naming the setting and what to write."""
    environment = os.environ if environment is None else environment
    written = _file((folder or Path()) / FILE)
    known = [*(option.key for option in OPTIONS), "sources"]
    for key in written:
        if key not in known:
            raise SettingsError(f"{FILE} has an unknown setting “{key[:40]}”.", _meant(key, known))
    values = {o.key: environment.get(o.name, "").strip() or _plain(written.get(o.key)) or o.default for o in OPTIONS}
    return Settings(
        database_url=values["database_url"],
        timezone=_timezone(values["timezone"]),
        log_level=_level(values["log_level"]),
        contact=values["contact"],
        local_hosts=tuple(values["local_hosts"].replace(",", " ").lower().split()),
        log_format=_one_of("PAPERROUND_LOG_FORMAT", values["log_format"], FORMATS),
        keep_papers=_days("PAPERROUND_KEEP_PAPERS", values["keep_papers"]),
        keep_editions=_days("PAPERROUND_KEEP_EDITIONS", values["keep_editions"]),
        commands=_number("PAPERROUND_COMMANDS", values["commands"]),
        page=_page(values["page"], values["page_token"]),
        page_token=Secret(values["page_token"]),
        page_url=_web("PAPERROUND_PAGE_URL", values["page_url"]),
        slack_bot_token=Secret(values["slack_bot_token"]),
        slack_app_token=Secret(values["slack_app_token"]),
        slack_signing_secret=Secret(values["slack_signing_secret"]),
        slack_client_id=values["slack_client_id"],
        slack_client_secret=Secret(values["slack_client_secret"]),
        slack_token_key=Secret(values["slack_token_key"]),
        slack_mode=_one_of("PAPERROUND_SLACK_MODE", values["slack_mode"], ("socket", "http")),
        slack_api_url=_web("PAPERROUND_SLACK_API_URL", values["slack_api_url"]) + "/",
        slack_unfurl=_one_of("PAPERROUND_SLACK_UNFURL", values["slack_unfurl"], ("on", "off")) == "on",
        discord_token=Secret(values["discord_token"]),
        discord_api_url=_api("PAPERROUND_DISCORD_API_URL", values["discord_api_url"]),
        discord_embeds=_one_of("PAPERROUND_DISCORD_EMBEDS", values["discord_embeds"], ("on", "off")) == "on",
        sources=_sources(written.get("sources", {}), environment),
    )


def unknown(environment: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """Names in the environment that look like a setting and are none, each with what was perhaps meant."""
    known = [option.name for option in OPTIONS]
    names = os.environ if environment is None else environment
    strange = [name for name in names if name.startswith(_OURS) and name not in known and not _source(name)]
    return [(name, _meant(name, known)) for name in sorted(strange)]


def _meant(name: str, known: Iterable[str]) -> str:
    near = nearest(name[:60], known, allowed=3)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."


def _file(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        import tomllib  # noqa: PLC0415  # 1.5 ms of each command, and hardly anybody has such a file

        return tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:  # ValueError: bytes that are no text, or a text that is no TOML
        raise SettingsError(
            f"{FILE} cannot be read: {error}", "Mend it, or move it away to use the defaults."
        ) from None


def _plain(value: object) -> str:
    """A value of the file as the environment would write it."""
    if isinstance(value, list):
        return ",".join(map(_plain, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _timezone(text: str) -> str:
    # Looking for a name among all of them takes longer than anything else at start; most are spelt right.
    if text == "UTC" or ("/" in text and known_timezone(text)):
        return text
    try:
        return timezone_named(text)
    except PaperroundError as error:
        raise SettingsError(f"PAPERROUND_TIMEZONE: {error.what}", error.hint) from None


def _level(text: str) -> str:
    if text.upper() not in LEVELS:
        raise SettingsError(
            f"PAPERROUND_LOG_LEVEL: there is no level “{text[:20]}”.", "Write debug, info, warning or error."
        )
    return text.upper()


def _one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    text = {"true": "on", "false": "off"}.get(text.lower(), text.lower())
    if text not in known:
        raise SettingsError(f"{name}: there is no “{text[:20]}”.", f"Write {' or '.join(known)}.")
    return text


def _days(name: str, text: str) -> int:
    days = int(text) if _WHOLE.fullmatch(text) else 0
    if text.lower() != "all" and days < SHORTEST_KEPT:
        raise SettingsError(
            f"{name}: “{text[:20]}” is no time to keep things for.",
            f"Write a number of days, {SHORTEST_KEPT} or more, or all.",
        )
    return days


def _number(name: str, text: str) -> int:
    if text.lower() == "off":
        return 0
    if not _WHOLE.fullmatch(text) or int(text) == 0:
        raise SettingsError(f"{name}: “{text[:20]}” is no number of them.", "Write one from 1 on, or off.")
    return int(text)


def _page(text: str, token: str) -> Address | None:
    if text.lower() in {"off", "no", "none"}:
        return None
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise SettingsError(
            f"PAPERROUND_PAGE: “{text[:60]}” is no address.",
            f"Write an address and a port, such as {LOOPBACK}, or off.",
        )
    address = Address(host, int(port))
    if not address.loopback and len(token) < SHORTEST_TOKEN:
        raise SettingsError(
            f"PAPERROUND_PAGE: {address} can be reached from other machines, so the page needs a token.",
            f"Set PAPERROUND_PAGE_TOKEN, {SHORTEST_TOKEN} characters or more that nobody guesses, or bind {LOOPBACK}.",
        )
    return address


def _web(name: str, text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise SettingsError(f"{name}: “{text[:60]}” is no web address.", "Write for example https://papers.example.org")
    return text.rstrip("/")


def _api(name: str, text: str) -> str:
    """A platform's address. In clear only on this machine: tokens go there."""
    url = _web(name, text)
    parts = urlsplit(url)
    if parts.scheme == "http" and not Address(parts.hostname or "", 0).loopback:
        raise SettingsError(f"{name}: http sends the token in clear.", "Write https, or an address of this machine.")
    return url


def _sources(written: object, environment: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, Secret]] = {}
    if not isinstance(written, Mapping) or not all(isinstance(values, Mapping) for values in written.values()):
        raise SettingsError(
            f"{FILE}: sources are tables.", 'Write for example [sources.folder] and below it path = "inbox".'
        )
    for source, values in written.items():
        found[source.lower()] = {key.lower(): Secret(_plain(value)) for key, value in values.items()}
    for name, value in environment.items():
        if (named := _source(name)) and value.strip():
            found.setdefault(named[0], {})[named[1]] = Secret(value.strip())
    return MappingProxyType({source: MappingProxyType(values) for source, values in found.items()})


def _source(name: str) -> tuple[str, str] | None:
    """The source and its setting that a name in the environment stands for."""
    source, _, key = name.removeprefix(_SOURCES).lower().partition("__")
    return (source, key) if name.startswith(_SOURCES) and source and key else None
