"""Trying everything that is configured, and saying of each thing whether it works and how to mend it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from bot.alone import holder
from bot.settings import Settings, load, unknown
from bot.wiring import PLATFORMS, connected, fronts, now, opened, sources
from db import audits, loading, runs, sound
from domain.errors import PaperroundError
from domain.timezones import known_timezone


class Check(Struct, frozen=True):
    """One thing tried: whether it works, what was found, and what to do."""

    name: str
    ok: bool
    what: str
    hint: str = ""


def examine() -> list[Check]:
    """Try everything, in the order it is needed. Without settings that can be read there is nothing else to try."""
    checks = [Check("settings", ok=False, what=f"{name} is no setting.", hint=hint) for name, hint in unknown()]
    try:
        settings = load()
    except PaperroundError as error:
        return [*checks, Check("settings", ok=False, what=error.what, hint=error.hint)]
    checks.append(Check("settings", ok=True, what="read from the environment and paperround.toml."))
    tried: list[tuple[str, Callable[[], str]]] = [
        ("sqlite", _sqlite),
        ("timezones", lambda: _zones(settings)),
        ("store", lambda: _store(settings)),
        *((f"source {name}", lambda name=name: _source(settings, name)) for name in settings.sources),
    ]
    if not settings.sources:
        tried.append(("sources", lambda: "none configured; `import` brings papers in."))
    checks += [_tried(name, look) for name, look in tried]
    if any(check.name == "store" and check.ok for check in checks):  # which platforms keep things in
        checks.append(_tried("audit", partial(_audit, settings)))
        checks += [_tried(f"platform {name}", partial(_platform, settings, name)) for name in PLATFORMS]
    return checks


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, ok=True, what=look())
    except PaperroundError as error:
        return Check(name, ok=False, what=error.what, hint=error.hint)
    except Exception as error:
        # A line each, whatever it is: the next thing is tried all the same.
        said = " ".join(f"{type(error).__name__}: {error}".split())
        return Check(name, ok=False, what=said[:200], hint="PAPERROUND_LOG_LEVEL=debug says more of any command.")


def _sqlite() -> str:
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
        sound.check(store)
        with store.reading() as connection:
            many = loading.count(connection)
        with store.writing():
            pass  # the write lock was to be had
        running = holder(store.path)
        works = f"; `run` works on it (process {running})" if running else "; no `run` works on it"
        return f"{store.path} is sound, holds {many:,} papers{works}."


def _audit(settings: Settings) -> str:
    with opened(settings) as store, store.reading() as connection:
        last = audits.last(connection)
    if last is None:
        return "none yet; `run` makes one each night."
    when = f"of {last.audited_at:%Y-%m-%d %H:%M} UTC"
    if last.breaches:
        raise PaperroundError(
            f"the one {when} found {last.breaches} rows that break a promise.",
            "`paperround audit` lists them; please report them.",
        )
    return f"the one {when} found nothing lost and nothing doubled."


def _platform(settings: Settings, name: str) -> str:
    async def look() -> str:
        with opened(settings) as store:
            there = fronts(settings, store, now, only={name})
            async with connected(there):
                return await there[name].check() if name in there else "not configured."

    return asyncio.run(look())


def _source(settings: Settings, name: str) -> str:
    with opened(settings) as store:
        made = sources(replace(settings, sources={name: settings.sources[name]}), store)
        if not made:
            return "switched off."
        found = asyncio.run(made[0].fetch(None, now()))
    if found.outcome in runs.BAD:
        raise PaperroundError(f"{found.why}.", f"Mend it, or change the settings of {name}.")
    return f"{found.outcome}{f' ({found.why})' if found.why else ''}."
