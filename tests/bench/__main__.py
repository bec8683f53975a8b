"""`python -m tests.bench`: the measures of docs/benchmarks.md, printed as the tables that stand there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from tests.bench import match, page, plan, recognition, replies, search, start
from tests.bench.report import Report
from tests.shared import SHARED

SUITES = {
    "search": search.measure,
    "match": match.measure,
    "plan": plan.measure,
    "start": start.measure,
    "page": page.measure,
    "recognition": recognition.measure,
    "replies": replies.measure,
}


@click.command(help="Measure Paperround next to what people would use instead.")
@click.option(
    "--papers", default=40_000, show_default=True, help="How many papers at most; the shared data has 34,530."
)
@click.option("--only", type=click.Choice(list(SUITES)), multiple=True, help="Only these measures.")
def main(papers: int, only: tuple[str, ...]) -> None:
    """Run the measures, in stores that are thrown away."""
    report = Report()
    report.machine()
    for name in only or SUITES:
        with tempfile.TemporaryDirectory() as folder:
            SUITES[name](report, SHARED, Path(folder), papers)


if __name__ == "__main__":
    main()
