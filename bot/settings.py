"""The settings: read once at start, from `paperround.toml` and the environment, which wins."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from domain.errors import PaperroundError, SettingsError
from domain.schedule import timezone_named

FILE = "paperround.toml"
_SOURCES = "PAPERROUND_SOURCES__"


class Secret:
    """A text that shows itself only to who asks for it by name."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(***)" if self._text else "Secret(none)"


@dataclass(frozen=True, slots=True)
class Option:
    """One setting: its name in the environment, its name in the file, what it means, and its default."""

    name: str
    key: str
    meaning: str
    default: str = ""
    secret: bool = False


OPTIONS = (
    Option("PAPERROUND_DATABASE_URL", "database_url", "Where the store is.", "sqlite:///paperround.db"),
    Option("PAPERROUND_TIMEZONE", "timezone", "The timezone of new channels where the platform tells none.", "UTC"),
    Option("PAPERROUND_LOG_LEVEL", "log_level", "How much is logged: debug, info, warning or error.", "info"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is configured. `sources` holds, by source, its own settings in lower case."""

    database_url: str = OPTIONS[0].default
    timezone: str = "UTC"
    log_level: str = "INFO"
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


def load(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Read the settings. Raises SettingsError naming the setting and what to write."""
    environment = os.environ if environment is None else environment
    written = _file((folder or Path()) / FILE)
    known = {option.key for option in OPTIONS} | {"sources"}
    for key in written:
        if key not in known:
            raise SettingsError(f"{FILE} has an unknown setting “{key}”.", f"There are: {', '.join(sorted(known))}.")
    values = {o.key: environment.get(o.name) or str(written.get(o.key, "")) or o.default for o in OPTIONS}
    return Settings(
        database_url=values["database_url"],
        timezone=_timezone(values["timezone"]),
        log_level=_level(values["log_level"]),
        sources=_sources(written.get("sources", {}), environment),
    )


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{FILE} cannot be read: {error}", "Mend it, or move it away to use the defaults."
        ) from None


def _timezone(text: str) -> str:
    try:
        return timezone_named(text)
    except PaperroundError as error:
        raise SettingsError(f"PAPERROUND_TIMEZONE: {error.what}", error.hint) from None


def _level(text: str) -> str:
    level = text.upper()
    if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise SettingsError(
            f"PAPERROUND_LOG_LEVEL: there is no level “{text[:20]}”.", "Write debug, info, warning or error."
        )
    return level


def _sources(written: object, environment: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    if not isinstance(written, Mapping) or not all(isinstance(values, Mapping) for values in written.values()):
        raise SettingsError(
            f"{FILE}: sources are tables.", 'Write for example [sources.folder] and below it path = "inbox".'
        )
    for source, values in written.items():
        found[source.lower()] = {key.lower(): str(value) for key, value in values.items()}
    for name, value in environment.items():
        source, _, key = name.removeprefix(_SOURCES).lower().partition("__")
        if name.startswith(_SOURCES) and source and key:
            found.setdefault(source, {})[key] = value
    return MappingProxyType({source: MappingProxyType(values) for source, values in found.items()})
