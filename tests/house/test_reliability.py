"""docs/reliability.md names every fault there is, with what the long run measured: nothing twice, nothing lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.faults import test_town
from tests.faults.table import FAULTS, HEAD, PAGE, measured
from tests.faults.town import Count
from tests.house.tree import plain, table


def rows() -> dict[str, list[str]]:
    return {plain(row[0]): [plain(cell) for cell in row[1:]] for row in table(PAGE, *HEAD)}


def test_every_fault_has_its_row() -> None:
    assert list(rows()) == list(FAULTS)


def test_every_fault_is_made() -> None:
    files = (PAGE.parent.parent / "tests" / "faults").glob("*.py")
    tests = "".join(path.read_text() for path in files if path.name != "table.py")
    assert not [fault for fault in FAULTS if f'"{fault}"' not in tests]
    assert set(test_town.RUNS) <= set(FAULTS)


def test_every_row_was_measured_and_says_that_nothing_was_lost_or_came_twice() -> None:
    for fault, (times, editions, expected, sent, twice, lost) in rows().items():
        for many in (times, editions, expected):
            assert int(many.replace(",", "")) > 0, fault
        assert sent == expected, fault
        assert (twice, lost) == ("0", "0"), fault


def test_a_row_is_written_in_its_place(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    shutil.copyfile(PAGE, page)
    measured("disk full", 1234, Count(5, 6, 7, 8, 9), page)
    before, after = PAGE.read_text().splitlines(), page.read_text().splitlines()
    assert [line for line in after if line not in before] == ["| disk full | 1,234 | 5 | 6 | 7 | 8 | 9 |"]
    assert len(before) == len(after)
    with pytest.raises(AssertionError, match="no fault"):
        measured("flood", 1, Count(1, 1, 1, 0, 0), page)
