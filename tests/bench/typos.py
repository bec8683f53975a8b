"""Mistyped words: whether the paper is found all the same, and how long that takes, next to the words as they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from tests.bench.frame import Bench
from tests.bench.quality import Misspelt, found, mean, misspelt

_TITLES = 500
_SEED = 2027


def measure(bench: Bench) -> None:
    """Some words of titles drawn by chance, with one or two edits at any place: the paper among the first five."""
    store = bench.store()
    with store.reading() as connection:
        sample = misspelt(connection, ("arxiv",), _TITLES, _SEED)
        for each in sample[:20]:  # what any server that runs for a while has read
            found(connection, each.wrong, 5, bench.today)
        ways: dict[str, Callable[[Misspelt], str]] = {
            "as in the title": lambda each: each.right,
            "with edits": lambda each: each.wrong,
        }
        rows, clean = list[tuple[str, ...]](), (0.0, 0.0)
        with bench.report.progress("Mistyped titles", 2 * len(sample)) as advance:
            for name, way in ways.items():
                hits, took = list[bool](), list[float]()
                for each in sample:
                    started = time.perf_counter()
                    numbers = found(connection, way(each), 5, bench.today)
                    took.append((time.perf_counter() - started) * 1_000)
                    hits.append(each.paper in numbers)
                    advance(1)
                figures = mean(hits), _part(took, 0.95)
                clean = clean if any(clean) else figures
                share, times = figures[0] / (clean[0] or 1), figures[1] / (clean[1] or 1)
                cells = (f"{figures[0]:.3f}", f"{share:.2f}", f"{_part(took, 0.5):.1f}", f"{figures[1]:.1f}")
                rows.append((name, *cells, f"{times:.1f}"))
                bench.report.point("search", f"titles, {name}", bench.many, figures[1])
    store.close()
    bench.report.table(
        f"Three to five words of {len(sample)} titles, one or two edits: the paper among the first five",
        ("words", "recall@5", "of clean", "p50 ms", "p95 ms", "× clean"),
        rows,
        name="typos",
    )


def _part(took: Sequence[float], part: float) -> float:
    return sorted(took)[int(len(took) * part)]
