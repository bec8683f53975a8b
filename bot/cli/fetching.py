"""fetch: look at sources, bring in the past of one, or try them."""

from __future__ import annotations

import asyncio
import sys
from datetime import date, datetime
from typing import Any

import click
from msgspec.structs import asdict

from bot.cli.frame import COULD_NOT, QUIET, dump, json_option, settings, with_desk
from bot.cli.progress import progress
from bot.commands.base import Desk
from bot.settings import Settings
from bot.wiring import now, sources
from domain.errors import PaperroundError, UsageError
from sources.checking import check

# What takes long to load and only one command needs is loaded by it: the others here would pay for that.


@click.command(short_help="Look at sources once")
@click.argument("names", nargs=-1, metavar="[SOURCE...]")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Bring in what came since this day: for search only.")
@click.option("--check", is_flag=True, help="Keep nothing; say what is wrong with what the services answer.")
@json_option
def fetch(names: tuple[str, ...], since: datetime | None, check: bool, as_json: bool) -> None:
    """Look at every configured source once, or at those named, and take in what is new.

    With --since, the past of a source is brought in, and announced to nobody; stopped, it goes on where it was.
    """
    if since and check:
        raise UsageError("--since and --check do not go together.", "Use one of them.")
    found = settings(QUIET)
    if not found.sources:
        raise PaperroundError(
            "No source is configured.",
            "Set for example PAPERROUND_SOURCES__ARXIV__CATEGORIES=cs.CL,cs.LG, or use `import`.",
        )
    for name in names:
        if name not in found.sources:
            raise UsageError(f"The source “{name[:40]}” is not configured.", f"There is: {', '.join(found.sources)}.")
    if check:
        _check(found, names, as_json=as_json)
    elif since:
        _past(found, names, since.date(), as_json=as_json)
    else:
        _look(found, names, as_json=as_json)


def _look(found: Settings, names: tuple[str, ...], *, as_json: bool) -> None:
    from sources.ingest import fetch as look  # noqa: PLC0415  # reads services: `--help`, which lists this command, comes 70 ms sooner without

    async def work(here: Desk) -> list[Any]:
        every = [each for each in sources(found, here.store) if not names or each.name in names]
        return await asyncio.gather(*(look(here.store, each, now) for each in every))

    runs = with_desk(work, "WARNING")  # which says what could not be read
    if as_json:
        shown = ("source", "outcome", "new", "known", "rejected", "why")
        dump({"sources": [{name: getattr(run, name) for name in shown} for run in runs]})
    else:
        for run in runs:
            why = f" ({run.why})" if run.why else ""
            click.echo(f"{run.source}: {run.outcome}, {taken(run.new, run.known, run.rejected)}{why}")
    if any(run.outcome == "failed" for run in runs):
        sys.exit(COULD_NOT)


def _past(found: Settings, names: tuple[str, ...], since: date, *, as_json: bool) -> None:
    from sources.past import bring  # noqa: PLC0415  # reads services: `--help`, which lists this command, comes 60 ms sooner without

    if names not in {(), ("arxiv",)}:
        raise UsageError("Only arXiv's past can be brought in.", "Write `fetch arxiv --since 2026-01-01`.")

    async def work(here: Desk) -> Any:
        named = {each.name: each for each in sources(found, here.store)}
        if "arxiv" not in named:
            raise UsageError("The source “arxiv” is not configured.", "Set PAPERROUND_SOURCES__ARXIV__CATEGORIES.")
        with progress("weeks") as tell:
            return await bring(here.store, named["arxiv"], since, now(), tell)

    intake = with_desk(work)
    if as_json:
        dump({"new": intake.new, "known": intake.known, "rejected": len(intake.rejected)})
    else:
        click.echo(f"arxiv since {since}: {taken(intake.new, intake.known, len(intake.rejected))}")


def _check(found: Settings, names: tuple[str, ...], *, as_json: bool) -> None:
    async def work(here: Desk) -> list[Any]:
        every = [each for each in sources(found, here.store) if not names or each.name in names]
        return await asyncio.gather(*(check(each, now()) for each in every))

    checked = with_desk(work)
    if as_json:
        dump({"checked": [asdict(each) for each in checked]})
    for each in checked if not as_json else ():
        why = f" ({each.why})" if each.why else ""
        click.echo(f"{'!!' if each.wrong else 'ok'} {each.source}: {each.outcome}, {each.papers:,} papers{why}")
        if each.papers:
            shares = (f"{field} {100 * many // each.papers} %" for field, many in each.has.items())
            click.echo(f"   {', '.join(shares)}")
        for why, many in each.rejected.items():
            click.echo(f"   {many:,} × {why}")
        for line in (*each.examples, *(f"!! {wrong}" for wrong in each.wrong)):
            click.echo(f"   {line}")
    if any(each.wrong for each in checked):
        sys.exit(COULD_NOT)


def taken(new: int, known: int, rejected: int) -> str:
    """What was taken in, in words."""
    return f"{new:,} new, {known:,} known, {rejected:,} not readable"
