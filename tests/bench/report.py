"""What a benchmark says: progress while it runs, and tables as docs/benchmarks.md keeps them."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from tests.bench.kept import Kept, markdown

_LONGEST = 5  # measures of which it is said how long they took


class Report:
    """Tables on standard output, as Markdown; everything else on standard error."""

    def __init__(self, kept: Kept, size: int) -> None:
        self.kept, self.size = kept, size
        self.out = Console(soft_wrap=True, highlight=False, markup=False)
        self.err = Console(stderr=True)

    def machine(self) -> None:
        """Say what it runs on, and when."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        month = f"{datetime.now(UTC):%B %Y}"
        machine = f"{_processor()}, {platform.system()} on {platform.machine()}, {cores} cores"
        self.kept.machine = f"{machine}; {versions}; {month}."
        self.say(self.kept.machine)

    def say(self, sentence: str) -> None:
        """Say something of the measures themselves."""
        self.out.print(sentence + "\n")

    def begin(self, name: str, at: int, of: int) -> None:
        """Say which measure begins, the how many-th of how many."""
        self.err.print(f"{name}, {at} of {of} ...", highlight=False)

    def took(self, seconds: Mapping[str, float], *, whole: bool) -> None:
        """Say how long each measure took; kept if this was the `whole` of them, stores built."""
        longest = sorted(seconds, key=lambda name: -seconds[name])[:_LONGEST]
        most = ", ".join(f"{name} {seconds[name] / 60:.1f}" for name in longest)
        row = (f"{sum(seconds.values()) / 60:.1f}", most)
        self.table("How long it took", ("minutes", "of them the most"), [row], "took" if whole else "")

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Callable[[int], object]]:
        """A bar; what is yielded moves it on by so many."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self.err, transient=True, disable=not self.err.is_terminal) as bar:
            task = bar.add_task(title, total=total)
            yield lambda count: bar.advance(task, count)

    def table(
        self, title: str, head: Sequence[str], rows: Sequence[Sequence[str]], name: str = "", *, sized: bool = True
    ) -> None:
        """A table; kept under this name where one is given, if `sized` beside those of other sizes."""
        self.out.print(f"**{title}**\n")
        self.out.print("\n".join(markdown(head, rows)) + "\n")
        sys.stdout.flush()
        if name:
            self.kept.table(name, str(self.size) if sized else "0", head, rows)

    def point(self, plot: str, line: str, at: int, value: float) -> None:
        """A point of a plot (a name in `kept.PLOTS`): of this line, at this size."""
        self.kept.point(plot, line, at, value)


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*: (.*)$", path.read_text(), re.MULTILINE) if path.exists() else None
    return found[1] if found else platform.processor() or "a processor that has no name"
