"""§4.1 to §4.4: `run` told to stop in the middle of anything, begun twice, begun on a torn store: nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.lives import KINDS, Found
from tests.faults.table import measured, told
from tests.faults.town import Count
from tests.shared import ROOT

STOP_SECONDS = 10.0
LENGTH = ["few", pytest.param("many", marks=[pytest.mark.faults, pytest.mark.timeout(1800)])]


@pytest.mark.parametrize("length", LENGTH)
def test_each_message_comes_once_and_a_stop_takes_no_time(length: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.faults.lives", str(tmp_path), "7", length]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1700, check=False)
    assert done.returncode == 0, done.stderr
    all_found = {fault: Found(**found) for fault, found in json.loads(done.stdout).items()}
    assert {*all_found} == {*KINDS}
    for fault, found in all_found.items():
        assert found.problems == [], fault
        assert (found.doubled, found.lost) == (0, 0), fault
        assert found.sent == found.expected > 0, fault
        assert found.longest < STOP_SECONDS, fault
        told(fault, found.said)
        if length == "many":
            print(f"\n{fault}: the longest stop of {found.times} took {found.longest:.1f} s")
            count = Count(found.editions, found.expected, found.sent, found.doubled, found.lost)
            measured(fault, found.times, count)
