"""What was measured, kept in docs/benchmarks.json: runs at several sizes add up, and the page and plots show all.

A table of docs/benchmarks.md stands between `<!-- measured NAME -->` and `<!-- end -->`; `written` puts there what is
kept under that name, and draws the plots anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.plot import Plot, drawn
from tests.shared import ROOT

DOCS = ROOT / "docs"

# By name; what is handed over as a point of one of these is drawn into docs/plots/NAME.svg.
PLOTS = {
    "search": Plot("A page of ten results: p95", "papers", "ms"),
    "matching": Plot("2,000 papers matched against all subscriptions", "subscriptions", "s"),
    "loading": Plot("Loading", "papers", "papers a second"),
}


@dataclass(slots=True)
class Kept:
    """Tables by name and size, and the lines of each plot: figures by size."""

    machine: str = ""
    tables: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    plots: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)

    def table(self, name: str, size: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Keep a table, in the place of the one of the same name and size."""
        self.tables.setdefault(name, {})[size] = {"head": list(head), "rows": [list(row) for row in rows]}

    def point(self, plot: str, line: str, at: int, value: float) -> None:
        """Keep a point of a line of a plot."""
        assert plot in PLOTS, f"{plot} is no plot: add it to PLOTS"
        self.plots.setdefault(plot, {}).setdefault(line, {})[str(at)] = round(value, 4)


def read(docs: Path = DOCS) -> Kept:
    """What is kept."""
    path = docs / "benchmarks.json"
    return Kept(**json.loads(path.read_text(encoding="utf-8"))) if path.exists() else Kept()


def written(kept: Kept, docs: Path = DOCS) -> None:
    """Write it, the page's tables and the plots."""
    (docs / "benchmarks.json").write_text(json.dumps(asdict(kept), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    page = docs / "benchmarks.md"
    page.write_text(shown(kept, page.read_text(encoding="utf-8")), encoding="utf-8")
    for name, lines in kept.plots.items():
        path = docs / "plots" / f"{name}.svg"
        path.parent.mkdir(exist_ok=True)
        path.write_text(picture(name, lines), encoding="utf-8")


def shown(kept: Kept, page: str) -> str:
    """The page with the tables that are kept, and the machine they were measured on."""

    plots = {f"plot-{name}": f"![{PLOTS[name].title}](plots/{name}.svg)" for name in kept.plots}
    known = {"machine": kept.machine, **plots, **{name: _table(table) for name, table in kept.tables.items()}}

    def put(found: re.Match[str]) -> str:
        said = known.get(found["name"]) or found["said"]
        return f"<!-- measured {found['name']} -->\n{said.strip()}\n<!-- end -->"

    return re.sub(r"<!-- measured (?P<name>\S+) -->\n(?P<said>.*?)<!-- end -->", put, page, flags=re.DOTALL)


def picture(name: str, lines: Mapping[str, Mapping[str, float]]) -> str:
    """The plot of that name, as SVG."""
    return drawn(
        PLOTS[name], {line: {int(at): value for at, value in points.items()} for line, points in lines.items()}
    )


def _table(by_size: Mapping[str, Mapping[str, Any]]) -> str:
    # Of several sizes one below the other, under one head, the size first.
    sizes = sorted(by_size, key=int)
    several = len(sizes) > 1
    parts = list[str]()
    for size in sizes:
        table = by_size[size]
        head, rows = table["head"], table["rows"]
        if several:
            head, rows = ["papers", *head], [[f"{int(size):,}", *row] for row in rows]
        if not parts:
            parts += markdown(head, [])
        parts += markdown(head, rows)[2:]
    return "\n".join(parts)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table's lines; all but the first column are figures."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
