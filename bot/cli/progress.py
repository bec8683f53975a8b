"""How far long work has come: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

PLAIN_SECONDS = 5.0


@contextmanager
def progress(unit: str) -> Iterator[Callable[[int, int], None]]:
    """Tell what is given how much is done, and of how much; in this unit."""
    bar = None
    said = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal bar, said
        if sys.stderr.isatty():
            if bar is None:
                bar = click.progressbar(length=total, label="Fetching", file=sys.stderr)
                bar.__enter__()
            bar.update(done - bar.pos)
        elif time.monotonic() - said >= PLAIN_SECONDS or done == total:
            said = time.monotonic()
            click.echo(f"{done:,} of {total:,} {unit}", err=True)

    try:
        yield tell
    finally:
        if bar is not None:
            bar.render_finish()
