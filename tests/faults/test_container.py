"""The image, built by the Dockerfile's own steps without an engine, and run as compose.yaml runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.shared import ROOT


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What came of building and running it."""
    if os.geteuid() or not shutil.which("unshare"):
        pytest.skip("only root may make namespaces here")
    base = tmp_path_factory.mktemp("container")
    words = ["unshare", "--mount", sys.executable, "-m", "tests.faults.container", str(base)]
    made = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    if "overlay" in made.stderr and "mount" in made.stderr and made.returncode:
        pytest.skip("no overlays can be mounted here")
    assert made.returncode == 0, made.stderr[-3000:]
    return dict(json.loads(made.stdout))


# It asks the package registry for what the locks name, and takes some minutes.
@pytest.mark.faults
@pytest.mark.timeout(1000)
def test_the_image_is_built_and_runs(found: dict[str, Any], tmp_path: Path) -> None:
    assert found["ready"]
    assert (found["unhealthy before"], found["healthy"]) == (1, 0)
    assert found["uid"] == "10001"
    assert found["program"] == "paperround", "the first process is ours, so that signals reach it"
    assert found["writes"] == {"/": False, "/opt": False, "/etc": False, "/data": True}
    assert found["exit"] == 0
    assert found["seconds to stop"] < 10
    assert "stopped; what was left goes on at the next start" in found["log"]
    assert "Traceback" not in found["log"]
    assert "paperround.db" in found["kept"]
