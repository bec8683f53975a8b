"""The commands about what is kept of a person."""

from __future__ import annotations

import sys
from datetime import date, datetime

import click

from bot.cli.frame import COULD_NOT, dump, json_option, with_desk
from bot.commands.base import Desk
from db import people
from domain.channel import channel_id
from domain.errors import PaperroundError


@click.command("export-user", short_help="Everything that is kept about a person")
@click.argument("user")
@json_option
def export_user(user: str, as_json: bool) -> None:
    """Print everything that is kept about USER, a person's id such as local:me: as JSON in any case."""
    person = channel_id(user)

    async def work(here: Desk) -> dict[str, object]:
        found = await here.store.read(people.kept, person)
        return {
            name: [{key: _plain(value) for key, value in row.items()} for row in rows] for name, rows in found.items()
        }

    dump({"user": person, **with_desk(work)})


@click.command(short_help="Delete everything that is kept about a person")
@click.argument("user")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
def forget(user: str, yes: bool, as_json: bool) -> None:
    """Delete everything that is kept about USER: bookmarks, votes, mutes, the personal digest; for good, without Undo.

    What they made in shared channels stays there without their name.
    """
    person = channel_id(user)
    if not yes:
        if not sys.stdin.isatty():
            raise PaperroundError(f"{person} would be forgotten for good.", "Say --yes to do it.")
        click.confirm(f"Forget {person} for good?", abort=True, err=True)

    async def work(here: Desk) -> dict[str, int]:
        return await here.store.write(people.forget, person)

    many = with_desk(work)
    if as_json:
        dump({"user": person, "forgotten": many})
    elif many:
        click.echo(f"{person} is forgotten: " + ", ".join(f"{n:,} {name}" for name, n in many.items()))
    else:
        click.echo(f"Nothing is kept about {person}.", err=True)
        sys.exit(COULD_NOT)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date | datetime) else value
