"""§4.1 to §4.4: killed with -9 before and after each statement of planning and delivering, one by one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.ends import CHANNELS
from tests.faults.table import measured, told
from tests.faults.town import Count
from tests.shared import ROOT

FAULT = "kill -9 at every statement of planning and delivering"
MESSAGES = 2 + 2 + 1  # in one round: an edition in each of the three channels


@pytest.mark.parametrize("share", [0.05, pytest.param(1.0, marks=[pytest.mark.faults, pytest.mark.timeout(3600)])])
def test_killed_at_every_statement_each_paper_comes_once(tmp_path: Path, share: float) -> None:
    command = [sys.executable, "-m", "tests.faults.ends", str(tmp_path), str(share), "7"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=3000, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["problems"] == []
    assert found["kills"] == int(found["boundaries"] * share) >= 15
    assert found["boundaries"] > 300
    told(FAULT, found["log"])
    # Before and after, statements and commits: what was drawn is of every kind.
    first = {kind.split()[0] for kind in found["kinds"]}
    assert {"before", "after"} <= first
    if share == 1.0:
        assert {"before COMMIT", "after COMMIT", "send", "sent", "before BEGIN IMMEDIATE"} <= {*found["kinds"]}
        many = found["kills"]
        count = Count(len(CHANNELS) * many, MESSAGES * many, MESSAGES * many, 0, 0)
        measured(FAULT, many, count)
