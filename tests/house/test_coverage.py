"""The gate on coverage shuts: for lines, for branches, and for a folder that nothing was measured of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.house.coverage import CORE, verdict


def report(**changed: int) -> dict[str, Any]:
    full = {"covered_lines": 100, "num_statements": 100, "covered_branches": 20, "num_branches": 20}
    return {
        "files": {f"{folder}/a.py": {"summary": full | (changed if folder == "db" else {})} for folder in CORE}
        | {"bot/a.py": {"summary": full | {"covered_lines": 0}}}
    }


def test_what_is_covered_passes() -> None:
    lines, passed = verdict(report())
    assert passed
    assert len(lines) == len(CORE)


@pytest.mark.parametrize("changed", [{"covered_lines": 94}, {"covered_branches": 18}, {"num_statements": 200}])
def test_one_folder_below_the_gate_fails(changed: dict[str, int]) -> None:
    lines, passed = verdict(report(**changed))
    assert not passed
    assert [line for line in lines if "under 95 %" in line] == [line for line in lines if "db/" in line]


def test_exactly_enough_passes() -> None:
    assert verdict(report(covered_lines=95, covered_branches=19))[1]


def test_a_folder_without_data_fails() -> None:
    found = report()
    del found["files"]["domain/a.py"]
    assert not verdict(found)[1]
