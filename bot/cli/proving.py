"""The command of whoever wants to know that nothing was lost or doubled."""

from __future__ import annotations

import sys

import click

from bot.cli.frame import COULD_NOT, dump, json_option, with_desk
from bot.commands.base import Desk
from bot.commands.parts import counted
from db.audit import Audit
from db.audit import audit as look

SHOWN = 50


@click.command(short_help="Prove that nothing was lost or sent twice")
@json_option
def audit(as_json: bool) -> None:
    """Read the whole ledger and prove that no channel got a paper twice and that each paper is accounted for.

    Names every row that says otherwise, and then ends with 1. Nothing is changed.
    """

    async def work(here: Desk) -> Audit:
        return await here.store.read(look)

    found = with_desk(work)
    if as_json:
        rows = [{"promise": b.promise, "channel": b.channel, "what": b.what} for b in found.breaches]
        dump({"ok": not rows, "checked": dict(found.checked), "open": dict(found.open), "breaches": rows})
    else:
        click.echo(", ".join(f"{many:,} {name}" for name, many in found.checked.items()) + " checked")
        for state, many in found.open.items():
            click.echo(f"  {counted(many, 'delivery', 'deliveries')} {state}")
        for breach in found.breaches[:SHOWN]:
            click.echo(f"!! {breach.promise}: {breach.channel}: {breach.what}")
        if len(found.breaches) > SHOWN:
            click.echo(f"!! … and {len(found.breaches) - SHOWN:,} more; --json lists all")
        if not found.breaches:
            click.echo("Nothing was lost, nothing came twice.")
    if found.breaches:
        sys.exit(COULD_NOT)


COMMANDS = (audit,)
