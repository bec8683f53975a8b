"""What a benchmark says: progress while it runs, and tables as docs/benchmarks.md keeps them."""

from __future__ import annotations

import os
import platform
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Report:
    """Tables on standard output, as Markdown; everything else on standard error."""

    def __init__(self) -> None:
        self.out = Console(soft_wrap=True, highlight=False, markup=False)
        self.err = Console(stderr=True)

    def machine(self) -> None:
        """Say what it runs on."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        self.out.print(f"{platform.system()} on {platform.machine()}, {cores} cores; {versions}.\n")

    def say(self, sentence: str) -> None:
        """Say something of the measures themselves."""
        self.out.print(sentence + "\n")

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Callable[[int], object]]:
        """A bar; what is yielded moves it on by so many."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=self.err, transient=True) as bar:
            task = bar.add_task(title, total=total)
            yield lambda count: bar.advance(task, count)

    def table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """A table."""
        lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
        self.out.print(f"**{title}**\n")
        self.out.print("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")
        sys.stdout.flush()
