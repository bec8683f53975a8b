"""Trying everything that is configured, and saying of each thing whether it works and how to mend it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from bot.settings import Settings, load
from bot.wiring import opened
from db import papers
from domain.errors import PaperroundError
from domain.schedule import known_timezone
from sources.registry import configured


@dataclass(frozen=True, slots=True)
class Check:
    """One thing tried: whether it works, what was found, and what to do."""

    name: str
    ok: bool
    what: str
    hint: str = ""


def examine() -> list[Check]:
    """Try everything, in the order it is needed; what depends on something broken is left out."""
    try:
        settings = load()
    except PaperroundError as error:
        return [Check("settings", ok=False, what=error.what, hint=error.hint)]
    checks = [Check("settings", ok=True, what="read from the environment and paperround.toml.")]
    for name, look in (("sqlite", _sqlite), ("timezones", _zones), ("store", _store), ("sources", _sources)):
        checks.append(_tried(name, look, settings))
    checks.append(Check("platforms", ok=True, what="local channels need nothing; no other is configured."))
    return checks


def _tried(name: str, look: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name, ok=True, what=look(settings))
    except PaperroundError as error:
        return Check(name, ok=False, what=error.what, hint=error.hint)


def _sqlite(settings: Settings) -> str:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    except sqlite3.OperationalError as error:
        raise PaperroundError(
            f"SQLite {sqlite3.sqlite_version} has no full-text search.", "Use a Python whose SQLite has FTS5."
        ) from error
    finally:
        connection.close()
    return f"{sqlite3.sqlite_version}, with full-text search."


def _zones(settings: Settings) -> str:
    if not known_timezone(settings.timezone):
        raise PaperroundError(f"The timezone {settings.timezone} is not known here.", "Install the package tzdata.")
    return f"new channels begin in {settings.timezone}."


def _store(settings: Settings) -> str:
    with opened(settings) as store:
        with store.reading() as connection:
            found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            many = papers.count(connection)
        if found != "ok":
            raise PaperroundError(f"The store {store.path} is damaged: {found}.", "Restore the last backup.")
        with store.writing():
            pass  # the write lock was to be had
        return f"{store.path} is sound and holds {many:,} papers."


def _sources(settings: Settings) -> str:
    names = [source.name for source in configured(settings.sources)]
    return f"{', '.join(names)} configured." if names else "none configured; `import` brings papers in."
