"""The commands of whoever keeps the machine: import, fetch, channels, doctor, backup, run, demo."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bot.alone import alone
from bot.cli.fetching import taken
from bot.cli.frame import COULD_NOT, QUIET, dump, json_option, screen, settings, with_desk
from bot.commands.base import Desk
from bot.commands.parts import counted
from bot.doctor import examine
from bot.wiring import now, opened
from db import channels as channels_
from db.backup import backup as copy
from db.backup import restore as put
from db.store import Store

# What takes long to load and only one command needs is loaded by it: the others here would pay for that.

SHOWN = 20
LARGE = 1_000_000  # bytes: below that, reading is over before a bar says anything
PLAIN_SECONDS = 5.0


@click.command("import", short_help="Take in papers from files")
@click.argument("pages", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PAGE...")
@click.option("--archive", is_flag=True, help="For search only: announce none of it.")
@json_option
def import_(pages: tuple[Path, ...], archive: bool, as_json: bool) -> None:
    """Take in saved Daily Papers pages, JSON Lines, BibTeX, RIS, CSV, OAI-PMH, Atom and RSS (also .gz).

    What cannot be read is reported with its file, line and reason; the rest goes in. Importing twice adds nothing.
    """
    from sources.ingest import Intake, import_file  # noqa: PLC0415  # the parsers of all formats: `channels` and `backup` start 90 ms sooner without

    async def work(here: Desk) -> Intake:
        total, before = Intake(), 0
        with _progress(sum(map(_size, pages))) as advance:
            for page in pages:
                one = await import_file(here.store, page, now(), archive=archive, progress=_from(before, advance))
                before += _size(page)
                total.new, total.known = total.new + one.new, total.known + one.known
                total.rejected += one.rejected
                total.unreadable |= one.unreadable
        return total

    intake = with_desk(work)
    rejected = [{"where": each.where, "why": each.why} for each in intake.rejected]
    if as_json:
        dump({"new": intake.new, "known": intake.known, "rejected": rejected})
    else:
        click.echo(taken(intake.new, intake.known, len(rejected)))
        for each in rejected[:SHOWN]:
            click.echo(f"  {each['where']}: {each['why']}", err=True)
        if len(rejected) > SHOWN:
            click.echo(f"  … and {len(rejected) - SHOWN:,} more; --json lists all", err=True)
    if intake.unreadable:
        sys.exit(COULD_NOT)


def _size(page: Path) -> int:
    try:
        return page.stat().st_size if page.is_file() else 0
    except (OSError, ValueError):
        return 0


def _from(before: int, advance: Callable[[int], None]) -> Callable[[int], None]:
    return lambda read: advance(before + read)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, plain lines elsewhere, nothing for what is quick."""
    if total < LARGE:
        yield lambda _: None
    elif sys.stderr.isatty():
        with click.progressbar(length=total, label="Reading", file=sys.stderr) as bar:
            yield lambda read: bar.update(read - bar.pos)
    else:
        said = time.monotonic()

        def tell(read: int) -> None:
            nonlocal said
            if time.monotonic() - said >= PLAIN_SECONDS:
                said = time.monotonic()
                click.echo(f"read {read / 1e6:,.0f} of {total / 1e6:,.0f} MB", err=True)

        yield tell


@click.command(short_help="Every channel, its schedule and its next digest")
@json_option
def channels(as_json: bool) -> None:
    """List every channel, its schedule and its next digest."""

    async def work(here: Desk) -> list[dict[str, Any]]:
        found = await here.store.read(channels_.every)
        subscribed = await here.store.read(channels_.subscriptions, [channel.id for channel in found])
        return [
            {
                "channel": channel.id,
                "schedule": str(channel.schedule),
                "next": None if channel.schedule.paused else channel.next_due.isoformat(),
                "subscriptions": len(subscribed[channel.id]),
                "editions": channel.editions,
                "stopped": channel.stopped,
            }
            for channel in found
        ]

    rows = with_desk(work)
    if as_json:
        dump({"channels": rows})
        return
    for row in rows:
        stopped = f" · rests: {row['stopped']}" if row["stopped"] else ""
        many = f"{counted(row['subscriptions'], 'subscription')}, {counted(row['editions'], 'edition')}"
        click.echo(f"{row['channel']}: {many}{stopped}")
        click.echo(f"  {row['schedule']}; next {row['next'] or 'paused'}")
    if not rows:
        click.echo("No channel yet. Begin with: paperround subscribe local:general QUERY")


@click.command(short_help="Try everything that is configured")
@json_option
def doctor(as_json: bool) -> None:
    """Try everything that is configured, and say in a line each what is wrong and how to mend it."""
    found = examine()
    if as_json:
        dump({"checks": [{"name": c.name, "ok": c.ok, "what": c.what, "hint": c.hint} for c in found]})
    else:
        for check in found:
            mark = "ok " if check.ok else "!! "
            click.echo(f"{mark}{check.name}: {check.what}{f' {check.hint}' if check.hint else ''}")
    if not all(check.ok for check in found):
        sys.exit(COULD_NOT)


@click.command(short_help="Copy the store, while it is in use")
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="FILE")
@json_option
def backup(target: Path | None, as_json: bool) -> None:
    """Copy the store to FILE (or one named by the time), while it is in use, and verify the copy."""
    with opened(settings(QUIET)) as store:
        path = store.path
    chosen = target or path.with_name(f"{path.stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}.db")
    size = copy(path, chosen)
    if as_json:
        dump({"backup": str(chosen), "bytes": size})
    else:
        click.echo(f"{chosen}: {size:,} bytes, verified")


@click.command(short_help="Put a backup in the place of the store")
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE")
@json_option
def restore(source: Path, as_json: bool) -> None:
    """Put a backup in the place of the store, which is kept beside it under a name of its own.

    No `run` may work on the store meanwhile. What was sent after the backup was made may be sent again.
    """
    found = settings(QUIET)
    path = Store(found.database_url).path
    aside = path.with_name(f"{path.stem}-replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}.db")
    with alone(path):
        put(source, path, aside)
        with opened(found):
            pass  # brought up to date, where the backup is of an older version
    kept = str(aside) if aside.exists() else None
    if as_json:
        dump({"restored": str(source), "store": str(path), "kept": kept})
    else:
        click.echo(f"{path} is now what {source} holds{f'; as it was it is kept in {kept}' if kept else ''}")


@click.command(short_help="Start everything that is configured")
@click.option("--once", is_flag=True, help="Fetch, plan and deliver what is due, and end: for cron.")
def run(once: bool) -> None:
    """Start everything that is configured: sources, schedule, platforms. Ends with SIGTERM or Ctrl-C."""
    from bot import run as running  # noqa: PLC0415  # a web server and a scheduler: the other commands here start a quarter of a second sooner without

    found = settings()
    asyncio.run(running.once(found) if once else running.forever(found))


@click.command(short_help="The whole round on bundled papers")
@click.option("--no-serve", is_flag=True, help="End after printing, without serving the page.")
def demo(no_serve: bool) -> None:
    """Show the whole round on bundled papers, in a store that is thrown away."""
    from bot.demo.show import demonstrate  # noqa: PLC0415  # a web server: the other commands here start a quarter of a second sooner without

    demonstrate(screen(), serve=not no_serve)
