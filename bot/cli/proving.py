"""The commands of whoever wants to know that all is well: that `run` works, that nothing was lost or doubled."""

from __future__ import annotations

import sys
from http import HTTPStatus
from http.client import HTTPConnection

import click

from bot.alone import holder
from bot.cli.frame import COULD_NOT, QUIET, dump, json_option, settings, with_desk
from bot.commands.base import Desk
from bot.commands.parts import counted
from bot.settings import Address
from db.audit import Audit
from db.audit import audit as look
from db.store import Store

SHOWN = 50
ASK_SECONDS = 5.0
LONGEST = 1_000  # bytes of an answer


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


@click.command(short_help="Whether `run` is ready")
@json_option
def ready(as_json: bool) -> None:
    """Ask the `run` of these settings whether it is ready; ends with 1 if it is not, and says why."""
    found = settings(QUIET)
    if found.page:
        well, said = _asked(found.page)
    else:
        holder_ = holder(Store(found.database_url).path)
        well, said = (
            bool(holder_),
            f"process {holder_} works on the store" if holder_ else "no `run` works on the store",
        )
    if as_json:
        dump({"ready": well, "what": said})
    else:
        click.echo(said)
    if not well:
        sys.exit(COULD_NOT)


def _asked(page: Address) -> tuple[bool, str]:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(page.host, page.host)  # noqa: S104  # compared with, not listened on
    connection = HTTPConnection(host, page.port, timeout=ASK_SECONDS)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status == HTTPStatus.OK, answer.read(LONGEST).decode(errors="replace").strip()
    except OSError as error:
        return False, f"nothing answers at {page}: {error}"
    finally:
        connection.close()
