"""The gate of `make test`: each folder of the core must be covered well enough, by lines and by branches."""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from coverage import Coverage

CORE = ("domain", "db", "digests")
ENOUGH = 95.0  # percent
PARTS = {"lines": ("covered_lines", "num_statements"), "branches": ("covered_branches", "num_branches")}


def shares(report: dict[str, Any], folder: str) -> dict[str, float]:
    """Percent of a folder's lines and branches that ran, from coverage's own JSON report; 0 for an empty folder."""
    total: Counter[str] = Counter()
    for path, found in report["files"].items():
        if path.startswith(f"{folder}/"):
            total.update({key: found["summary"][key] for pair in PARTS.values() for key in pair})
    return {
        part: 100 * total[covered] / total[every] if total[every] else 0.0 for part, (covered, every) in PARTS.items()
    }


def verdict(report: dict[str, Any]) -> tuple[list[str], bool]:
    """A line a folder, and whether all of them pass."""
    lines, passed = [], True
    for folder in CORE:
        found = shares(report, folder)
        enough = min(found.values()) >= ENOUGH
        passed = passed and enough
        told = ", ".join(f"{share:.1f} % of {part}" for part, share in found.items())
        lines.append(f"coverage of {folder}/: {told}{'' if enough else f' — under {ENOUGH:.0f} %'}")
    return lines, passed


def main() -> int:
    """Judge the last run's data; returns the exit code."""
    data = Coverage()
    data.load()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coverage.json"
        data.json_report(outfile=str(path))
        lines, passed = verdict(json.loads(path.read_text(encoding="utf-8")))
    print("\n".join(lines))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
