"""`python -m tests.bench`: the measures of docs/benchmarks.md, printed as the tables that stand there."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

import click

from tests.bench import kept, loading, match, page, plan, ranks, recognition, replies, same, search, start, times, typos
from tests.bench.frame import REAL, SIZES, Bench
from tests.bench.report import Report
from tests.shared import SHARED

SUITES = {
    "loading": loading.measure,
    "times": times.measure,
    "ranks": ranks.measure,
    "search": search.measure,
    "typos": typos.measure,
    "match": match.measure,
    "same": same.measure,
    "plan": plan.measure,
    "start": start.measure,
    "page": page.measure,
    "recognition": recognition.measure,
    "replies": replies.measure,
}

# What is the same at every size, and so is measured with the smallest, or where it is asked for.
_ANY_SIZE = ("search", "page", "recognition", "replies")


@click.command(help="Measure Paperround next to what people would use instead.")
@click.option("--size", type=click.Choice(list(SIZES)), default=REAL, show_default=True, help="How many papers.")
@click.option("--only", type=click.Choice(list(SUITES)), multiple=True, help="Only these measures.")
@click.option(
    "--stores",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the stores that are built in this folder: the next run need not load them again.",
)
@click.option("--keep", is_flag=True, help="Put the figures into docs/benchmarks.md and its plots.")
def main(size: str, only: tuple[str, ...], stores: Path | None, keep: bool) -> None:
    """Run the measures, in stores that are thrown away unless they are to be kept."""
    report = Report(kept.read(), SIZES[size])
    report.machine()
    if not (SHARED / "data" / "corpora").exists():
        report.say(
            f"The shared data is not here ({SHARED}): the vocabulary is invented, and no judged queries are asked."
        )
    took: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as thrown:
        inside = stores or Path(thrown)
        whole = not only and not any(inside.glob(f"*{size}*"))  # and not gone on with
        chosen = only or [name for name in SUITES if size == REAL or name not in _ANY_SIZE]
        for at, name in enumerate(chosen, 1):
            report.begin(name, at, len(chosen))
            started, worked = time.perf_counter(), _worked()
            with tempfile.TemporaryDirectory() as folder:
                SUITES[name](Bench(report, SHARED, Path(folder), size, inside, named=name in only))
            took[name] = time.perf_counter() - started
            report.say(f"{name}: {took[name]:.0f} s, {_worked() - worked:.0f} s on processors.")
            if at == len(chosen):
                report.took(took, whole=whole)
            if keep:
                kept.written(report.kept)


def _worked() -> float:
    """Seconds that processors have spent on this so far, in the processes that ended too."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    main()
